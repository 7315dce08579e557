import type { Command } from '../command.ts';
import { formatPrintf } from '../builtins/format.ts';
import { encodeText } from '../text.ts';
import { TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** seq, yes, basename, dirname, printenv: what makes text from arguments. */

const parseNumber = (text: string): { value: number; decimals: number; integer: bigint | undefined } => {
  if (/^[-+]?(inf(inity)?|0x[0-9a-f]+)$/i.test(text)) {
    const size = text.replace(/^[-+]/, '');
    const value = (text.startsWith('-') ? -1 : 1) * (/^0x/i.test(size) ? Number(size) : Number.POSITIVE_INFINITY);
    return { value, decimals: 0, integer: Number.isFinite(value) ? BigInt(value) : undefined };
  }
  if (!/^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) throw new UsageError(`invalid floating point argument: '${text}'`);
  const decimals = /[eE]/.test(text) ? 0 : (text.split('.')[1] ?? '').length;
  return { value: Number(text), decimals, integer: /^[-+]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined };
};

export const seq: Command = {
  name: 'seq',
  summary: 'Print numbers in order',
  usage: 'seq [-w] [-s TEXT] [-f FORMAT] [FIRST [STEP]] LAST',
  help: 'seq 5\nseq 10 -2 0\nseq -w 8 12              # 08 09 10 11 12\nseq -s, 3\nseq -f "file%03g.txt" 3  # file001.txt …',
  options: [['-w, --equal-width', 'zeros in front, so that all are as wide'], ['-s, --separator=TEXT', 'between numbers instead of a newline'], ['-f, --format=FORMAT', "as printf's, with %g, %f or %e"]],
  section: 'text',
  async run(context) {
    // Negative numbers are operands, not options.
    const at = context.args.findIndex((argument, index) => !/^-[a-zA-Z-]/.test(argument) && !/^-[sf]$/.test(context.args[index - 1] ?? ''));
    const options = parseOptions(at < 0 ? context.args : context.args.slice(0, at), { short: 'ws:f:', long: { 'equal-width': 'w', separator: 's', format: 'f' } });
    const operands = [...options.operands, ...(at < 0 ? [] : context.args.slice(at))].filter((operand) => operand !== '--');
    if (operands.length === 0) throw new UsageError('missing operand');
    if (operands.length > 3) throw new UsageError(`extra operand '${operands[3]}'`);
    const numbers = operands.map(parseNumber);
    const one = parseNumber('1');
    const last = numbers[numbers.length - 1]!;
    const first = numbers.length > 1 ? numbers[0]! : one;
    const step = numbers.length > 2 ? numbers[1]! : one;
    if (step.value === 0) throw new UsageError(`invalid Zero increment value: '${operands[1]}'`);
    const separator = options.value('s') ?? '\n';
    const format = options.value('f');
    if (format !== undefined && !/^[^%]*(%%[^%]*)*%[-+ 0#']*\d*(\.\d+)?[aefgAEFG][^%]*(%%[^%]*)*$/.test(format)) {
      throw new UsageError(`format '${format}' has no valid % directive`);
    }
    const decimals = Math.max(first.decimals, step.decimals);
    const width = options.has('w') ? Math.max(first.value.toFixed(decimals).length, last.value.toFixed(decimals).length) : 0;
    const shown = (text: string): string => {
      if (width === 0) return text;
      return text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0');
    };
    const out = new TextWriter(context);
    let isFirst = true;
    const emit = (text: string): Promise<void> | undefined => {
      const due = out.add(isFirst ? text : separator + text);
      isFirst = false;
      return due;
    };
    const isSafe = Math.abs(first.value) < 2 ** 52 && (Math.abs(last.value) < 2 ** 52 || !Number.isFinite(last.value)) && Math.abs(step.value) < 2 ** 52;
    if (first.integer !== undefined && step.integer !== undefined && format === undefined && isSafe) {
      const end = Math.trunc(last.value) === last.value ? last.value : step.value > 0 ? Math.floor(last.value) : Math.ceil(last.value);
      for (let value = first.value; step.value > 0 ? value <= end : value >= end; value += step.value) {
        const due = emit(shown(String(value)));
        if (due !== undefined) await due;
      }
    } else if (first.integer !== undefined && step.integer !== undefined && last.integer !== undefined && format === undefined) {
      for (let value = first.integer; step.integer > 0n ? value <= last.integer : value >= last.integer; value += step.integer) {
        const due = emit(shown(String(value)));
        if (due !== undefined) await due;
      }
    } else {
      const count = Math.floor((last.value - first.value) / step.value + 1e-9);
      for (let index = 0; index <= count; index += 1) {
        const value = first.value + index * step.value;
        const due = emit(format === undefined ? shown(value.toFixed(decimals)) : formatPrintf(format, [String(value)], String, { now: context.now, startedAt: context.now(), zone: context.env.TZ }).text);
        if (due !== undefined) await due;
      }
    }
    if (!isFirst) await out.add('\n');
    await out.flush();
    return 0;
  },
};

export const yes: Command = {
  name: 'yes',
  summary: 'Repeat a line until stopped',
  usage: 'yes [TEXT]...',
  options: [],
  help: 'yes | head -3',
  section: 'text',
  async run(context) {
    const args = context.args[0] === '--' ? context.args.slice(1) : context.args;
    const line = encodeText(`${args.length === 0 ? 'y' : args.join(' ')}\n`);
    const times = Math.max(1, Math.floor(16_384 / line.length));
    const block = new Uint8Array(line.length * times);
    for (let index = 0; index < times; index += 1) block.set(line, index * line.length);
    for (;;) await context.stdout.write(block);
  },
};

export const basename: Command = {
  name: 'basename',
  summary: "A path's last part",
  usage: 'basename PATH [SUFFIX] | basename -a [-s SUFFIX] PATH...',
  help: 'basename /home/me/notes.txt .txt   # notes\nbasename -s .md *.md',
  options: [['-a, --multiple', 'several paths'], ['-s, --suffix=SUFFIX', 'without this end; several paths'], ['-z, --zero', 'end each with NUL']],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'as:z', long: { multiple: 'a', suffix: 's', zero: 'z' }, stopAtOperand: true });
    const [first, second, third] = options.operands;
    if (first === undefined) throw new UsageError('missing operand');
    const isMany = options.has('a') || options.has('s');
    if (!isMany && third !== undefined) throw new UsageError(`extra operand '${third}'`);
    const suffix = options.value('s') ?? (isMany ? '' : second ?? '');
    const base = (path: string): string => {
      const trimmed = path.replace(/\/+$/, '');
      const name = trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
      return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    };
    await context.stdout.write(encodeText((isMany ? options.operands : [first]).map((path) => base(path) + (options.has('z') ? '\0' : '\n')).join('')));
    return 0;
  },
};

