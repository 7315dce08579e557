import type { Command } from '../command.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** Which lines get a number: all, those with something in them, none, or those that match. */
type Style = (line: string, blanks: number) => boolean;

function parseStyle(text: string, section: string, joined: number): Style {
  if (text === 'a') return (line, blanks) => line !== '' || blanks % joined === 0;
  if (text === 't') return (line) => line !== '';
  if (text === 'n') return () => false;
  if (!text.startsWith('p')) throw new UsageError(`invalid ${section} numbering style: '${text}'`);
  const matcher = new Matcher(parsePosix(text.slice(1), false).pattern, false);
  return (line) => matcher.test(line);
}

export const nl: Command = {
  name: 'nl',
  summary: 'Number lines',
  usage: 'nl [-b STYLE] [-h STYLE] [-f STYLE] [-w WIDTH] [-s TEXT] [-v START] [-i STEP] [-l N] [-n ln|rn|rz] [-p] [-d CC] [FILE]...',
  help: 'nl poem.txt\nnl -b a poem.txt           # empty lines too\nnl -s ") " -w 3 list.txt\nnl -b "p^#" book.md        # only lines that begin with #',
  options: [
    ['-b, --body-numbering=STYLE', 'a all lines, t lines with text, n none, pPATTERN lines that match'],
    ['-h, -f STYLE', 'the same for header and footer sections (after \\:\\:\\: and \\:)'],
    ['-n, --number-format=FORMAT', 'ln left, rn right, rz right with zeros'],
    ['-w, --number-width=N', 'columns of the number'],
    ['-s, --number-separator=TEXT', 'behind the number'],
    ['-v, --starting-line-number=N', 'the first number'],
    ['-i, --line-increment=N', 'the step'],
    ['-l, --join-blank-lines=N', 'with a: of N empty lines one is counted'],
    ['-p, --no-renumber', 'go on counting in the next section'],
    ['-d, --section-delimiter=CC', 'instead of \\:'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'b:w:s:v:i:n:h:f:d:pl:',
      long: {
        'body-numbering': 'b', 'header-numbering': 'h', 'footer-numbering': 'f', 'number-width': 'w', 'number-separator': 's', 'starting-line-number': 'v', 'line-increment': 'i',
        'number-format': 'n', 'section-delimiter': 'd', 'no-renumber': 'p', 'join-blank-lines': 'l',
      },
    });
    const number = (letter: string, fallback: string, what: string, least: number): number => {
      const text = options.value(letter) ?? fallback;
      if (!/^[-+]?\d+$/.test(text) || Number(text) < least) throw new UsageError(`invalid ${what}: '${text}'`);
      return Number(text);
    };
    const width = Math.min(1_000, number('w', '6', 'line number field width', 1));
    const step = number('i', '1', 'line number increment', Number.NEGATIVE_INFINITY);
    const start = number('v', '1', 'starting line number', Number.NEGATIVE_INFINITY);
    const joined = number('l', '1', 'line number of blank lines', 1);
    const format = options.value('n') ?? 'rn';
    if (!['ln', 'rn', 'rz'].includes(format)) throw new UsageError(`invalid line numbering format: '${format}'`);
    const styles = {
      b: parseStyle(options.value('b') ?? 't', 'body', joined), h: parseStyle(options.value('h') ?? 'n', 'header', joined), f: parseStyle(options.value('f') ?? 'n', 'footer', joined),
    };
    const separator = options.value('s') ?? '\t';
    const asked = options.value('d') ?? '\\:';
    const mark = asked.length === 1 ? `${asked}:` : asked;
    const sections = new Map<string, keyof typeof styles>([[mark.repeat(3), 'h'], [mark.repeat(2), 'b'], [mark, 'f']]);
    let style = styles.b;
    let value = start;
    let blanks = 0;
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    for await (const { chunks } of inputs) {
      for await (const { lines } of lineBatches(chunks)) {
        for (const line of lines) {
          const section = mark === '' ? undefined : sections.get(line);
          let due: Promise<void> | undefined;
          if (section !== undefined) {
            style = styles[section];
            if (!options.has('p')) value = start;
            blanks = 0;
            due = out.add('\n');
          } else {
            blanks = line === '' ? blanks + 1 : 0;
            const isNumbered = style(line, blanks);
            const digits = format === 'rz' && value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(format === 'ln' ? 0 : width, format === 'rz' ? '0' : ' ');
            due = out.add(isNumbered ? `${digits.padEnd(width)}${separator}${line}\n` : `${' '.repeat(width + separator.length)}${line}\n`);
            if (isNumbered) value += step;
          }
          if (due !== undefined) await due;
        }
        await out.flush();
        const rest = context.breathe();
        if (rest !== undefined) await rest;
      }
    }
    return failed() ? 1 : 0;
  },
};
