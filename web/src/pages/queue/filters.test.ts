import { describe, expect, it } from 'vitest';
import { acceptScopes, valuePairs, verbsForAll } from './filters';

describe('what can be decided for many', () => {
  it('is what the example offers, of the verbs that need no look at each code', () => {
    const offers = [{ verb: 'map' as const, enabled: true }, { verb: 'take_source' as const, enabled: false }, { verb: 'accept' as const, enabled: true }];
    expect(verbsForAll({ verbs: offers })).toEqual(['accept']);
    expect(verbsForAll(undefined)).toEqual(['take_source', 'keep_golden', 'accept']);
  });

  it('shows what differs alike in one line, most first', () => {
    const rows = [{ golden: '1', source: '2' }, { golden: 'EA', source: 'PCE' }, { golden: 'EA', source: 'PCE' }];
    expect(valuePairs(rows)).toEqual([{ golden: 'EA', source: 'PCE', count: 2 }, { golden: '1', source: '2', count: 1 }]);
    expect(valuePairs([{ golden: 'a', source: '' }, { golden: '', source: 'a' }])).toHaveLength(2);
  });

  it('accepts by attribute only where one differs', () => {
    expect(acceptScopes({ attribute: 'name' })).toContain('attribute');
    expect(acceptScopes({ attribute: '' })).toEqual(['one', 'record', 'pattern']);
  });
});
