// Says how much JavaScript the workbench loads, compressed, and fails the build above the budget.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const firstLoadLimit = 215_000;
const pageLimit = 60_000;
const firstPage = 'src/pages/queue/QueuePage.tsx';
/** One of these comes with the first load, by the person's language; all of the same size, more or less. */
const firstTexts = ['src/i18n/en.first.json', 'src/i18n/de.first.json'];

const dist = new URL('../dist/', import.meta.url).pathname;
const manifestPath = join(dist, '.vite', 'manifest.json');
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));

/** The chunk and everything it imports at once, by manifest key. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const imported of manifest[key].imports ?? []) closure(imported, seen);
  return seen;
}

const sizes = new Map();
function gzipped(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 9 }).length);
  return sizes.get(file);
}
const scripts = (keys) => [...keys].reduce((sum, key) => sum + gzipped(manifest[key].file), 0);
const styles = (keys) => [...new Set([...keys].flatMap((key) => manifest[key].css ?? []))].reduce((sum, file) => sum + gzipped(file), 0);
const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(9);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const shell = closure(entry);
const first = new Set([...shell, ...closure(firstPage)]);
/** What is here when somebody goes to another page: the sign-in dialogue, and with it all that dialogues need, comes right after the first load. */
const present = new Set([...shell, ...closure('src/session/SignInDialog.tsx')]);
let failed = false;
function line(name, bytes, limit) {
  const over = bytes > limit;
  failed ||= over;
  console.log(`${kB(bytes)} of ${kB(limit)}  ${name}${over ? '  OVER BUDGET' : ''}`);
}

console.log('JavaScript, gzip:');
const texts = Math.max(...firstTexts.map((key) => gzipped(manifest[key].file)));
line('first load: shell, review queue and their texts', scripts(first) + texts, firstLoadLimit);
for (const key of Object.keys(manifest).filter((name) => manifest[name].isDynamicEntry).sort()) {
  const known = key.includes('/pages/') ? present : shell;
  line(key, scripts([...closure(key)].filter((name) => !known.has(name))), pageLimit);
}
console.log(`${kB(styles(first))}              CSS of the first load`);
// only this script reads the manifest: it does not belong into the binary
rmSync(join(dist, '.vite'), { recursive: true });
process.exit(failed ? 1 : 0);
