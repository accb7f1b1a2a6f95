type Words = (key: string, parts?: Record<string, string>) => string;

/** From when to when something holds, in words; either side may be open. */
export function validityWords(t: Words, { valid_from: from, valid_to: to }: { valid_from: string; valid_to: string }): string {
  if (from && to) return t('validity.both', { from, to });
  if (to) return t('validity.until', { to });
  return from ? t('validity.since', { from }) : t('validity.always');
}
