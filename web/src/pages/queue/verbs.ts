import type { Verb } from '../../api/types';

const keys: Record<Verb, string> = { take_source: 'A', keep_golden: 'C', map: 'M', create: 'N', accept: 'X' };

/** The key of a verb, as it stands on its button. */
export function keyOf(verb: Verb): string {
  return keys[verb];
}
