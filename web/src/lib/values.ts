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

function inLanguage(texts: Record<string, string>, language: string): string {
  return texts[language] ?? texts.en ?? texts[Object.keys(texts).sort()[0] ?? ''] ?? '';
}

/** Two values as they read beside each other: of texts by language those of one in which they differ, where there is one. */
export function beside(left: Value | undefined, right: Value | undefined, language: string): [string, string] {
  const [a, b] = [textsOf(left), textsOf(right)];
  if (a && b) {
    const differs = [language, ...Object.keys(b).sort()].find((one) => b[one] && b[one] !== inLanguage(a, one));
    if (differs) return [inLanguage(a, differs), b[differs] ?? ''];
  }
  return [displayValue(left, language), displayValue(right, language)];
}

/** Whether golden says all that a source says: of a text by language those of the source. */
export function saysTheSame(golden: Value | undefined, source: Value | undefined): boolean {
  const [a, b] = [textsOf(golden), textsOf(source)];
  return a && b ? Object.entries(b).every(([language, text]) => inLanguage(a, language) === text) : sameValue(golden, source);
}

function textsOf(value: Value | undefined): Record<string, string> | undefined {
  return value && 'i18n' in value ? value.i18n : undefined;
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
    case 'translated':
      return { i18n: { en: text } };
    default:
      return { text };
  }
}

/** What a form shows of a value: the number without its unit, the rest as displayed. */
export function typedForm(value: Value | undefined, language: string): string {
  return measured(value)?.qty ?? displayValue(value, language);
}
