import { useTime } from '../lib/useTime';

/** A point in time in the reader's own zone; UTC stands in its tooltip. */
export function Instant({ at }: { at: string }) {
  const time = useTime();
  if (!at) return null;
  return <time dateTime={at} title={`${at.slice(0, 19).replace('T', ' ')} UTC`}>{time.at(at)}</time>;
}
