import { isMantineColorScheme, type MantineColorScheme, type MantineColorSchemeManager } from '@mantine/core';
import { prefer, preference } from '../lib/preferences';

/** Keeps the colour scheme under the name that public/scheme.js reads before the first paint. */
export function schemes(): MantineColorSchemeManager {
  return {
    get: (fallback: MantineColorScheme) => {
      const kept = preference('scheme');
      return isMantineColorScheme(kept) ? kept : fallback;
    },
    set: (scheme) => prefer('scheme', scheme),
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => prefer('scheme', ''),
  };
}
