import { describe, expect, it } from 'vitest';
import type { SourceSystem } from '../../api/types';
import { domainsFor, fitting, maxBytes, refusal } from './declare';

const system = (id: string, plant: string, domains: string[]) => ({ id, name: id, plant, domains }) as unknown as SourceSystem;
const systems = [system('odoo', '', ['item', 'supplier']), system('mes', 'LYN', ['item']), system('wms', 'GDA', ['item', 'location'])];

describe('what a file is declared to be', () => {
  it('begins with the first system of a plant', () => {
    expect(fitting({ kind: 'records-partial', system: '', domain: '' }, systems)).toEqual({ kind: 'records-partial', system: 'mes', domain: 'item' });
  });
  it('may be of no one system only where a mapping names its plants', () => {
    expect(fitting({ kind: 'mapping', system: '', domain: 'location' }, systems)).toEqual({ kind: 'mapping', system: '', domain: 'location' });
    expect(fitting({ kind: 'records-complete', system: '', domain: 'item' }, systems).system).toBe('mes');
  });
  it('is of no system where golden records were edited', () => {
    expect(fitting({ kind: 'golden', system: 'mes', domain: 'supplier' }, systems)).toEqual({ kind: 'golden', system: '', domain: 'supplier' });
  });
  it('keeps the domain while the system has it', () => {
    expect(fitting({ kind: 'mapping', system: 'wms', domain: 'location' }, systems).domain).toBe('location');
    expect(fitting({ kind: 'mapping', system: 'mes', domain: 'location' }, systems).domain).toBe('item');
  });
  it('offers what the system keeps, or what any does', () => {
    expect(domainsFor({ kind: 'mapping', system: 'wms', domain: '' }, systems)).toEqual(['item', 'location']);
    expect(domainsFor({ kind: 'mapping', system: '', domain: '' }, systems)).toEqual(['item', 'supplier', 'location']);
  });
});

describe('refusal', () => {
  it('names what is missing, empty or too large, and nothing else', () => {
    expect(refusal(undefined)).toBe('choose');
    expect(refusal({ size: 0 })).toBe('empty');
    expect(refusal({ size: maxBytes + 1 })).toBe('too_large');
    expect(refusal({ size: maxBytes })).toBeUndefined();
  });
});
