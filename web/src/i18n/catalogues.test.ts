import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import deFirst from './de.first.json';
import dePages from './de.json';
import enFirst from './en.first.json';
import enPages from './en.json';

const en = { ...enPages, ...enFirst };
const de = { ...dePages, ...deFirst };

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

const root = join(import.meta.dirname, '..');

/** The files a source comes with: what it imports, and what that imports; the pages a router fetches later are left out. */
function closure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  const later = file.endsWith('router.tsx') ? [] : [...text.matchAll(/import\('(\.[^']+)'\)/g)];
  for (const [, path] of [...text.matchAll(/from '(\.[^']+)'/g), ...later]) {
    const found = ['.tsx', '.ts', '/index.ts'].map((end) => join(dirname(file), path + end)).find((one) => existsSync(one));
    if (found) closure(found, seen);
  }
  return seen;
}

const code = sources(root).join('\n');
const firstCode = [...closure(join(root, 'pages/queue/QueuePage.tsx'), closure(join(root, 'main.tsx')))].map((file) => readFileSync(file, 'utf8')).join('\n');
/** Keys as the sources name them: whole ones in quotes, and the fixed beginnings of those that end in a state or the like. */
const keysIn = (text: string) => [...text.matchAll(/['"`]([a-z_]+(?:\.[a-z_]+)+)['"`]/g)].map((found) => found[1] ?? '');
const beginningsIn = (text: string) => [...text.matchAll(/`([a-z_]+\.[a-z_]*)\$\{/g)].map((found) => found[1] ?? '');
const named = keysIn(code);
const begun = beginningsIn(code);
const groups = new Set(Object.keys(en));

describe('the catalogues', () => {
  it('hold the same texts in every language', () => expect([...german.keys()].sort()).toEqual([...english.keys()].sort()));

  it('fill the same places in every language', () => {
    const differing = [...english].filter(([key, text]) => places(text).join() !== places(german.get(key)).join()).map(([key]) => key);
    expect(differing).toEqual([]);
  });

  it('hold no group of texts in both parts', () => expect(Object.keys(enFirst).filter((group) => group in enPages)).toEqual([]));

  it('hold in the first part what shell and review queue say: the other part may not be here yet', () => {
    const late = [...keysIn(firstCode), ...beginningsIn(firstCode)].filter((key) => (key.split('.')[0] ?? '') in enPages);
    expect(late).toEqual([]);
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
