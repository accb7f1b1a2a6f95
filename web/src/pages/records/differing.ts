import type { Attributes } from '../../api/types';
import { sameValue } from '../../lib/values';

/** The keys of which some system says something else than the golden record; what lies within tolerance is no difference. */
export function differing(keys: readonly string[], said: readonly { differs: readonly string[] }[]): string[] {
  return keys.filter((key) => said.some((one) => one.differs.includes(key)));
}

/** The keys in which two versions differ. */
export function changedKeys(keys: readonly string[], before: Attributes, after: Attributes): string[] {
  return keys.filter((key) => !sameValue(before[key] ?? null, after[key] ?? null));
}
