import type { Command } from '../command.ts';
import { complain, lineBatches, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

const SUFFIXES = 'KMGTPEZY';
type Scale = 'none' | 'auto' | 'si' | 'iec' | 'iec-i';
type Rounding = 'up' | 'down' | 'from-zero' | 'towards-zero' | 'nearest';

function oneOf<Choice extends string>(value: string | undefined, choices: readonly Choice[], option: string, fallback: Choice): Choice {
  if (value === undefined) return fallback;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new UsageError(`invalid argument '${value}' for '--${option}'; use ${choices.join(', ')}`);
  return found;
}

function round(value: number, how: Rounding): number {
  switch (how) {
    case 'up': return Math.ceil(value);
    case 'down': return Math.floor(value);
    case 'from-zero': return value < 0 ? Math.floor(value) : Math.ceil(value);
    case 'towards-zero': return Math.trunc(value);
    case 'nearest': return value < 0 ? -Math.round(-value) : Math.round(value);
  }
}

/** The number as the person wrote it, and its digits after the point. A string says what is wrong. */
function parse(text: string, from: Scale): { value: number; decimals: number } | string {
  const match = /^([-+]?(?:\d+\.?\d*|\.\d+))\s?([KMGTPEZYk])?(i)?(.*)$/s.exec(text);
  if (match === null) return `invalid number: '${text}'`;
  const [, digits = '', suffix, i, rest = ''] = match;
  const decimals = (digits.split('.')[1] ?? '').length;
  if (suffix === undefined) return rest === '' && i === undefined ? { value: Number(digits), decimals } : `invalid suffix in input: '${text}'`;
  if (from === 'none') return `rejecting suffix in input: '${text}' (consider using --from)`;
  if (from === 'iec-i' && i === undefined) return `missing 'i' suffix in input: '${text}' (e.g Ki/Mi/Gi)`;
  if ((i !== undefined && (from === 'si' || from === 'iec')) || rest !== '') return `invalid suffix in input '${text}': '${(i ?? '') + rest}'`;
  const base = from === 'si' || (from === 'auto' && i === undefined) ? 1000 : 1024;
  return { value: Number(digits) * base ** (SUFFIXES.indexOf(suffix.toUpperCase()) + 1), decimals: 0 };
}

function scaled(value: number, to: Scale, rounding: Rounding, precision: number | undefined): string {
  const base = to === 'si' ? 1000 : 1024;
  let power = 0;
  let size = Math.abs(value);
  while (size >= base && power < SUFFIXES.length) {
    size /= base;
    power += 1;
  }
  const sign = value < 0 ? -1 : 1;
  let decimals = precision ?? (power > 0 && size < 10 ? 1 : 0);
  const step = (): number => Math.abs(round(sign * size * 10 ** decimals, rounding)) / 10 ** decimals;
  let shown = step();
  if (precision === undefined && decimals === 1 && shown >= 10) {
    decimals = 0;
    shown = step();
  }
  if (shown >= base && power < SUFFIXES.length) {
    shown /= base;
    power += 1;
    if (precision === undefined) decimals = 1;
  }
  return `${sign < 0 && shown !== 0 ? '-' : ''}${shown.toFixed(decimals)}${power === 0 ? '' : SUFFIXES[power - 1]}${power > 0 && to === 'iec-i' ? 'i' : ''}`;
}

/** `%[0'-][WIDTH][.PRECISION]f` with text around it. */
function parseFormat(text: string): { before: string; after: string; width: number; flags: string; precision: number | undefined } {
  const match = /^((?:[^%]|%%)*)%([-0' ]*)(\d*)(?:\.(\d*))?f((?:[^%]|%%)*)$/s.exec(text);
  if (match === null) throw new UsageError(`invalid format '${text}', directive must be %[0]['][-][N][.][N]f`);
  const [, before = '', flags = '', width = '', precision, after = ''] = match;
  return { before: before.replaceAll('%%', '%'), after: after.replaceAll('%%', '%'), flags, width: Number(width || '0'), precision: precision === undefined ? undefined : Number(precision || '0') };
}

/** `1,3-5` or `-`. */
function parseFields(text: string): (field: number) => boolean {
  if (text === '-') return () => true;
  const ranges = text.split(',').map((piece) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(piece);
    if (match === null || piece === '') throw new UsageError(`invalid field value '${piece}'`);
    const low = Number(match[1] || '1');
    if (low === 0) throw new UsageError('fields are numbered from 1');
    return [low, match[2] === '' ? low : Number(match[3] || Number.POSITIVE_INFINITY)] as const;
  });
  return (field) => ranges.some(([low, high]) => field >= low && field <= high);
}

export const numfmt: Command = {
  name: 'numfmt',
  summary: 'Write sizes so that people, or programs, can read them',
  usage: 'numfmt [--from=UNIT] [--to=UNIT] [--field=LIST] [--format=FORMAT] [NUMBER]...',
  help: 'numfmt --to=iec 123456789        # 118M\nnumfmt --from=iec 2G             # 2147483648\ndu -b * | numfmt --to=si --field=1',
  options: [
    ['--from=UNIT', 'what suffixes mean in the input: none, auto, si (1000), iec (1024), iec-i (Ki, Mi)'],
    ['--to=UNIT', 'the suffixes to write'],
    ['--field=LIST', 'the fields to change instead of the first'],
    ['-d, --delimiter=CHAR', 'between fields instead of blanks'],
    ['--format=FORMAT', "as printf's %f, e.g. %8.1f"],
    ['--padding=N', 'at least N columns; to the left when negative'],
    ['--round=METHOD', 'up, down, from-zero (as without it), towards-zero, nearest'],
    ['--suffix=TEXT', 'put behind each number, and accepted behind it'],
    ['--header[=N]', 'copy the first N lines'],
    ['--invalid=MODE', 'at what is no number: abort, fail, warn, ignore'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'd:z',
      long: {
        from: 'from:', to: 'to:', 'from-unit': 'from-unit:', 'to-unit': 'to-unit:', field: 'field:', delimiter: 'd', format: 'format:', padding: 'padding:',
        round: 'round:', suffix: 'suffix:', header: 'header::', invalid: 'invalid:', grouping: 'grouping', 'zero-terminated': 'z', debug: 'debug',
      },
    });
    const from = oneOf<Scale>(options.value('from'), ['none', 'auto', 'si', 'iec', 'iec-i'], 'from', 'none');
    const to = oneOf<Scale>(options.value('to'), ['none', 'si', 'iec', 'iec-i'], 'to', 'none');
    const rounding = oneOf<Rounding>(options.value('round'), ['up', 'down', 'from-zero', 'towards-zero', 'nearest'], 'round', 'from-zero');
    const invalid = oneOf(options.value('invalid'), ['abort', 'fail', 'warn', 'ignore'], 'invalid', 'abort');
    const unit = (name: string): number => {
      const parsed = parse(options.value(name) ?? '1', 'auto');
      if (typeof parsed === 'string' || parsed.value <= 0) throw new UsageError(`invalid unit size: '${options.value(name)}'`);
      return parsed.value;
    };
    const [fromUnit, toUnit] = [unit('from-unit'), unit('to-unit')];
    const format = options.value('format') === undefined ? undefined : parseFormat(options.value('format') as string);
    const paddingText = options.value('padding') ?? '0';
    if (!/^-?\d+$/.test(paddingText) || (options.has('padding') && Number(paddingText) === 0)) throw new UsageError(`invalid padding value '${paddingText}'`);
    const padding = Number(paddingText);
    const suffix = options.value('suffix') ?? '';
    const delimiter = options.value('d');
    const isChosen = parseFields(options.value('field') ?? '1');
    const headerText = options.value('header');
    let header = headerText === undefined ? 0 : headerText === '' ? 1 : Number(headerText);
    if (!Number.isInteger(header) || (options.has('header') && header < 1)) throw new UsageError(`invalid header value '${headerText}'`);
    let status = 0;

    const convert = (text: string): string => {
      const trimmed = suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
      const parsed = parse(trimmed.trim(), from);
      if (typeof parsed === 'string') {
        if (invalid === 'abort') throw new UsageError(parsed, 2);
        throw new Error(parsed);
      }
      const value = (parsed.value * fromUnit) / toUnit;
      const precision = format?.precision;
      let out: string;
      if (to === 'none') {
        const decimals = precision ?? (fromUnit === 1 && toUnit === 1 ? parsed.decimals : 0);
        if (Math.abs(value) >= 1e18) throw new UsageError(`value too large to be printed: '${value}' (consider using --to)`, 2);
        out = (round(value * 10 ** decimals, rounding) / 10 ** decimals).toFixed(decimals);
      } else out = scaled(value, to, rounding, precision);
      out += suffix;
      if (format !== undefined) {
        if (format.flags.includes('0') && !format.flags.includes('-')) out = out.startsWith('-') ? `-${out.slice(1).padStart(format.width - 1, '0')}` : out.padStart(format.width, '0');
        else out = format.flags.includes('-') ? out.padEnd(format.width) : out.padStart(format.width);
        out = format.before + out + format.after;
      }
      return padding < 0 ? out.padEnd(-padding) : out.padStart(padding);
    };
    const out = new TextWriter(context);
    const line = async (text: string): Promise<void> => {
      const pieces = delimiter === undefined ? text.match(/[ \t\n]*[^ \t\n]+|[ \t\n]+$/g) ?? [''] : text.split(delimiter);
      try {
        const changed = pieces.map((piece, index) => {
          if (!isChosen(index + 1)) return piece;
          const blanks = delimiter === undefined ? /^[ \t\n]*/.exec(piece)![0] : '';
          const own = convert(piece.slice(blanks.length));
          // Fields are kept in their columns when nothing else was asked.
          return padding === 0 && format === undefined && blanks.length > 0 ? (index === 0 ? own.padStart(piece.length) : ` ${own.padStart(piece.length - 1)}`) : (index === 0 ? '' : blanks.slice(0, 1)) + own;
        });
        await out.add(`${changed.join(delimiter ?? '')}${options.has('z') ? '\0' : '\n'}`);
      } catch (error) {
        if (error instanceof UsageError || !(error instanceof Error) || invalid === 'abort') {
          await out.flush();
          throw error;
        }
        if (invalid !== 'ignore') {
          await out.flush();
          await complain(context, error.message);
        }
        if (invalid === 'fail') status = 2;
        await out.add(`${text}${options.has('z') ? '\0' : '\n'}`);
      }
    };
    if (options.operands.length > 0) for (const operand of options.operands) await line(operand);
    else {
      for await (const { lines } of lineBatches(context.stdin, options.has('z') ? 0 : 10)) {
        for (const text of lines) {
          if (header > 0) {
            header -= 1;
            await out.add(`${text}\n`);
          } else await line(text);
        }
        await out.flush();
        const rest = context.breathe();
        if (rest !== undefined) await rest;
      }
    }
    await out.flush();
    return status;
  },
};
