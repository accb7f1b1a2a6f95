import { useEffect, useState } from 'react';

/** The present moment, taken anew every so often while somebody waits for another one. */
export function useNow(everyMillis: number, waiting = true): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!waiting) return;
    setNow(Date.now());
    const ticking = setInterval(() => setNow(Date.now()), everyMillis);
    return () => clearInterval(ticking);
  }, [everyMillis, waiting]);
  return now;
}
