/** What about a character may deceive the eye. */
export type MarkKind = 'invisible' | 'edge_space' | 'foreign_letter';

export interface Mark {
  index: number;
  length: number;
  kind: MarkKind;
  /** The code point as "U+200B". */
  codePoint: string;
}

/** Characters that take no or unusual room: controls, soft hyphen, odd spaces, zero-width and direction marks, BOM. */
const invisible = /[\u0000-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff]/u;

/** Letters of other scripts that are drawn like Latin ones, with the Latin letter. */
const latinTwin: Record<string, string> = {
  А: 'A', В: 'B', Е: 'E', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', Х: 'X', У: 'Y', І: 'I', Ј: 'J', Ѕ: 'S',
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's',
  Α: 'A', Β: 'B', Ε: 'E', Ζ: 'Z', Η: 'H', Ι: 'I', Κ: 'K', Μ: 'M', Ν: 'N', Ο: 'O', Ρ: 'P', Τ: 'T', Υ: 'Y', Χ: 'X', ο: 'o', ν: 'v',
};

/** Characters of one script that are easily taken for each other, with the one that stands for all. */
const confused: Record<string, string> = { O: '0', I: '1', l: '1', '|': '1', '×': 'x', '–': '-', '—': '-', '−': '-', '‐': '-', '‑': '-' };

/** Whether a stretch of text begins or ends its value: only there a blank is at the edge. */
export interface Edges {
  start: boolean;
  end: boolean;
}

/** Finds what a reader of text would not see. */
export function marksOf(text: string, edges: Edges = { start: true, end: true }): Mark[] {
  const marks: Mark[] = [];
  const first = edges.start ? text.length - text.trimStart().length : 0;
  const last = edges.end ? text.trimEnd().length : text.length;
  let index = 0;
  for (const character of text) {
    const kind = markOf(character, index < first || index >= last);
    if (kind) marks.push({ index, length: character.length, kind, codePoint: codePoint(character) });
    index += character.length;
  }
  return marks;
}

function markOf(character: string, atEdge: boolean): MarkKind | undefined {
  if (invisible.test(character)) return 'invisible';
  if (atEdge && character === ' ') return 'edge_space';
  if (character in latinTwin) return 'foreign_letter';
  return undefined;
}

export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Says that two different texts look the same to a reader: 0 for O, Cyrillic for Latin, something invisible in one. */
export function lookAlike(a: string, b: string): boolean {
  return a !== b && skeleton(a) === skeleton(b);
}

function skeleton(text: string): string {
  return [...text.normalize('NFKC')]
    .map((character) => latinTwin[character] ?? character)
    .map((character) => confused[character] ?? character)
    .filter((character) => !invisible.test(character))
    .join('')
    .trim();
}
