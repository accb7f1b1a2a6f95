/** A schedule that can be said in words; what cannot is shown as it is written. */
export type CronWords =
  | { kind: 'daily' | 'weekdays'; at: string }
  | { kind: 'weekly'; at: string; day: number }
  | { kind: 'monthly'; at: string; day: number }
  | { kind: 'hourly'; minute: number }
  | { kind: 'hours' | 'minutes'; every: number }
  | { kind: 'other' };

const number = (field: string, most: number): number | undefined => {
  if (!/^\d{1,2}$/.test(field)) return undefined;
  const value = Number(field);
  return value <= most ? value : undefined;
};
const step = (field: string): number | undefined => (/^\*\/\d{1,2}$/.test(field) ? Number(field.slice(2)) : undefined);
const two = (value: number): string => String(value).padStart(2, '0');

/** Reads the five fields of a cron line. */
export function cronWords(cron: string): CronWords {
  const [minute = '', hour = '', day = '', month = '', weekday = '', more] = cron.trim().split(/\s+/);
  if (more !== undefined || weekday === '' || month !== '*') return { kind: 'other' };
  const at = number(minute, 59);
  const anyDay = day === '*' && weekday === '*';
  if (anyDay && hour === '*') {
    const every = step(minute);
    if (every) return { kind: 'minutes', every };
    return at === undefined ? { kind: 'other' } : { kind: 'hourly', minute: at };
  }
  if (at === undefined) return { kind: 'other' };
  const hours = step(hour);
  if (anyDay && hours && at === 0) return { kind: 'hours', every: hours };
  return onDays({ at, hour: number(hour, 23), day, weekday });
}

function onDays({ at, hour, day, weekday }: { at: number; hour: number | undefined; day: string; weekday: string }): CronWords {
  if (hour === undefined) return { kind: 'other' };
  const time = `${two(hour)}:${two(at)}`;
  if (day === '*' && weekday === '*') return { kind: 'daily', at: time };
  if (day === '*' && /^(1-5|mon-fri)$/i.test(weekday)) return { kind: 'weekdays', at: time };
  const week = number(weekday, 7);
  if (day === '*' && week !== undefined) return { kind: 'weekly', at: time, day: week % 7 };
  const month = number(day, 31);
  if (weekday === '*' && month) return { kind: 'monthly', at: time, day: month };
  return { kind: 'other' };
}

/** The name of a day of the week, 0 being Sunday. */
export function weekdayName(day: number, locale: string): string {
  // 4 January 1970 was a Sunday
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(new Date((3 + day) * 86_400_000));
}
