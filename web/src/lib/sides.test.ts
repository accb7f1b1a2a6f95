import { expect, it } from 'vitest';
import { readSide } from './sides';

it('reads a record', () => expect(readSide('record:01-a')).toEqual({ record: '01-a', system: '', key: '' }));
it('reads a code, colons and all', () => expect(readSide('source:mes_str:A:12')).toEqual({ record: '', system: 'mes_str', key: 'A:12' }));
