import type { Value } from '../api/types';
import type { Measured } from './numbers';

/** A value as a person reads it: the same words as the server's display form. "" means nothing is said. */
export function displayValue(value: Value | undefined, language = 'en'): string {
  if (value === null || value === undefined) return '';
  if ('text' in value) return value.text;
  if ('code' in value) return value.code;
  if ('enum' in value) return value.enum;
  if ('qty' in value) return `${value.qty} ${value.unit ?? ''}`.trim();
  if ('amount' in value) return `${value.amount} ${value.currency}`.trim();
  if ('i18n' in value) return inLanguage(value.i18n, language);
  if ('date' in value) return value.date;
  if ('bool' in value) return value.bool ? 'yes' : 'no';
  if ('ref' in value) return value.ref;
  if ('lines' in value) return `${value.lines.length}`;
  return JSON.stringify(value);
}

/** The text of a language, else the English one, else that of the first language there is; as the server chooses. */
function inLanguage(texts: Record<string, string>, language: string): string {
  return [language, 'en', ...Object.keys(texts).sort()].map((one) => texts[one]).find(Boolean) ?? '';
}

/** What one language says. */
export interface LanguageText {
  language: string;
  text: string;
}

/** What each language says of a value, the reader's own first; undefined where the value is not a matter of language. */
export function inAllLanguages(value: Value | undefined, language: string): LanguageText[] | undefined {
  const texts = translation(value);
  if (!texts) return undefined;
  return languagesOf(texts, language).map((one) => ({ language: one, text: texts[one] ?? '' }));
}

/** Two values side by side in one language. */
export interface LanguagePair {
  language: string;
  golden: string;
  source: string;
}

/**
 * What two values say in each language in which they differ; where they do not, in the reader's. A system says nothing of the
 * languages it does not have, and where golden lacks one that a system has, what golden shows stands in for it: so the server
 * compares. Of two versions of one value, which are both complete, every language counts. Undefined where it is no matter of
 * language.
 */
export function inDifferingLanguages(golden: Value | undefined, source: Value | undefined, language: string, versions = false): LanguagePair[] | undefined {
  const ours = translation(golden);
  const theirs = translation(source);
  if (!ours && !theirs) return undefined;
  const spoken = languagesOf(versions || !theirs ? { ...ours, ...theirs } : theirs, language);
  const pairs = spoken.map((one) => ({
    language: one, source: theirs?.[one] ?? '',
    golden: versions ? (ours?.[one] ?? '') : inLanguage(ours ?? {}, one),
  }));
  const differing = pairs.filter((pair) => pair.golden !== pair.source);
  return differing.length > 0 ? differing : pairs.slice(0, 1);
}

/** Whether a system says what golden says, so far as it says anything: of a text only its languages count. */
export function saysTheSame(golden: Value | undefined, source: Value | undefined): boolean {
  const pairs = inDifferingLanguages(golden, source, 'en');
  return pairs ? pairs.every((pair) => pair.golden === pair.source) : sameValue(golden, source);
}

function translation(value: Value | undefined): Record<string, string> | undefined {
  return value && 'i18n' in value ? value.i18n : undefined;
}

function languagesOf(texts: Record<string, string>, language: string): string[] {
  const rank = (one: string) => (one === language ? 0 : one === 'en' ? 1 : 2);
  return Object.keys(texts).filter((one) => texts[one]).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The value as a number with its unit, if it is one. */
export function measured(value: Value | undefined): Measured | undefined {
  if (value === null || value === undefined) return undefined;
  if ('qty' in value) return { qty: value.qty, unit: value.unit };
  if ('amount' in value) return { qty: value.amount, unit: value.currency };
  return undefined;
}

/** Whether two values say the same, letter by letter. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join()}}`;
}

/** Reads what a person typed into a form as a value of an attribute's kind; null means nothing was typed. */
export function valueFrom(kind: string, typed: string, unit: string): Value {
  const text = typed.trim();
  if (text === '') return null;
  switch (kind) {
    case 'code':
      return { code: text };
    case 'enum':
      return { enum: text };
    case 'quantity':
      return unit ? { qty: text.replace(',', '.'), unit } : { qty: text.replace(',', '.') };
    case 'date':
      return { date: text };
    case 'bool':
      return { bool: text === 'yes' };
    default:
      return { text };
  }
}

/** What a form shows of a value: the number without its unit, the rest as displayed. */
export function typedForm(value: Value | undefined, language: string): string {
  return measured(value)?.qty ?? displayValue(value, language);
}
