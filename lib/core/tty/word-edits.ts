/**
 * What readline's keys do with words, as changes of a text: each answers the text and cursor afterwards, undefined where
 * there is nothing to do.
 */
export interface TextChange {
  text: string;
  cursor: number;
}

const isWordPart = (text: string) => /[\p{L}\p{M}\p{N}_]/u.test(text);

/** The edge of the word right (1) or left (-1) of `from`; words are letters, digits and `_`, as in readline. */
export function wordEdge(text: string, from: number, direction: -1 | 1): number {
  let index = from;
  const at = (position: number): string => {
    const isPair = direction === -1 && /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(position - 2, position));
    return String.fromCodePoint(text.codePointAt(direction === 1 ? position : isPair ? position - 2 : position - 1) as number);
  };
  const isInside = () => (direction === 1 ? index < text.length : index > 0);
  while (isInside() && !isWordPart(at(index))) index += direction * at(index).length;
  while (isInside() && isWordPart(at(index))) index += direction * at(index).length;
  return Math.max(0, Math.min(text.length, index));
}

/** Alt-u, Alt-l, Alt-c: from the cursor to the end of the word. */
export function changeWordCase(text: string, cursor: number, to: 'upper' | 'lower' | 'capital'): TextChange | undefined {
  const end = wordEdge(text, cursor, 1);
  if (end === cursor) return undefined;
  const word = text.slice(cursor, end);
  const changed = to === 'upper' ? word.toUpperCase() : to === 'lower' ? word.toLowerCase()
    : word.toLowerCase().replace(/[\p{L}\p{N}]/u, (letter) => letter.toUpperCase());
  return { text: text.slice(0, cursor) + changed + text.slice(end), cursor: cursor + changed.length };
}

/** Alt-t: the word before the cursor goes behind the one after it; at the end of the line the last two change places. */
export function transposeWords(text: string, cursor: number): TextChange | undefined {
  const secondEnd = wordEdge(text, cursor, 1);
  const secondStart = wordEdge(text, secondEnd, -1);
  const firstStart = wordEdge(text, secondStart, -1);
  const firstEnd = wordEdge(text, firstStart, 1);
  if (firstStart === secondStart || secondStart < firstEnd) return undefined;
  return {
    text: text.slice(0, firstStart) + text.slice(secondStart, secondEnd) + text.slice(firstEnd, secondStart)
      + text.slice(firstStart, firstEnd) + text.slice(secondEnd),
    cursor: secondEnd,
  };
}

/** Alt-\: blanks on both sides of the cursor. */
export function withoutBlanks(text: string, cursor: number): TextChange | undefined {
  const before = text.slice(0, cursor).replace(/[ \t]+$/, '');
  const after = text.slice(cursor).replace(/^[ \t]+/, '');
  return before.length + after.length === text.length ? undefined : { text: before + after, cursor: before.length };
}

/** The words of a line as the shell cuts them, quotes kept; for Alt-. */
export function shellWords(line: string): string[] {
  return line.match(/(?:\\[\s\S]|'[^']*'?|"(?:\\[\s\S]|[^"\\])*"?|[^\s'"\\|&;<>()])+|[|&;<>()]+/g) ?? [];
}
