import fastDiff from 'fast-diff';

/** A stretch of one side's text: shared with the other side, or only here. */
export interface Segment {
  text: string;
  changed: boolean;
}

export interface TextDiff {
  golden: Segment[];
  source: Segment[];
  /** The texts have too little in common for a look at their characters: each is marked as a whole. */
  whole: boolean;
}

/** Below this likeness a character diff is noise: EA against PCE would come out as a shared E. */
const likeEnough = 0.5;

/** What two texts have in common, from 0 (nothing) to 1 (equal), and the pieces that show it. */
function compare(golden: string, source: string): { pieces: fastDiff.Diff[]; likeness: number } {
  const pieces = fastDiff(golden, source, undefined, true);
  const shared = pieces.reduce((sum, [kind, text]) => (kind === fastDiff.EQUAL ? sum + text.length : sum), 0);
  const length = golden.length + source.length;
  return { pieces, likeness: length === 0 ? 1 : (2 * shared) / length };
}

export function similarity(golden: string, source: string): number {
  return compare(golden, source).likeness;
}

/** Marks what only one side has, character by character where the sides are alike enough. */
export function diffTexts(golden: string, source: string): TextDiff {
  const { pieces, likeness } = compare(golden, source);
  if (likeness < likeEnough) return { golden: whole(golden), source: whole(source), whole: true };
  return {
    golden: side(pieces, fastDiff.DELETE),
    source: side(pieces, fastDiff.INSERT),
    whole: false,
  };
}

function whole(text: string): Segment[] {
  return text === '' ? [] : [{ text, changed: true }];
}

function side(pieces: fastDiff.Diff[], own: -1 | 1): Segment[] {
  return pieces
    .filter(([kind]) => kind === fastDiff.EQUAL || kind === own)
    .map(([kind, text]) => ({ text, changed: kind === own }));
}
