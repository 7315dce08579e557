/** Modes as `chmod`, `mkdir -m` and `find -perm` take them. Source: POSIX.1-2017 `chmod`, "Extended Description". */
export const MODE = /^([-+=]?[0-7]{1,5}|([ugoa]*([-+=]([rwxXst]*|[ugo]))+)(,[ugoa]*([-+=]([rwxXst]*|[ugo]))+)*)$/;

/**
 * The bits after a change. The three bits above the nine (set-id, sticky) mean nothing here and are dropped.
 * @param text as `MODE`.
 * @param umask bits that a clause without `ugoa` leaves alone.
 */
export function changedMode(before: number, text: string, isDirectory = false, umask = 0o022): number {
  const octal = /^([-+=]?)([0-7]+)$/.exec(text);
  if (octal !== null) {
    const bits = Number.parseInt(octal[2]!, 8) & 0o777;
    return octal[1] === '+' ? before | bits : octal[1] === '-' ? before & ~bits : bits;
  }
  let mode = before;
  for (const clause of text.split(',')) {
    const [, who = ''] = /^([ugoa]*)/.exec(clause) as RegExpExecArray;
    const classes = who === '' || who.includes('a') ? 0o777 : (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    const free = who === '' ? ~umask : ~0;
    for (const [, operator, letters = ''] of clause.slice(who.length).matchAll(/([-+=])([rwxXstugo]*)/g)) {
      const copied = /^[ugo]$/.test(letters) ? ((mode >> { u: 6, g: 3, o: 0 }[letters as 'u' | 'g' | 'o']) & 7) * 0o111 : 0;
      const runs = letters.includes('x') || (letters.includes('X') && (isDirectory || (mode & 0o111) !== 0));
      const named = (letters.includes('r') ? 0o444 : 0) | (letters.includes('w') ? 0o222 : 0) | (runs ? 0o111 : 0);
      const bits = (copied | named) & classes & free;
      mode = operator === '+' ? mode | bits : operator === '-' ? mode & ~bits : (mode & ~classes) | bits;
    }
  }
  return mode & 0o777;
}
