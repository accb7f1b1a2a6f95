import { describe, expect, it } from 'vitest';
import { cronWords, weekdayName } from './cron';

describe('cronWords', () => {
  it('says the usual ones', () => {
    expect(cronWords('30 2 * * *')).toEqual({ kind: 'daily', at: '02:30' });
    expect(cronWords('0 6 * * 1-5')).toEqual({ kind: 'weekdays', at: '06:00' });
    expect(cronWords('0 6 * * 7')).toEqual({ kind: 'weekly', at: '06:00', day: 0 });
    expect(cronWords('5 4 1 * *')).toEqual({ kind: 'monthly', at: '04:05', day: 1 });
    expect(cronWords('15 * * * *')).toEqual({ kind: 'hourly', minute: 15 });
    expect(cronWords('*/10 * * * *')).toEqual({ kind: 'minutes', every: 10 });
    expect(cronWords('0 */4 * * *')).toEqual({ kind: 'hours', every: 4 });
  });
  it('says nothing it is not sure of', () => {
    for (const cron of ['', '@daily', '0 6 1 1 *', '0 6 1 * 1', '0 6,18 * * *', '61 2 * * *', '0 25 * * *', '*/5 2 * * *', '0 2 * * * *', '30 */4 * * *']) {
      expect(cronWords(cron), cron).toEqual({ kind: 'other' });
    }
  });
});

describe('weekdayName', () => {
  it('counts from Sunday', () => {
    expect(weekdayName(0, 'en')).toBe('Sunday');
    expect(weekdayName(1, 'de')).toBe('Montag');
  });
});
