/** An instant's age in the largest unit that is at least one: a list has no room for more. */
export function ageOf(instant: string, now: number): { count: number; unit: 'minute' | 'hour' | 'day' } | undefined {
  const then = Date.parse(instant);
  if (Number.isNaN(then)) return undefined;
  const minutes = Math.max(0, Math.floor((now - then) / 60_000));
  if (minutes < 60) return { count: minutes, unit: 'minute' };
  if (minutes < 48 * 60) return { count: Math.floor(minutes / 60), unit: 'hour' };
  return { count: Math.floor(minutes / (24 * 60)), unit: 'day' };
}

/** The ISO date some days after today. */
export function dayAfter(days: number, now: number): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}
