/** The value as bash would print it for reading back, always in single quotes or `$'...'`. */
export function quoteText(value: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(value)) {
    const names: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\x1b': '\\E', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\v': '\\v' };
    // eslint-disable-next-line no-control-regex
    const inside = value.replace(/[\\']/g, '\\$&').replace(/[\x00-\x1f\x7f]/g, (character) =>
      names[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
    return `$'${inside}'`;
  }
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Whether an unquoted word of these characters would mean something else (bash's sh_contains_shell_metas). */
export function hasMetas(text: string): boolean {
  return /[ \t\n'"\\|&;()<>!{}*[\]?^$`]|^[~#]|[=:]~/.test(text);
}
