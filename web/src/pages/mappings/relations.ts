/** What a code can be to a record. */
export const relations = ['equivalent', 'source_narrower', 'source_broader', 'related', 'not_related'] as const;
