/** How a number of a system lies beside the golden one. */
export type Delta =
  | { kind: 'same' }
  /** Exactly a power of ten apart, as when grams were taken for kilograms. */
  | { kind: 'factor'; factor: number }
  | { kind: 'percent'; percent: number }
  /** The units are of different kinds, or the golden number is 0: there is no percentage. */
  | { kind: 'incomparable' };

export interface Measured {
  qty: string;
  unit?: string;
}

/** Rec 20 units of one kind, with the power of ten that leads to its base. */
const scales: Record<string, { base: string; exponent: number }> = {
  MGM: { base: 'KGM', exponent: -6 },
  GRM: { base: 'KGM', exponent: -3 },
  KGM: { base: 'KGM', exponent: 0 },
  TNE: { base: 'KGM', exponent: 3 },
  MMT: { base: 'MTR', exponent: -3 },
  CMT: { base: 'MTR', exponent: -2 },
  MTR: { base: 'MTR', exponent: 0 },
  KMT: { base: 'MTR', exponent: 3 },
  MLT: { base: 'LTR', exponent: -3 },
  LTR: { base: 'LTR', exponent: 0 },
};

interface Decimal {
  digits: bigint;
  exponent: number;
}

const decimalForm = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Reads a decimal exactly; undefined if it is none. */
export function parseDecimal(raw: string): Decimal | undefined {
  const found = decimalForm.exec(raw.trim());
  if (!found || !(found[2] || found[3])) return undefined;
  const fraction = found[3] ?? '';
  const digits = BigInt((found[2] ?? '') + fraction || '0');
  return normal({ digits: found[1] === '-' ? -digits : digits, exponent: Number(found[4] ?? 0) - fraction.length });
}

/** Without trailing zeros, so that equal numbers look equal. */
function normal({ digits, exponent }: Decimal): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  while (digits % 10n === 0n) {
    digits /= 10n;
    exponent++;
  }
  return { digits, exponent };
}

/** Compares two quantities exactly, converting between units of one kind. */
export function delta(golden: Measured, source: Measured): Delta {
  const ours = inBase(golden);
  const theirs = inBase(source);
  if (!ours || !theirs || ours.unit !== theirs.unit) return { kind: 'incomparable' };
  const a = ours.number;
  const b = theirs.number;
  if (a.digits === b.digits) {
    return a.exponent === b.exponent ? { kind: 'same' } : { kind: 'factor', factor: 10 ** (b.exponent - a.exponent) };
  }
  if (a.digits === 0n) return { kind: 'incomparable' };
  return { kind: 'percent', percent: percentBetween(a, b) };
}

function inBase(value: Measured): { number: Decimal; unit: string } | undefined {
  const number = parseDecimal(value.qty);
  if (!number) return undefined;
  const unit = value.unit ?? '';
  const scale = scales[unit];
  if (!scale || number.digits === 0n) return { number, unit: scale?.base ?? unit };
  return { number: { digits: number.digits, exponent: number.exponent + scale.exponent }, unit: scale.base };
}

/** (b - a) / |a| in percent: the difference is taken exactly, only the ratio is rounded. */
function percentBetween(a: Decimal, b: Decimal): number {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = a.digits * 10n ** BigInt(a.exponent - exponent);
  const right = b.digits * 10n ** BigInt(b.exponent - exponent);
  const size = left < 0n ? -left : left;
  return Number(((right - left) * 100_000_000n) / size) / 1_000_000;
}
