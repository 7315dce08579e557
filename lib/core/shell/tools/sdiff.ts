import type { Command } from '../command.ts';
import { diff } from './diff.ts';
import { parseOptions, UsageError } from './options.ts';

/** sdiff: `diff -y` under other letters, as GNU's is. Its `-o`, which merges by asking, is left to the editor. */
const TROUBLE = 2;
/** What diff calls the option of each letter. */
const MEANT: Readonly<Record<string, string>> = {
  i: '-i', E: '-E', Z: '-Z', b: '-b', W: '-w', B: '-B', I: '-I', 'strip-trailing-cr': '--strip-trailing-cr', a: '-a', w: '-W', l: '--left-column', s: '--suppress-common-lines', t: '-t', d: '-d', H: '-H',
};

export const sdiff: Command = {
  name: 'sdiff',
  summary: 'Show two files side by side',
  usage: 'sdiff [-ls] [-w WIDTH] [-iEZbWBat] [-I PATTERN] FILE FILE',
  help: 'sdiff old.txt new.txt\nsdiff -s -w 80 old.txt new.txt   # only what differs, in 80 columns\nsdiff -l old.txt new.txt         # of equal lines only the left one',
  options: [
    ['-w, --width=NUM', 'columns of the screen, 130'],
    ['-s, --suppress-common-lines', 'leave out equal lines'],
    ['-l, --left-column', 'of equal lines the left one only'],
    ['-i, --ignore-case', 'upper and lower case are the same'],
    ['-b, --ignore-space-change', 'how many blanks does not count'],
    ['-W, --ignore-all-space', 'blanks do not count at all'],
    ['-Z, --ignore-trailing-space', 'blanks at the end of a line do not count'],
    ['-E, --ignore-tab-expansion', 'a tab is the blanks it stands for'],
    ['-B, --ignore-blank-lines', 'empty lines do not count'],
    ['-I, --ignore-matching-lines=RE', 'lines like this do not count'],
    ['--strip-trailing-cr', 'leave out the carriage return of Windows lines'],
    ['-a, --text', 'treat everything as text'],
    ['-t, --expand-tabs', 'blanks instead of tabs'],
    ['-d, --minimal', 'search long for the shortest difference'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'iEZbWBI:aw:lstdHo:',
      long: {
        'ignore-case': 'i', 'ignore-tab-expansion': 'E', 'ignore-trailing-space': 'Z', 'ignore-space-change': 'b', 'ignore-all-space': 'W', 'ignore-blank-lines': 'B',
        'ignore-matching-lines': 'I', 'strip-trailing-cr': 'strip-trailing-cr', text: 'a', width: 'w', 'left-column': 'l', 'suppress-common-lines': 's', 'expand-tabs': 't',
        minimal: 'd', 'speed-large-files': 'H', output: 'o',
      },
      status: TROUBLE,
    });
    const { operands, all } = options;
    if (options.has('o')) throw new UsageError('merging by asking (-o) is not here; look with sdiff, then change a copy with `edit`', TROUBLE);
    if (operands.length < 2) throw new UsageError(`missing operand after '${operands[0] ?? 'sdiff'}'`, TROUBLE);
    if (operands.length > 2) throw new UsageError(`extra operand '${operands[2]}'`, TROUBLE);
    const switches = all.flatMap(({ letter, value }) => (letter === 'I' || letter === 'w' ? [MEANT[letter] as string, value] : [MEANT[letter] as string]));
    return diff.run({ ...context, name: 'diff', args: ['-y', ...switches, '--', ...operands] });
  },
};
