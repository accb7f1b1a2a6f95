import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { prefer, preference } from '../lib/preferences';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The texts in parts: what everybody sees first (shell, sign-in, review queue), and what all other pages say. */
const parts = {
  first: { en: () => import('./en.first.json'), de: () => import('./de.first.json') },
  pages: { en: () => import('./en.json'), de: () => import('./de.json') },
} as const;
type Part = keyof typeof parts;

/** The language a person chose here, else the browser's if we speak it, else English. */
export function firstLanguage(chosen: string, browser: readonly string[]): Language {
  for (const wanted of [chosen, ...browser]) {
    const found = languages.find((language) => wanted.toLowerCase().split('-')[0] === language);
    if (found) return found;
  }
  return 'en';
}

/** Starts the first texts in the person's language. Every catalogue holds every text: none stands in for another. */
export async function startTexts(): Promise<i18n> {
  const texts = i18next.createInstance();
  await texts.use(initReactI18next).init({
    fallbackLng: false,
    ns: ['first', 'pages'], defaultNS: 'first', fallbackNS: 'pages',
    resources: {},
    // React escapes what it shows
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await speak(texts, firstLanguage(preference('language'), navigator.languages));
  return texts;
}

async function fetchPart(texts: i18n, language: Language, part: Part): Promise<void> {
  if (texts.hasResourceBundle(language, part)) return;
  texts.addResourceBundle(language, part, (await parts[part][language]()).default);
}

/** Fetches what the pages beyond the first say; whoever opens one waits for it. */
export async function pageTexts(texts: i18n): Promise<void> {
  await fetchPart(texts, firstLanguage(texts.language, []), 'pages');
}

/** Changes to a language, with every part of it that was there in the one before. */
async function speak(texts: i18n, language: Language): Promise<void> {
  const pages = languages.some((one) => texts.hasResourceBundle(one, 'pages'));
  await Promise.all([fetchPart(texts, language, 'first'), pages && fetchPart(texts, language, 'pages')]);
  await texts.changeLanguage(language);
  document.documentElement.lang = language;
}

/** Changes the language and remembers it on this device. */
export async function chooseLanguage(texts: i18n, language: Language): Promise<void> {
  prefer('language', language);
  await speak(texts, language);
}
