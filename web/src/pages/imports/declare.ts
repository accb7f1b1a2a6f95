import type { ImportKind, SourceSystem } from '../../api/types';

/** What a file may be, in the order in which people mean it. */
export const kinds: ImportKind[] = ['mapping', 'records-partial', 'records-complete', 'golden'];

/** The API's limit for a file: 100 MB. */
export const maxBytes = 100 * 2 ** 20;

/** What somebody says a file is. No system means that the plants stand in the file. */
export interface Declared {
  kind: ImportKind;
  system: string;
  domain: string;
}

/** An edited export of golden records is of no system; only a mapping may be of several plants. */
export const systemCounts = (kind: ImportKind) => kind !== 'golden';
export const maySpread = (kind: ImportKind) => kind === 'mapping';

/** What a file may be about: what its system keeps, or any system. */
export function domainsFor({ kind, system }: Declared, systems: SourceSystem[]): string[] {
  const kept = systemCounts(kind) && system !== '' ? systems.filter((one) => one.id === system) : systems;
  return [...new Set(kept.flatMap((one) => one.domains ?? []))];
}

/** What is declared once it is corrected to what goes together. */
export function fitting(declared: Declared, systems: SourceSystem[]): Declared {
  const { kind } = declared;
  const known = systems.some((one) => one.id === declared.system);
  const first = systems.find((one) => one.plant !== '') ?? systems[0];
  const system = !systemCounts(kind) ? '' : known || (maySpread(kind) && declared.system === '') ? declared.system : (first?.id ?? '');
  const domains = domainsFor({ ...declared, system }, systems);
  return { kind, system, domain: domains.includes(declared.domain) ? declared.domain : (domains[0] ?? 'item') };
}

/** Why a file is not even sent; what it holds is for the server to say. */
export function refusal(file: { size: number } | undefined): 'choose' | 'empty' | 'too_large' | undefined {
  if (!file) return 'choose';
  if (file.size === 0) return 'empty';
  return file.size > maxBytes ? 'too_large' : undefined;
}
