const LETTERS: Readonly<Record<string, string>> = { '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };

/** A member's name as tar lists it: one line, whatever is in it (GNU's quoting style `escape`). */
export function escapedName(name: string): string {
  // eslint-disable-next-line no-control-regex
  return name.replace(/[\x00-\x1f\x7f\\]/g, (character) => LETTERS[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
