import type { AttributeDefinition, Attributes, RecordRequest, RecordRequestState } from '../api/types';
import type { Tone } from '../ui/tones';
import { typedForm, valueFrom } from './values';

export const wishTones: Record<RecordRequestState, Tone> = {
  requested: 'open', in_completion: 'active', in_review: 'wait', created: 'active', done: 'good', duplicate: 'wait', rejected: 'bad', withdrawn: 'quiet',
};

/** What a plant says of a thing when it asks for its record: enough to find it by, in the plant's own words. */
export const askedFor = ['name', 'base_unit', 'manufacturer', 'manufacturer_part', 'gtin'];

/** The attributes of a form that a plant's own language names. */
export function attributesOf(definitions: AttributeDefinition[], typed: Record<string, string>, language: string, before: Attributes = {}): Attributes {
  const values: Attributes = { ...before };
  for (const definition of definitions) {
    const text = typed[definition.id];
    if (text === undefined) continue;
    const value = definition.kind === 'translated' && text.trim() !== '' ? { i18n: { ...texts(before[definition.id]), [language]: text.trim() } }
      : valueFrom(definition.kind, text, definition.unit);
    if (value === null) delete values[definition.id];
    else values[definition.id] = value;
  }
  return values;
}

function texts(value: Attributes[string] | undefined): Record<string, string> {
  return value && 'i18n' in value ? value.i18n : {};
}

/** What a form shows of an attribute: what was typed, else what is known. */
export function shownIn(typed: Record<string, string>, known: Attributes, id: string, language: string): string {
  return typed[id] ?? typedForm(known[id], language);
}

/** The fields of the form that completes a record for a plant: what is everywhere's, and of what is a plant's own that plant's. */
export function fieldsOf(definitions: AttributeDefinition[], plant: string): AttributeDefinition[] {
  return definitions
    .filter((one) => one.scope !== 'company' && one.kind !== 'lines' && one.kind !== 'reference' && !one.compared_only)
    .map((one) => (one.scope === 'plant' ? { ...one, id: `${one.id}@${plant}`, label: `${one.label} (${plant})` } : one));
}

/** What of the typed words is worth searching for, each once: two letters are like everything. */
export function searchWords(typed: readonly (string | undefined)[]): string[] {
  return [...new Set(typed.map((word) => (word ?? '').trim()).filter((word) => word.length > 2))];
}

/** What several searches found, each thing once. */
export function uniqueById<T extends { id: string }>(found: readonly T[]): T[] {
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/** Faults by the attribute they lie in; the server names it as "/base_unit" or "/attributes/base_unit". */
export function faultsByField(faults: { location: string; message: string }[]): Record<string, string> {
  return Object.fromEntries(faults.map((fault) => [fault.location.split('/').at(-1) ?? '', fault.message]));
}

/** Whether a request is still on its way: then the page looks again by itself. */
export function onItsWay(wish: Pick<RecordRequest, 'state'>): boolean {
  return wish.state === 'in_review' || wish.state === 'created';
}
