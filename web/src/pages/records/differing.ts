import type { Attributes } from '../../api/types';
import { sameValue } from '../../lib/values';

/** The keys of which some system says something else than the golden record. What a system does not say is no difference. */
export function differing(keys: readonly string[], golden: Attributes, said: readonly Attributes[]): string[] {
  return keys.filter((key) => said.some((values) => values[key] !== undefined && values[key] !== null && !sameValue(values[key], golden[key] ?? null)));
}

/** The keys in which two versions differ. */
export function changedKeys(keys: readonly string[], before: Attributes, after: Attributes): string[] {
  return keys.filter((key) => !sameValue(before[key] ?? null, after[key] ?? null));
}
