import type { AttributeDefinition, Attributes, GoldenRecordDetail } from '../../api/types';
import { keyLabel, keysOfBoth } from '../../lib/scopes';
import { displayValue, measured } from '../../lib/values';

/** One of the things that are compared, as a column. */
export interface Column {
  id: string;
  /** The record's ID; empty for a code of a system. */
  record: string;
  code: string;
  name: string;
  attributes: Attributes;
  codes: { system: string; plant: string; code: string }[];
  uses: { plant: string; state: string }[];
}

export interface MemberRow {
  key: string;
  label: string;
  values: string[];
  /** Numbers are marked whole: which digits differ says nothing. */
  whole: boolean;
  agreement: 'same' | 'differs' | 'some';
}

export function columnOf(record: GoldenRecordDetail): Column {
  return {
    id: record.id, record: record.id, code: record.code, name: record.name, attributes: record.attributes ?? {},
    codes: (record.mappings ?? []).filter((one) => one.state === 'active' || one.state === 'suspect').map(({ system, plant, code }) => ({ system, plant, code })),
    uses: (record.uses ?? []).map(({ plant, state }) => ({ plant, state })),
  };
}

/** The attributes that any of the columns has, in the definition's order. */
export function rowsOf(attributes: readonly AttributeDefinition[], columns: readonly Column[], language: string): MemberRow[] {
  return keysOfBoth(attributes, ...columns.map((column) => column.attributes))
    .map((key) => {
      const values = columns.map((column) => displayValue(column.attributes[key], language));
      const whole = columns.some((column) => measured(column.attributes[key]) !== undefined);
      return { key, label: keyLabel(attributes, key), values, whole, agreement: agreementOf(values) };
    })
    .filter((row) => row.values.some((value) => value !== ''));
}

/** What is missing somewhere does not contradict. */
export function agreementOf(values: readonly string[]): MemberRow['agreement'] {
  const said = new Set(values.filter((value) => value !== ''));
  if (said.size > 1) return 'differs';
  return values.includes('') ? 'some' : 'same';
}
