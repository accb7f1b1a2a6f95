import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import de from './de.json';
import en from './en.json';

type Catalogue = { [key: string]: string | Catalogue };

function flat(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

const english = flat(en);
const german = flat(de);
const places = (text: string | undefined) => [...(text ?? '').matchAll(/{{(\w+)/g)].map((found) => found[1]).sort();

/** All sources of the workbench but the tests. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

const code = sources(join(import.meta.dirname, '..')).join('\n');
/** Keys as the sources name them: whole ones in quotes, and the fixed beginnings of those that end in a state or the like. */
const named = [...code.matchAll(/['"`]([a-z_]+(?:\.[a-z_]+)+)['"`]/g)].map((found) => found[1] ?? '');
const begun = [...code.matchAll(/`([a-z_]+\.[a-z_]*)\$\{/g)].map((found) => found[1] ?? '');
const groups = new Set(Object.keys(en));

describe('the catalogues', () => {
  it('hold the same texts in every language', () => expect([...german.keys()].sort()).toEqual([...english.keys()].sort()));

  it('fill the same places in every language', () => {
    const differing = [...english].filter(([key, text]) => places(text).join() !== places(german.get(key)).join()).map(([key]) => key);
    expect(differing).toEqual([]);
  });

  it('hold every text that a source names', () => {
    const missing = named.filter((key) => groups.has(key.split('.')[0] ?? '') && !english.has(key) && !english.has(`${key}_other`));
    expect(missing).toEqual([]);
  });

  it('hold no text that no source names', () => {
    const used = new Set(named);
    const idle = [...english.keys()].filter(
      (key) => !used.has(key) && !used.has(key.replace(/_(one|other|zero)$/, '')) && !begun.some((beginning) => key.startsWith(beginning)) && key.includes('.'),
    );
    expect(idle).toEqual([]);
  });
});
