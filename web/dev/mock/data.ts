import type {
  AttributeDefinition, Attributes, ChangeItem, ChangeRequest, Definition, Delivery, Discrepancy, GoldenRecord, Import, ImportRow, Plan, Plant, Run,
  SourceSystem, Value,
} from '../../src/api/types.ts';

/** Always the same numbers, so that two screenshots of a page can be compared. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

let ids = 0;
export function id(): string {
  ids++;
  return `01970000-0000-7000-8000-${ids.toString(16).padStart(12, '0')}`;
}

export const now = Date.now();
export const ago = (minutes: number) => `${new Date(now - minutes * 60_000).toISOString().slice(0, -1)}000Z`;

const attribute = (part: Partial<AttributeDefinition> & Pick<AttributeDefinition, 'id' | 'label' | 'kind'>): AttributeDefinition => ({
  help: '', required: false, scope: 'global', governance: 'review', classification: 'internal', unit: '', members: null, ...part,
});

export const definition: Definition = {
  domain: 'item', label: 'Item', version: 1, code_attribute: 'code', name_attribute: 'name',
  attributes: [
    attribute({ id: 'code', label: 'Code', kind: 'code', required: true }),
    attribute({ id: 'name', label: 'Name', kind: 'translated', required: true }),
    attribute({ id: 'base_unit', label: 'Base unit', kind: 'enum', required: true, members: ['PCE', 'KGM', 'MTR', 'LTR', 'SET'], help: 'UN/ECE Recommendation 20' }),
    attribute({ id: 'net_weight', label: 'Net weight', kind: 'quantity', unit: 'KGM' }),
    attribute({ id: 'gtin', label: 'GTIN', kind: 'code' }),
    attribute({ id: 'tracking', label: 'Tracking', kind: 'enum', members: ['none', 'lot', 'serial'] }),
  ],
};

export const systems: SourceSystem[] = [
  { id: 'odoo-main', name: 'Odoo Main', kind: 'odoo', plant: '', codes: 'default_code', writable: true, unguarded_accepted_by: '', settings: { base_url: 'https://erp.example.com', database: 'main', key_ref: 'env:ODOO_KEY' }, domains: ['item'], records: 412, version: 1 },
  { id: 'mes-stu1', name: 'MES STU1', kind: 'sql', plant: 'STU1', codes: 'internal', writable: false, unguarded_accepted_by: '', settings: { driver: 'mysql', dsn_ref: 'file:/run/secrets/mes-stu1' }, domains: ['item'], records: 388, version: 1 },
  { id: 'odoo-test', name: 'Odoo Prague', kind: 'odoo', plant: 'PRG2', codes: 'default_code', writable: true, unguarded_accepted_by: 'user:ines', settings: { base_url: 'https://prg.example.com', database: 'prg' }, domains: ['item'], records: 97, version: 2 },
];

export const plants: Plant[] = [
  { id: 'STU1', name: 'Stuttgart', time_zone: 'Europe/Berlin', languages: ['de', 'en'], currency: 'EUR', state: 'live', version: 1 },
  { id: 'PRG2', name: 'Praha', time_zone: 'Europe/Prague', languages: ['cs', 'en'], currency: 'CZK', state: 'onboarding', version: 1 },
];

const kinds = ['PUMP GEAR', 'BEARING BALL', 'CABLE CONTROL', 'BOLT HEX', 'VALVE GATE', 'SEAL OIL', 'GASKET SPIRAL', 'SHEET STEEL'];
const ends = ['PTFE', 'S355', 'CI', '10.9', 'SS316', 'A2-70', 'NBR', '8.8 ZN'];

export interface World {
  records: GoldenRecord[];
  discrepancies: Map<string, Discrepancy>;
  requests: Map<string, ChangeRequest & { items: ChangeItem[] }>;
  deliveries: Map<string, Delivery>;
  runs: Run[];
  plans: Plan[];
  imports: Map<string, Import & { rows: ImportRow[] }>;
}

export function makeWorld(size: number): World {
  const next = random(7);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  const records: GoldenRecord[] = Array.from({ length: 160 }, (_, index) => {
    const code = `${pick(['S', 'P', 'B', 'M', 'G'])}-${String(100_000 + Math.floor(next() * 899_999))}`;
    const name = `${pick(kinds)} M${4 + Math.floor(next() * 18)}x${10 * (1 + Math.floor(next() * 15))} ${pick(ends)}`;
    const attributes: Attributes = {
      code: { code }, name: { i18n: { en: name } }, base_unit: { enum: pick(['PCE', 'KGM', 'MTR']) }, net_weight: { qty: (next() * 4).toFixed(3), unit: 'KGM' },
      gtin: { code: `40${String(Math.floor(next() * 1e11)).padStart(11, '0')}` }, tracking: { enum: pick(['none', 'lot']) },
    };
    return { id: id(), domain: 'item', state: index % 31 === 0 ? 'phase_out' : 'active', code, name, version: 1 + (index % 3), attributes, changed_at: ago(60 * (index + 1)) };
  });
  const discrepancies = new Map<string, Discrepancy>();
  for (let index = 0; index < size; index++) {
    const one = discrepancyOf(records[index % records.length] as GoldenRecord, index, next);
    discrepancies.set(one.id, one);
  }
  return { records, discrepancies, requests: new Map(), deliveries: new Map(), runs: [], plans: [], imports: new Map() };
}

const faults: { attribute: string; system: string; of: (value: Value, index: number) => Value }[] = [
  { attribute: 'name', system: 'odoo-main', of: (value) => ({ i18n: { en: textOf(value).replace('x', ' x ').replace('M1', 'Ml') } }) },
  { attribute: 'net_weight', system: 'mes-stu1', of: (value) => ({ qty: String(Number(qtyOf(value)) * 1000), unit: 'KGM' }) },
  { attribute: 'base_unit', system: 'odoo-main', of: () => ({ enum: 'SET' }) },
  { attribute: 'net_weight', system: 'odoo-main', of: (value) => ({ qty: (Number(qtyOf(value)) * 1.07).toFixed(3), unit: 'KGM' }) },
  { attribute: 'name', system: 'mes-stu1', of: (value) => ({ i18n: { en: `${textOf(value).replace('O', 'О').replace(' ', '\u00a0')} ` } }) },
  { attribute: 'gtin', system: 'mes-stu1', of: (value) => ({ code: String(textOf(value)).replace('0', 'O') }) },
];

const textOf = (value: Value): string => (value && 'i18n' in value ? (value.i18n.en ?? '') : value && 'code' in value ? value.code : '');
const qtyOf = (value: Value): string => (value && 'qty' in value ? value.qty : '0');
export const show = (value: Value | undefined): string =>
  !value ? '' : 'i18n' in value ? (value.i18n.en ?? '') : 'qty' in value ? `${value.qty} ${value.unit ?? ''}` : String(Object.values(value)[0]);

function discrepancyOf(record: GoldenRecord, index: number, next: () => number): Discrepancy {
  const unmapped = index % 7 === 6;
  const missing = index % 23 === 22;
  const fault = faults[index % faults.length] as (typeof faults)[number];
  const system = unmapped || missing ? 'mes-stu1' : fault.system;
  const attributes = record.attributes ?? {};
  const wrong = unmapped || missing ? {} : { [fault.attribute]: fault.of(attributes[fault.attribute] ?? null, index) };
  const kind = unmapped ? 'unmapped' : missing ? 'missing' : 'value';
  const attribute = kind === 'value' ? fault.attribute : '';
  const code = missing ? '' : system === 'odoo-main' ? record.code : `${String(Math.floor(next() * 1e6)).padStart(8, '0')}`;
  const theirs: Attributes = missing ? {} : { ...attributes, ...wrong };
  const name = systems.find((one) => one.id === system)?.name ?? system;
  return {
    id: id(), version: 1, state: index % 41 === 40 ? 'bounced' : 'open', class: kind, domain: 'item', system, plant: system === 'mes-stu1' ? 'STU1' : '', attribute,
    record_id: unmapped ? '' : record.id, label: record.name, code, golden: show(attributes[attribute]), source: show(theirs[attribute]),
    first_seen: ago(40 + index * 37), last_seen: ago(35), golden_value: attributes[attribute] ?? null, source_value: theirs[attribute] ?? null,
    note: index % 41 === 40 ? 'Odoo Main no longer held 1.422 KGM when the change was to be written; nothing was overwritten.' : '',
    pattern: `item|${system}|${kind}|${attribute}`, change_request_id: '', remedy: '', fixed_at: '', accepted_until: '',
    record: unmapped ? null : { id: record.id, code: record.code, name: record.name, version: record.version, state: record.state },
    source_record: missing ? null : { code, active: true, token: 'w1', read_at: ago(35), gone: false },
    diff: definition.attributes.map((one) => ({
      attribute: one.id, label: one.label, golden: unmapped ? null : (attributes[one.id] ?? null), source: theirs[one.id] ?? null,
      golden_display: unmapped ? '' : show(attributes[one.id]), source_display: show(theirs[one.id]),
      differs: unmapped || missing || one.id === attribute, tolerated: false,
    })),
    others: kind === 'value' ? [{ system: system === 'odoo-main' ? 'mes-stu1' : 'odoo-main', name: system === 'odoo-main' ? 'MES STU1' : 'Odoo Main', code: record.code, display: show(attributes[attribute]) }] : [],
    verbs: verbsOf(kind, name),
    candidates: unmapped ? [{ record_id: record.id, code: record.code, name: record.name }, { record_id: id(), code: 'S-100233', name: 'PUMP GEAR M16x80 SS316' }] : [],
    deliveries: [],
  };
}

function verbsOf(kind: string, name: string): Discrepancy['verbs'] {
  if (kind === 'unmapped') {
    return [
      { verb: 'map', label: 'Map to a record', effect: 'The code stands for the record you pick; no system is written', enabled: true, why: '' },
      { verb: 'create', label: 'Create as new record', effect: 'Creates a golden record and writes it to Odoo Main', enabled: true, why: '' },
      { verb: 'accept', label: 'Accept as is', effect: 'Nothing is written; the code stays unmapped until the day you set', enabled: true, why: '' },
    ];
  }
  return [
    { verb: 'take_source', label: 'Take', effect: name === 'Odoo Main' ? 'Changes golden; MES STU1 gets a work-list entry' : 'Changes golden; updates Odoo Main', enabled: kind === 'value', why: kind === 'value' ? '' : 'the system has no value to take' },
    { verb: 'keep_golden', label: 'Keep', effect: name === 'Odoo Main' ? 'Updates Odoo Main' : 'MES STU1 gets a work-list entry', enabled: true, why: '' },
    { verb: 'accept', label: 'Accept as is', effect: 'Nothing is written; the difference is shown again from the day you set', enabled: true, why: '' },
  ];
}
