import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Puts back dist/.gitkeep, which Vite empties away with the old build: Go cannot embed a folder that is not in the clone. */
export function placeholder(): Plugin {
  let outDir = '';
  return {
    name: 'crosswalk-placeholder',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    writeBundle() {
      writeFileSync(join(outDir, '.gitkeep'), '');
    },
  };
}
