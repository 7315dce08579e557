import type { Command, CommandContext } from '../command.ts';
import { FsError } from '../../fs/files.ts';
import { ShellError } from '../flow.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain, lineBatches, openNamed, TextWriter } from './files-in.ts';
import { formatDate } from './format-date.ts';
import { parseOptions, UsageError } from './options.ts';
import { parseDate } from './parse-date.ts';

const ISO_FORMATS: Readonly<Record<string, string>> = {
  date: '%F', hours: '%FT%H%:z', minutes: '%FT%R%:z', seconds: '%FT%T%:z', ns: '%FT%T,%N%:z',
};

/** `--iso-8601=min` and `-Imin`: any beginning of a name. */
function isoFormat(text: string, option: string, separator: string): string {
  const name = Object.keys(ISO_FORMATS).find((each) => text !== '' && each.startsWith(text)) ?? (text === '' ? 'date' : undefined);
  if (name === undefined) throw new UsageError(`invalid argument '${text}' for '${option}'; use date, hours, minutes, seconds or ns`);
  const format = ISO_FORMATS[name] as string;
  return separator === 'T' ? format : format.replace('T%', ' %').replace(',', '.');
}

function timeOfFile(context: CommandContext, name: string): number {
  try {
    const stat = context.files.stat(locate(context, name));
    if (stat === undefined) throw new FsError('ENOENT', name);
    return stat.mtimeMs;
  } catch (error) {
    throw error instanceof FsError ? new ShellError(`${name}: ${error.message}`, 1) : error;
  }
}

export const date: Command = {
  name: 'date',
  summary: 'Print the date and time, or reckon with them',
  usage: 'date [-u] [-d TEXT | -f FILE | -r FILE] [-I[WHAT] | -R | --rfc-3339=WHAT] [+FORMAT]',
  help: "date\ndate +%F                             # 2027-01-31\ndate -d '2 days ago' '+%A %d %B'\ndate -d 'next monday 10:00' +%s       # seconds since 1970\ndate -d @1700000000\nTZ=Asia/Tokyo date                    # what time is it there?\ndate -u +%Y-%m-%dT%H:%M:%SZ",
  options: [
    ['-d, --date=TEXT', "the time that TEXT says: '2027-01-31 14:00', 'next friday', '3 weeks ago', @SECONDS"],
    ['-f, --file=FILE', 'as -d, for each line of FILE'],
    ['-r, --reference=FILE', 'when FILE was changed last'],
    ['-u, --utc', 'in UTC'],
    ['-I, --iso-8601[=WHAT]', 'ISO 8601, with date, hours, minutes, seconds or ns'],
    ['-R, --rfc-email', 'as in mails'],
    ['--rfc-3339=WHAT', 'RFC 3339, with date, seconds or ns'],
  ],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'ud:f:r:RI::s:',
      long: { utc: 'u', universal: 'u', uct: 'u', date: 'd', file: 'f', reference: 'r', 'iso-8601': 'I', 'rfc-email': 'R', 'rfc-2822': 'R', 'rfc-822': 'R', 'rfc-3339': 'rfc-3339:', set: 's' },
    });
    const zone = options.has('u') ? 'UTC' : context.env.TZ;
    if (options.has('s')) throw new ShellError('the clock cannot be set here', 1);
    if (['d', 'f', 'r'].filter((letter) => options.has(letter)).length > 1) throw new UsageError('the options to specify dates for printing are mutually exclusive');
    const [operand, extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    if (operand !== undefined && !operand.startsWith('+')) throw new UsageError(`the clock cannot be set here; a format starts with +, as in +%F`);
    const formats = options.all.flatMap(({ letter, value }) =>
      letter === 'I' ? [isoFormat(value, '--iso-8601', 'T')] : letter === 'R' ? ['%a, %d %b %Y %H:%M:%S %z'] : letter === 'rfc-3339' ? [isoFormat(value, '--rfc-3339', ' ')] : []);
    if (formats.length + (operand === undefined ? 0 : 1) > 1) throw new UsageError('multiple output formats specified');
    const format = operand?.slice(1) ?? formats[0] ?? '%a %b %e %H:%M:%S %Z %Y';
    const print = (at: number): string => `${formatDate(format, at, zone)}\n`;
    const read = (text: string): number | undefined => parseDate(text, context.now(), zone);

    const list = options.value('f');
    if (list !== undefined) {
      const out = new TextWriter(context);
      let status = 0;
      for await (const { lines } of lineBatches(openNamed(context, list).chunks)) {
        for (const line of lines) {
          const at = read(line);
          if (at !== undefined) await out.add(print(at));
          else {
            status = 1;
            await out.flush();
            await complain(context, `invalid date '${line}'`);
          }
        }
      }
      await out.flush();
      return status;
    }
    const text = options.value('d');
    const reference = options.value('r');
    const at = text !== undefined ? read(text) : reference !== undefined ? timeOfFile(context, reference) : context.now();
    if (at === undefined) throw new ShellError(`invalid date '${text}'`, 1);
    await context.stdout.write(encodeText(print(at)));
    return 0;
  },
};
