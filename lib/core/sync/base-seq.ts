/** FNV-1a, 32 bits, over UTF-16 units: for damage, not for enemies, who could write the whole value as well. */
export function checksum(value: string): string {
  let sum = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) sum = Math.imul(sum ^ value.charCodeAt(i), 0x01000193);
  return (sum >>> 0).toString(36);
}

/**
 * The `seq` of a base (base.ts) without the rest of it: a page that opens wants this alone, at once, and parsing the
 * tree of 10,000 files takes longer than its prompt. 0 for what is absent or not understood.
 */
export function seqOfBase(value: string | undefined): number {
  const found = /^(?:([0-9a-z]+)\|)?\[1,"[^"\\]*",(\d{1,15}),/.exec(value ?? '');
  if (value === undefined || found === null) return 0;
  const [, sum, seq] = found;
  return sum === undefined || sum === checksum(value.slice(sum.length + 1)) ? Number(seq) : 0;
}