export const dirname: Command = {
  name: 'dirname',
  summary: 'A path without its last part',
  usage: 'dirname [-z] PATH...',
  help: 'dirname notes/today.md\ndirname a/b c/d',
  options: [['-z, --zero', 'a zero byte behind each']],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'z', long: { zero: 'z' } });
    const { operands } = options;
    if (operands.length === 0) throw new UsageError('missing operand');
    const folder = (path: string): string => {
      const trimmed = path.replace(/\/+$/, '');
      if (trimmed === '') return path.startsWith('/') ? '/' : '.';
      const cut = trimmed.lastIndexOf('/');
      if (cut < 0) return '.';
      return trimmed.slice(0, cut).replace(/\/+$/, '') || '/';
    };
    await context.stdout.write(encodeText(operands.map((path) => folder(path) + (options.has('z') ? '\0' : '\n')).join('')));
    return 0;
  },
};

export const printenv: Command = {
  name: 'printenv',
  summary: 'Print exported variables',
  usage: 'printenv [-0] [NAME]...',
  help: 'printenv HOME\nprintenv | sort',
  options: [['-0, --null', 'a zero byte behind each']],
  section: 'shell',
  async run(context) {
    const options = parseOptions(context.args, { short: '0', long: { null: '0' }, status: 2 });
    const names = options.operands;
    const end = options.has('0') ? '\0' : '\n';
    if (names.length === 0) {
      await context.stdout.write(encodeText(Object.entries(context.env).map(([name, value]) => `${name}=${value}${end}`).join('')));
      return 0;
    }
    const found = names.filter((name) => Object.hasOwn(context.env, name));
    await context.stdout.write(encodeText(found.map((name) => `${context.env[name]}${end}`).join('')));
    return found.length === names.length ? 0 : 1;
  },
};
