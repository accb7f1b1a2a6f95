import { useTranslation } from 'react-i18next';
import { localeOf } from './locale';

/** The locale in which this page writes dates and numbers. */
export function useLocale(): string {
  const { i18n } = useTranslation();
  return localeOf(i18n.language, navigator.languages);
}
