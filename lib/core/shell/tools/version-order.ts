/**
 * The order in which people count versions: `a2` before `a10`, a file's ending last. As GNU's `ls -v`.
 * Source: the GNU coreutils manual, "Version sort ordering" (which follows Debian Policy 5.6.12).
 */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  for (const special of ['', '.', '..']) {
    if (left === special) return -1;
    if (right === special) return 1;
  }
  const hidden = Number(right.startsWith('.')) - Number(left.startsWith('.'));
  if (hidden !== 0) return hidden;
  const [leftStem, rightStem] = [left, right].map((name) => name.replace(/(\.[A-Za-z~][A-Za-z0-9~]*)*$/, '')) as [string, string];
  return compareRuns(leftStem, rightStem) || compareRuns(left, right) || (left < right ? -1 : 1);
}

/** Runs without digits by character, runs of digits as numbers, in turn. */
function compareRuns(left: string, right: string): number {
  let [x, y] = [0, 0];
  const isDigit = (character: string | undefined): boolean => character !== undefined && character >= '0' && character <= '9';
  const weight = (character: string | undefined): number =>
    character === undefined || isDigit(character) ? 0 : character === '~' ? -1 : /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
  while (x < left.length || y < right.length) {
    while ((x < left.length && !isDigit(left[x])) || (y < right.length && !isDigit(right[y]))) {
      const difference = weight(left[x]) - weight(right[y]);
      if (difference !== 0) return difference;
      x += 1;
      y += 1;
    }
    const [one, other] = [/^0*(\d*)/.exec(left.slice(x))!, /^0*(\d*)/.exec(right.slice(y))!];
    x += one[0].length;
    y += other[0].length;
    const [a, b] = [one[1]!, other[1]!];
    if (a.length !== b.length) return a.length - b.length;
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}
