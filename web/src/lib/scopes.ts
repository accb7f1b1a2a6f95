import type { AttributeDefinition, Attributes, Value } from '../api/types';

/** A key of the golden record's values: an attribute, and the plant or company it holds for; lead_time@STU1. */
export interface Key {
  attribute: string;
  place: string;
}

const company = 'company:';

export function splitKey(key: string): Key {
  const at = key.indexOf('@');
  if (at < 0) return { attribute: key, place: '' };
  const place = key.slice(at + 1);
  return { attribute: key.slice(0, at), place: place.startsWith(company) ? place.slice(company.length) : place };
}

/** "Lead time, STU1"; the key itself where the definition does not know it. */
export function keyLabel(attributes: readonly Pick<AttributeDefinition, 'id' | 'label'>[], key: string): string {
  const { attribute, place } = splitKey(key);
  const label = attributes.find((one) => one.id === attribute)?.label ?? attribute;
  return place ? `${label}, ${place}` : label;
}

export const groupNames = ['identity', 'counting', 'technical', 'trade', 'other'] as const;
export type GroupName = (typeof groupNames)[number];

/** Where an attribute that holds everywhere stands; what a customer adds stands last. */
const groupOf: Record<string, GroupName> = {
  code: 'identity', name: 'identity', description: 'identity', category: 'identity', item_type: 'identity', gtin: 'identity', successor: 'identity',
  base_unit: 'counting', purchase_unit: 'counting', net_weight: 'counting', tracking: 'counting', shelf_life: 'counting',
  material: 'technical', grade: 'technical', drawing: 'technical', revision: 'technical', manufacturer: 'technical', manufacturer_part: 'technical',
  hs_code: 'trade', origin: 'trade', make_buy: 'trade',
};

export interface AttributeGroup<T> {
  name: GroupName;
  attributes: T[];
}

/** The attributes that hold everywhere, in groups; a group without any is left out. */
export function grouped<T extends { id: string; scope: string }>(attributes: readonly T[]): AttributeGroup<T>[] {
  const global = attributes.filter((one) => one.scope === 'global');
  return groupNames
    .map((name) => ({ name, attributes: global.filter((one) => (groupOf[one.id] ?? 'other') === name) }))
    .filter((group) => group.attributes.length > 0);
}

/** The values of one scope as a table: a row for each attribute of it, a column for each place that has any value. */
export interface ScopedTable<T> {
  places: string[];
  rows: { attribute: T; values: (Value | undefined)[] }[];
}

export function scopedTable<T extends { id: string; scope: string }>(attributes: readonly T[], values: Attributes, scope: 'plant' | 'company'): ScopedTable<T> {
  const rows = attributes.filter((one) => one.scope === scope);
  const held = Object.entries(values).map(([key, value]) => ({ ...splitKey(key), value }));
  const ours = held.filter((one) => one.place !== '' && rows.some((row) => row.id === one.attribute));
  const places = [...new Set(ours.map((one) => one.place))].sort();
  return {
    places,
    rows: rows.map((attribute) => ({
      attribute,
      values: places.map((place) => ours.find((one) => one.place === place && one.attribute === attribute.id)?.value),
    })),
  };
}

/** All keys of either side, in the definition's order and then by place. */
export function keysOfBoth(attributes: readonly { id: string }[], ...sides: (Attributes | null | undefined)[]): string[] {
  const keys = [...new Set(sides.flatMap((side) => Object.keys(side ?? {})))];
  const rank = (key: string) => {
    const at = attributes.findIndex((one) => one.id === splitKey(key).attribute);
    return at < 0 ? attributes.length : at;
  };
  return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
