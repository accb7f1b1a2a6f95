import { createContext, useCallback, useContext, useState, type ReactNode } from 'react';

const Announce = createContext<(sentence: string) => void>(() => undefined);

/** Says a sentence to those who listen to the page, without moving their focus. */
export function useAnnounce(): (sentence: string) => void {
  return useContext(Announce);
}

/** Holds the page's one polite live region. */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ sentence: '', turn: 0 });
  const announce = useCallback((sentence: string) => setSaid((last) => ({ sentence, turn: last.turn + 1 })), []);
  return (
    <Announce value={announce}>
      {children}
      <div role="status" aria-live="polite" className="hidden-words">
        {/* a new element each time: the same sentence twice is said twice */}
        <span key={said.turn}>{said.sentence}</span>
      </div>
    </Announce>
  );
}
