import { createContext, useCallback, useContext, useMemo, useState, type KeyboardEvent } from 'react';
import { commandFor, type Command, type Keymap } from '../lib/keys';
import { prefer, preference } from '../lib/preferences';

interface Letters {
  on: boolean;
  set: (on: boolean) => void;
}

export const LettersContext = createContext<Letters>({ on: true, set: () => undefined });

/** Whether single letters are keys: one switch for the whole workbench. */
export function useLettersState(): Letters {
  const [on, setOn] = useState(() => preference('letters') !== 'off');
  const set = useCallback((next: boolean) => {
    prefer('letters', next ? 'on' : 'off');
    setOn(next);
  }, []);
  return useMemo(() => ({ on, set }), [on, set]);
}

/** A key handler for a list or a detail; it belongs on their elements, never on the window. */
export function useCommands(keymap: Keymap, run: (command: Command) => void) {
  const { on } = useContext(LettersContext);
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const { key, ctrlKey, metaKey, altKey } = event;
    const command = commandFor({ key, ctrlKey, metaKey, altKey, target }, keymap, on);
    if (!command) return;
    event.preventDefault();
    run(command);
  };
}
