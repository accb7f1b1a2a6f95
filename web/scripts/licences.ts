import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Matches the folder of the innermost package a module belongs to. */
const packageFolder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;

/** Writes dist/licences.txt: the licence texts of every package whose code or fonts the build carries, as they ask for. */
export function licences(): Plugin {
  const folders = new Set<string>();
  return {
    name: 'crosswalk-licences',
    apply: 'build',
    moduleParsed(info) {
      const folder = packageFolder.exec(info.id.replace(/^\0/, '').replaceAll('\\', '/'))?.[0];
      if (folder && existsSync(join(folder, 'package.json'))) folders.add(folder);
    },
    generateBundle() {
      const source = [...folders].sort().map(notice).join('\n');
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
    },
  };
}

function notice(folder: string): string {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; version: string; license?: string };
  const texts = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|notice|ofl)/i.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8').trim());
  return `${about.name} ${about.version} (${about.license ?? 'see below'})\n\n${texts.join('\n\n')}\n\n${'-'.repeat(80)}\n`;
}
