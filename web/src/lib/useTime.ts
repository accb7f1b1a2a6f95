import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from './useLocale';
import { ageOf } from './time';

/** Instants in the reader's words: an age for lists, day and time elsewhere. */
export function useTime() {
  const { t } = useTranslation();
  const locale = useLocale();
  const at = useCallback(
    (instant: string) => {
      const time = Date.parse(instant);
      if (Number.isNaN(time)) return '';
      return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(time);
    },
    [locale],
  );
  const age = useCallback(
    (instant: string) => {
      const found = ageOf(instant, Date.now());
      return found ? t(`age.${found.unit}`, { count: found.count }) : '';
    },
    [t],
  );
  const day = useCallback(
    (date: string) => {
      const time = Date.parse(`${date}T00:00:00Z`);
      return Number.isNaN(time) ? date : new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(time);
    },
    [locale],
  );
  return { at, age, day };
}
