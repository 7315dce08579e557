import type { Command } from '../command.ts';
import { formatPrintf } from '../builtins/format.ts';
import { ShellError } from '../flow.ts';
import { locate } from '../locate.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { decodeText, encodeText } from '../text.ts';
import { complain, openNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** Where to cut: at a line number, or at a line that matches (`%` skips up to it instead of writing). */
interface Cut {
  text: string;
  line: number | undefined;
  matcher: Matcher | undefined;
  skips: boolean;
  offset: number;
  /** How often again; `Infinity` for `{*}`. */
  repeat: number;
}

function parseCuts(words: readonly string[]): Cut[] {
  const cuts: Cut[] = [];
  for (const word of words) {
    const repeat = /^\{(\d+|\*)\}$/.exec(word);
    if (repeat !== null) {
      const last = cuts[cuts.length - 1];
      if (last === undefined) throw new UsageError(`${word}: invalid pattern`);
      last.repeat = repeat[1] === '*' ? Number.POSITIVE_INFINITY : Number(repeat[1]);
      continue;
    }
    const mark = word[0];
    if (mark === '/' || mark === '%') {
      const close = word.lastIndexOf(mark);
      if (close === 0) throw new UsageError(`${word}: closing delimiter '${mark}' missing`);
      const offset = word.slice(close + 1);
      if (!/^([-+]?\d+)?$/.test(offset)) throw new UsageError(`${word}: integer expected after delimiter`);
      cuts.push({ text: word, line: undefined, matcher: new Matcher(parsePosix(word.slice(1, close), false).pattern, false), skips: mark === '%', offset: Number(offset || '0'), repeat: 0 });
    } else {
      if (!/^\d+$/.test(word)) throw new UsageError(`${word}: invalid pattern`);
      if (Number(word) === 0) throw new UsageError(`${word}: line number must be greater than zero`);
      cuts.push({ text: word, line: Number(word), matcher: undefined, skips: false, offset: 0, repeat: 0 });
    }
  }
  return cuts;
}

export const csplit: Command = {
  name: 'csplit',
  summary: 'Cut a file into pieces where lines match',
  usage: 'csplit [-f PREFIX] [-n DIGITS] [-b FORMAT] [-skz] FILE PATTERN...',
  help: "csplit book.md '/^# /' '{*}'       # a file for each chapter: xx00, xx01, …\ncsplit -z -f part- log 100 200     # at lines 100 and 200\ncsplit notes.txt '%^START%' '/^END/'",
  options: [
    ['/REGEXP/[OFFSET]', 'up to the line that matches'],
    ['%REGEXP%[OFFSET]', 'skip up to the line that matches'],
    ['N, {N}, {*}', 'up to line N; the pattern before N times more; as often as it goes'],
    ['-f, --prefix=PREFIX', 'instead of xx'],
    ['-n, --digits=DIGITS', 'digits of the numbers instead of 2'],
    ['-b, --suffix-format=FORMAT', "as printf's instead of %02d"],
    ['-s, --quiet, --silent', 'do not print the sizes'],
    ['-k, --keep-files', 'keep what was written when something fails'],
    ['-z, --elide-empty-files', 'no empty files'],
    ['--suppress-matched', 'leave out the lines that match'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'f:n:b:skqz',
      long: { prefix: 'f', digits: 'n', 'suffix-format': 'b', quiet: 's', silent: 's', 'keep-files': 'k', 'elide-empty-files': 'z', 'suppress-matched': 'suppress' },
    });
    const [name, ...words] = options.operands;
    if (name === undefined) throw new UsageError('missing operand');
    if (words.length === 0) throw new UsageError(`missing operand after '${name}'`);
    const cuts = parseCuts(words);
    const digits = options.value('n') ?? '2';
    if (!/^\d+$/.test(digits)) throw new UsageError(`${digits}: invalid number`);
    const format = options.value('b') ?? `%0${digits}d`;
    const bytes = await readWhole(openNamed(context, name).chunks);
    const lines = decodeText(bytes).split(/(?<=\n)/).filter((line) => line !== '');
    const made: string[] = [];
    let at = 0;
    const store = async (from: number, to: number): Promise<void> => {
      const piece = encodeText(lines.slice(from, Math.max(from, to)).join(''));
      if (piece.length === 0 && options.has('z')) return;
      const target = (options.value('f') ?? 'xx') + formatPrintf(format, [String(made.length)], String, { now: context.now, startedAt: context.now(), zone: context.env.TZ }).text;
      context.files.write(locate(context, target), piece);
      made.push(target);
      if (!options.has('s') && !options.has('q')) await context.stdout.write(encodeText(`${piece.length}\n`));
    };
    const undo = (): void => {
      if (!options.has('k')) for (const target of made) context.files.remove(locate(context, target));
    };
    /** Where the search for the next match begins: not again at the line where the last piece was cut. */
    let searchFrom = 0;
    try {
      for (const cut of cuts) {
        for (let time = 0; time <= cut.repeat; time += 1) {
          const rest = context.breathe();
          if (rest !== undefined) await rest;
          const repetition = time > 0 ? ` on repetition ${time}` : '';
          if (cut.line !== undefined) {
            const end = cut.line * (time + 1) - 1;
            if (end > lines.length) {
              await store(at, lines.length);
              throw new ShellError(`'${cut.text}': line number out of range${repetition}`, 1);
            }
            if (end < at) throw new ShellError(`line number '${cut.text}' is smaller than preceding line number`, 1);
            await store(at, end);
            at = end + (options.has('suppress') ? 1 : 0);
            searchFrom = at;
            continue;
          }
          const found = lines.findIndex((line, index) => index >= searchFrom && cut.matcher!.test(line.replace(/\n$/, '')));
          if (found < 0) {
            if (cut.repeat === Number.POSITIVE_INFINITY) {
              if (cut.skips) at = lines.length;
              break;
            }
            if (!cut.skips) await store(at, lines.length);
            throw new ShellError(`'${cut.text}': match not found${repetition}`, 1);
          }
          const end = found + cut.offset;
          if (end < at || end > lines.length) throw new ShellError(`'${cut.text}': line number out of range${repetition}`, 1);
          if (!cut.skips) await store(at, end);
          at = end + (options.has('suppress') && cut.offset === 0 ? 1 : 0);
          searchFrom = Math.max(found, end) + (cut.offset > 0 ? 0 : 1);
        }
      }
      await store(at, lines.length);
    } catch (error) {
      undo();
      if (!(error instanceof ShellError)) throw error;
      await complain(context, error.message);
      return 1;
    }
    return 0;
  },
};
