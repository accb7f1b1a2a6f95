/**
 * The locale for dates and numbers: the reader's own variety of the language the texts are in (en-GB for English), so that
 * nobody gets American dates for having chosen English.
 */
export function localeOf(language: string, wanted: readonly string[]): string {
  return wanted.find((one) => one.split('-')[0] === language) ?? language;
}
