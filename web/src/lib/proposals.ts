import type { Mapping, MappingProposal } from '../api/types';

/** What a form leaves empty is not sent: the server fills in its own. */
export function filled<T extends object>(body: T): T {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '' && value !== undefined)) as T;
}

/** The key under which a body is sent: the same as long as the body is, so that sending it twice does it once. */
export class Sending {
  #last = '';
  #key = '';
  readonly #make: () => string;

  constructor(make: () => string) {
    this.#make = make;
  }

  key(path: string, body: unknown): string {
    const content = path + JSON.stringify(body);
    if (content !== this.#last) {
      this.#last = content;
      this.#key = this.#make();
    }
    return this.#key;
  }
}

/** What of a mapping a person looks at when its versions are compared. */
const told = ['code', 'record_id', 'relation', 'state', 'valid_from', 'valid_to', 'factor', 'unit', 'default_out'] as const;
export type MappingField = (typeof told)[number];

/** The versions, newest first, each with the fields in which it differs from the one before. */
export function mappingHistory(versions: readonly Mapping[]): { version: Mapping; changed: MappingField[] }[] {
  const sorted = [...versions].sort((a, b) => b.version - a.version);
  return sorted.map((version, at) => {
    const before = sorted[at + 1];
    return { version, changed: before ? told.filter((field) => version[field] !== before[field]) : [] };
  });
}

/** Whether a mapping can still be ended or handed over. */
export function changeable(mapping: Pick<Mapping, 'state' | 'valid_to'>, today: string): boolean {
  return (mapping.state === 'active' || mapping.state === 'suspect') && (mapping.valid_to === '' || mapping.valid_to > today);
}

/** The body that ends a mapping on a day or hands its code over to another record. */
export function endOf(mapping: Mapping, on: string, reason: string, record?: string): MappingProposal {
  return filled({ action: record ? 'replace' : 'end', mapping_id: mapping.id, version: mapping.version, on, record_id: record, reason: reason.trim() } as MappingProposal);
}
