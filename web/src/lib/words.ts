/** A sentence of the server's, which begins small because it may stand within another, as one that stands alone. */
export function standing(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
