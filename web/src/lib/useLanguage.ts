import { useTranslation } from 'react-i18next';
import { firstLanguage, type Language } from '../i18n';

/** The language in which the reader is spoken to, as the server is asked for it. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return firstLanguage(i18n.language, []);
}
