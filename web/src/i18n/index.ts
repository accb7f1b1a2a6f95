import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { prefer, preference } from '../lib/preferences';
import en from './en.json';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The language a person chose here, else the browser's if we speak it, else English. */
export function firstLanguage(chosen: string, browser: readonly string[]): Language {
  for (const wanted of [chosen, ...browser]) {
    const found = languages.find((language) => wanted.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Starts the texts in the person's language. English is built in and stands in for what a language lacks. */
export async function startTexts(): Promise<i18n> {
  const texts = i18next.createInstance();
  await texts.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    // React escapes what it shows
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(texts, firstLanguage(preference('language'), navigator.languages));
  return texts;
}

async function speak(texts: i18n, language: Language): Promise<void> {
  if (language === 'de' && !texts.hasResourceBundle('de', 'translation')) {
    texts.addResourceBundle('de', 'translation', (await import('./de.json')).default);
  }
  await texts.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Changes the language and remembers it on this device. */
export async function chooseLanguage(texts: i18n, language: Language): Promise<void> {
  prefer('language', language);
  await speak(texts, language);
}
