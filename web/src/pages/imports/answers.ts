import type { ImportAnswer, ImportChange, ImportLayout, ImportNote, ImportRow } from '../../api/types';
import { columnAt, columnOf } from './layout';

/** How many answers one call takes. */
export const answersAtOnce = 1000;

/** The kinds of what was noticed, the most frequent first; and the one that a list is narrowed to, even when no row has it any more. */
export function noticedKinds(noticed: Record<string, number>, narrowed: string | undefined): { kind: string; count: number }[] {
  return Object.entries({ ...(narrowed && { [narrowed]: 0 }), ...noticed })
    .filter(([kind, count]) => count > 0 || kind === narrowed)
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

/** The answer that takes a note's suggestion; undefined where it has none, or is not about a code that can be put right here. */
export function taking(layout: ImportLayout, row: Pick<ImportRow, 'position' | 'code' | 'target'>, note: ImportNote): ImportAnswer | undefined {
  // which of two values counts is asked elsewhere, with both beside each other
  if (note.suggestion === '' || note.kind === 'stale') return undefined;
  const field = columnAt(layout, columnOf(note.cell))?.field;
  if (field === 'code' && note.suggestion !== row.code) return { position: row.position, code: note.suggestion };
  if (field === 'target' && note.suggestion !== row.target) return { position: row.position, target: note.suggestion };
  return undefined;
}

/** The answers that take the suggestions of all notes of a kind; one answer for each row, with all it says. */
export function takingAll(layout: ImportLayout, rows: ImportRow[], kind: string): ImportAnswer[] {
  return rows.flatMap((row) => {
    const said = row.notes.filter((note) => note.kind === kind).map((note) => taking(layout, row, note));
    const answer = said.reduce<ImportAnswer>((all, one) => ({ ...all, ...one }), { position: row.position });
    return answer.code !== undefined || answer.target !== undefined ? [answer] : [];
  });
}

/** Answers in as many calls as they need. */
export function inCalls(answers: ImportAnswer[], atOnce = answersAtOnce): ImportAnswer[][] {
  return Array.from({ length: Math.ceil(answers.length / atOnce) }, (_, index) => answers.slice(index * atOnce, (index + 1) * atOnce));
}

/** What somebody typed into a row, so far as it says anything else than the row. */
export function corrected(row: Pick<ImportRow, 'position' | 'code' | 'target'>, typed: { code: string; target: string }): ImportAnswer | undefined {
  const code = typed.code.trim();
  const target = typed.target.trim();
  const answer: ImportAnswer = { position: row.position };
  if (code !== '' && code !== row.code) answer.code = code;
  if (target !== '' && target !== row.target) answer.target = target;
  return answer.code === undefined && answer.target === undefined ? undefined : answer;
}

/** One value of which the file and Crosswalk say different things; attribute is what the answer names. */
export interface Question {
  attribute: string;
  change: ImportChange | undefined;
  message: string;
}

/**
 * What a contradicting row asks. Of an edited export only the cells that somebody else has changed too are asked for; where no
 * cell is named, the file tells of no time at which it was true, and all that differs is asked for.
 */
export function questionsOf(layout: ImportLayout, row: Pick<ImportRow, 'notes' | 'changes'>): Question[] {
  const stale = row.notes.filter((note) => note.kind === 'stale').flatMap((note): Question[] => {
    const column = columnAt(layout, columnOf(note.cell));
    if (!column || column.field === '') return [];
    const named = column.field.replace(/^attribute:/, '');
    const attribute = column.language === '' ? column.field : `${column.field}#${column.language}`;
    return [{ attribute, change: row.changes.find((change) => change.attribute === named), message: note.message }];
  });
  if (stale.length > 0) return stale;
  return row.changes.map((change) => ({ attribute: change.attribute, change, message: '' }));
}
