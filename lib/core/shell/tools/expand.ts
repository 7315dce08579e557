import type { Command } from '../command.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** expand and unexpand: tabs to spaces and back. */

/** The tab stop after `column`; undefined past the last of a list. */
type Stops = (column: number) => number | undefined;

/** `8`, `4,8,20`, `4,/8`, `4,+8`. @throws UsageError */
function parseStops(text: string): Stops {
  const list: number[] = [];
  let every: number | undefined;
  let fromLast = false;
  for (const piece of text.split(/[, \t]+/).filter((each) => each !== '')) {
    const match = /^([/+]?)(\d+)$/.exec(piece);
    if (match === null) throw new UsageError(`tab size contains invalid character(s): '${piece}'`);
    const value = Number(match[2]);
    if (match[1] !== '') {
      every = value;
      fromLast = match[1] === '+';
      continue;
    }
    if (every !== undefined) throw new UsageError("'/' specifier only allowed with the last value");
    if (value === 0) throw new UsageError('tab size cannot be 0');
    if (list.length > 0 && value <= list[list.length - 1]!) throw new UsageError('tab sizes must be ascending');
    list.push(value);
  }
  if (list.length === 1 && every === undefined) {
    every = list[0];
    list.length = 0;
  }
  if (list.length === 0) every ??= 8;
  const last = fromLast ? list[list.length - 1] ?? 0 : 0;
  return (column) => list.find((stop) => stop > column) ?? (every === undefined ? undefined : column + every - ((column - last) % every));
}

/** `-4,8` is as `-t 4,8`. */
function stopsOf(options: ParsedOptions): Stops {
  const text = options.all.filter(({ letter }) => letter === 't').map(({ value }) => value).join(',');
  return parseStops(text === '' ? '8' : text);
}

const withShortcut = (args: readonly string[]): string[] => args.map((argument) => (/^-\d[\d,]*$/.test(argument) ? `-t${argument.slice(1)}` : argument));
const TAB_OPTION = ['-t, --tabs=LIST', 'a tab stop each so many columns, or at the listed ones; /N or +N last: each N after that'] as const;

export const expand: Command = {
  name: 'expand',
  summary: 'Turn tabs into spaces',
  usage: 'expand [-i] [-t LIST] [FILE]...',
  help: 'expand -t 4 Makefile\nexpand -i script.sh    # only those at the beginning of a line',
  options: [TAB_OPTION, ['-i, --initial', 'only tabs before the first other character']],
  section: 'text',
  async run(context) {
    const options = parseOptions(withShortcut(context.args), { short: 'it:', long: { initial: 'i', tabs: 't' } });
    const stops = stopsOf(options);
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    for await (const { chunks } of inputs) {
      for await (const { lines, unterminated } of lineBatches(chunks)) {
        for (const line of lines) {
          let text = line;
          if (line.includes('\t')) {
            let column = 0;
            let isInitial = true;
            text = '';
            for (const character of line) {
              if (character === '\t' && (isInitial || !options.has('i'))) {
                const stop = stops(column) ?? column + 1;
                text += ' '.repeat(stop - column);
                column = stop;
                continue;
              }
              if (character !== ' ' && character !== '\t') isInitial = false;
              column = character === '\b' ? Math.max(0, column - 1) : column + 1;
              text += character;
            }
          }
          const due = out.add(text + (unterminated ? '' : '\n'));
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};

/** Blanks before a tab stop become a tab; one blank alone stays. */
function unexpandLine(line: string, stops: Stops, all: boolean): string {
  let out = '';
  let pending = '';
  let column = 0;
  let isConverting = true;
  let hadBlankBeforeStop = false;
  for (const character of line) {
    if (isConverting && (character === ' ' || character === '\t')) {
      const stop = stops(column);
      if (stop === undefined) {
        isConverting = false;
        out += pending + character;
        pending = '';
        continue;
      }
      if (character === '\t') {
        // One space before a tab that a stop lies at is part of it.
        pending = hadBlankBeforeStop ? `${pending.slice(0, -1)}\t\t` : `${pending.replace(/ +$/, '')}\t`;
        hadBlankBeforeStop = false;
        column = stop;
        continue;
      }
      column += 1;
      pending += ' ';
      if (column === stop) {
        const spaces = /[ ]+$/.exec(pending)?.[0].length ?? 0;
        if (spaces > 1) pending = `${pending.slice(0, pending.length - spaces)}\t`;
        else hadBlankBeforeStop = true;
      } else if (hadBlankBeforeStop && pending.endsWith('  ')) {
        pending = `${pending.slice(0, -2)}\t `;
        hadBlankBeforeStop = false;
      }
      continue;
    }
    out += pending;
    pending = '';
    hadBlankBeforeStop = false;
    out += character;
    column = character === '\b' ? Math.max(0, column - 1) : column + 1;
    if (!all) isConverting = false;
  }
  return out + pending;
}

export const unexpand: Command = {
  name: 'unexpand',
  summary: 'Turn spaces into tabs',
  usage: 'unexpand [-a] [--first-only] [-t LIST] [FILE]...',
  help: 'unexpand -t 4 script.py\nunexpand -a table.txt    # everywhere, not only at the beginning',
  options: [TAB_OPTION, ['-a, --all', 'blanks everywhere, not only at the beginning of a line'], ['--first-only', 'only at the beginning, also with -t']],
  section: 'text',
  async run(context) {
    const options = parseOptions(withShortcut(context.args), { short: 'at:', long: { all: 'a', tabs: 't', 'first-only': 'first' } });
    const stops = stopsOf(options);
    const all = (options.has('a') || options.has('t')) && !options.has('first');
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    for await (const { chunks } of inputs) {
      for await (const { lines, unterminated } of lineBatches(chunks)) {
        for (const line of lines) {
          const due = out.add(unexpandLine(line, stops, all) + (unterminated ? '' : '\n'));
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
