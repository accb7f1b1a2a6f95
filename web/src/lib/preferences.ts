/** What a person prefers on this device. No credential is ever kept here. */
export type Preference = 'scheme' | 'density' | 'language' | 'letters' | 'navigation' | 'split';

/** Reads a preference; "" when it is not set or storage is switched off. */
export function preference(name: Preference): string {
  try {
    return localStorage.getItem(`crosswalk.${name}`) ?? '';
  } catch {
    return '';
  }
}

export function prefer(name: Preference, value: string): void {
  try {
    localStorage.setItem(`crosswalk.${name}`, value);
  } catch {
    // storage is switched off: the preference holds until the page is left
  }
}
