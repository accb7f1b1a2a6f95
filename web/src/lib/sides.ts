/** A side of a pair: a golden record, or a code of a system. */
export interface Side {
  record: string;
  system: string;
  key: string;
}

/** Reads record:ID or source:SYSTEM:KEY; a code may hold colons itself. */
export function readSide(side: string): Side {
  const [kind = '', rest = ''] = cut(side);
  if (kind === 'record') return { record: rest, system: '', key: '' };
  const [system = '', key = ''] = cut(rest);
  return { record: '', system, key };
}

function cut(text: string): [string, string] {
  const at = text.indexOf(':');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
