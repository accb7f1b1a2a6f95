import { useCallback } from 'react';
import { useLocale } from '../../lib/useLocale';

/** The size of a file in the reader's words. */
export function useSize(): (bytes: number) => string {
  const locale = useLocale();
  return useCallback(
    (bytes) => {
      const [unit, amount] = bytes >= 1e6 ? (['megabyte', bytes / 1e6] as const) : (['kilobyte', bytes / 1e3] as const);
      return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount);
    },
    [locale],
  );
}
