/** What a key can ask for in a list and its detail. */
export type Command =
  | 'next' | 'previous' | 'first' | 'last' | 'page_down' | 'page_up' | 'open' | 'back'
  | 'take_source' | 'keep_golden' | 'map' | 'create' | 'accept'
  | 'batch' | 'pattern'
  | 'undo' | 'reload' | 'filter' | 'help'
  | 'approve' | 'reject' | 'send_back'
  | 'match' | 'no_match' | 'unsure' | 'waterfall' | 'compare'
  | `pick_${number}`;

/** The part of a keyboard event that decides; a test can write one down. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: { tagName?: string; isContentEditable?: boolean; type?: string } | null;
}

export type Keymap = Record<string, Command>;

/** Keys that are no letters work even when single letters are switched off. */
const named: Keymap = {
  ArrowDown: 'next', ArrowUp: 'previous', Home: 'first', End: 'last',
  PageDown: 'page_down', PageUp: 'page_up', Enter: 'open', Escape: 'back',
};

export const queueKeys: Keymap = {
  j: 'next', k: 'previous',
  a: 'take_source', c: 'keep_golden', m: 'map', n: 'create', x: 'accept',
  b: 'batch', p: 'pattern',
  u: 'undo', r: 'reload', '/': 'filter', '?': 'help',
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [String(n), `pick_${n}`] as const)),
};

export const listKeys: Keymap = { j: 'next', k: 'previous', r: 'reload', '/': 'filter', '?': 'help' };

export const requestKeys: Keymap = { ...listKeys, a: 'approve', x: 'reject', s: 'send_back', u: 'undo' };

/** Of pairs that may be one thing; U is a verdict there, so that Z takes one back. */
export const pairKeys: Keymap = {
  ...listKeys, m: 'match', n: 'no_match', u: 'unsure', z: 'undo', w: 'waterfall', c: 'compare',
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [String(n), `pick_${n}`] as const)),
};

/** The command of a key press, or undefined: inputs, buttons' own keys and combinations with Ctrl, Alt or Cmd are left alone. */
export function commandFor(press: KeyPress, keymap: Keymap, letters: boolean): Command | undefined {
  if (press.altKey || press.ctrlKey || press.metaKey) {
    return letters && press.ctrlKey && !press.altKey && press.key.toLowerCase() === 'z' && (keymap.z ?? keymap.u) === 'undo' ? 'undo' : undefined;
  }
  if (isTyping(press.target)) return undefined;
  if (press.key in named) return isPressable(press.target) && press.key === 'Enter' ? undefined : named[press.key];
  if (!letters) return undefined;
  return keymap[press.key.length === 1 ? press.key.toLowerCase() : press.key];
}

function isTyping(target: KeyPress['target']): boolean {
  if (!target) return false;
  return target.isContentEditable === true || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName ?? '');
}

/** Enter on a button or link presses it and means nothing else. */
function isPressable(target: KeyPress['target']): boolean {
  return ['BUTTON', 'A', 'SUMMARY'].includes(target?.tagName ?? '');
}
