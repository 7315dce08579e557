import type { Command, CommandContext } from '../command.ts';
import { textWidth } from '../../tty/width.ts';
import { openAll, TextWriter } from './files-in.ts';
import { readLines } from './line-reader.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - textWidth(text))) + text;

/** `1,3-4,-1`, or names given with `-N`; answers column numbers from 0. */
function parseColumns(text: string | undefined, names: readonly string[], count: number): Set<number> {
  const chosen = new Set<number>();
  for (const piece of (text ?? '').split(',').filter((each) => each !== '')) {
    const range = /^(\d+)-(\d+)$/.exec(piece);
    const named = names.indexOf(piece);
    if (named >= 0) chosen.add(named);
    else if (range !== null) for (let at = Number(range[1]); at <= Math.min(count, Number(range[2])); at += 1) chosen.add(at - 1);
    else if (/^-?\d+$/.test(piece) && Number(piece) !== 0) chosen.add(Number(piece) < 0 ? count + Number(piece) : Number(piece) - 1);
    else if (piece === '0') for (let at = 0; at < count; at += 1) chosen.add(at);
    else throw new UsageError(`undefined column name '${piece}'`);
  }
  return chosen;
}

async function table(context: CommandContext, options: ParsedOptions, lines: readonly string[]): Promise<void> {
  const marks = options.value('s');
  const most = options.value('l') === undefined ? Number.POSITIVE_INFINITY : Number(options.value('l'));
  if (!(most >= 1)) throw new UsageError(`invalid columns limit argument: '${options.value('l')}'`);
  const names = options.value('N')?.split(',') ?? [];
  const glue = options.value('o') ?? '  ';
  const split = (line: string): string[] => {
    const cells: string[] = [];
    let rest = marks === undefined ? line.replace(/^[ \t]+/, '') : line;
    while (cells.length < most - 1) {
      const at = marks === undefined ? rest.search(/[ \t]/) : Array.from(rest).length === 0 ? -1 : rest.search(new RegExp(`[${marks.replace(/[\\\]^-]/g, '\\$&')}]`, 'u'));
      if (at < 0) break;
      cells.push(rest.slice(0, at));
      const after = rest.slice(at);
      rest = marks === undefined ? after.replace(/^[ \t]+/, '') : after.slice(1);
      if (marks === undefined && rest === '') return cells;
    }
    cells.push(rest);
    return cells;
  };
  const rows = lines.filter((line) => line.trim() !== '' || options.has('L')).map(split);
  const count = Math.max(names.length, ...rows.map((row) => row.length));
  const right = parseColumns(options.value('R'), names, count);
  const hidden = parseColumns(options.value('H'), names, count);
  const shown = Array.from({ length: count }, (_, index) => index).filter((index) => !hidden.has(index));
  const all = names.length > 0 && !options.has('d') ? [Array.from({ length: count }, (_, index) => names[index] ?? ''), ...rows] : rows;
  const widths = shown.map((column) => all.reduce((width, row) => Math.max(width, textWidth(row[column] ?? '')), 0));
  const out = new TextWriter(context);
  for (const row of all) {
    const cells = shown.map((column, index) => {
      const text = row[column] ?? '';
      if (right.has(column)) return padStart(text, widths[index]!);
      return index === shown.length - 1 ? text : padEnd(text, widths[index]!);
    });
    const due = out.add(`${cells.join(glue)}\n`);
    if (due !== undefined) await due;
  }
  await out.flush();
}

export const column: Command = {
  name: 'column',
  summary: 'Put lines into columns',
  usage: 'column [-t] [-s CHARS] [-o TEXT] [-N NAMES] [-R COLUMNS] [-H COLUMNS] [-x] [-c WIDTH] [FILE]...',
  help: 'column -t table.txt                 # fields under one another\ncolumn -t -s, -o " | " table.csv\ncolumn -t -s: -N user,id -R 2 list   # with titles, the second to the right\nls | column -c 60',
  options: [
    ['-t, --table', 'a table: fields under one another'],
    ['-s, --separator=CHARS', 'what stands between fields, instead of blanks'],
    ['-o, --output-separator=TEXT', 'between columns instead of two spaces'],
    ['-N, --table-columns=NAMES', 'titles, with commas'],
    ['-R, --table-right=COLUMNS', 'these to the right'],
    ['-H, --table-hide=COLUMNS', 'not these'],
    ['-l, --table-columns-limit=N', 'at most so many; the last takes the rest of the line'],
    ['-d, --table-noheadings', 'with -N: names without titles'],
    ['-x, --fillrows', 'without -t: fill rows before columns'],
    ['-c, --output-width=WIDTH', 'without -t: columns of the screen'],
    ['-L, --keep-empty-lines', 'keep empty lines'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'ts:o:N:R:H:l:dxc:Le',
      long: {
        table: 't', separator: 's', 'output-separator': 'o', 'table-columns': 'N', 'table-right': 'R', 'table-hide': 'H', 'table-columns-limit': 'l',
        'table-noheadings': 'd', fillrows: 'x', 'output-width': 'c', columns: 'c', 'keep-empty-lines': 'L',
      },
    });
    const { inputs, failed } = openAll(context, options.operands);
    const lines: string[] = [];
    for await (const { chunks } of inputs) for (const line of await readLines(chunks)) lines.push(line);
    if (lines.length === 0) return failed() ? 1 : 0;
    if (options.has('t')) {
      await table(context, options, lines);
      return failed() ? 1 : 0;
    }
    const asked = options.value('c');
    if (asked !== undefined && asked !== 'unlimited' && !/^\d+$/.test(asked)) throw new UsageError(`invalid columns argument: '${asked}'`);
    const screen = asked === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(asked ?? (context.isTerminalOutput ? context.terminal?.columns() : undefined) ?? context.env.COLUMNS ?? 80) || 80;
    const entries = lines.filter((line) => line.trim() !== '' || options.has('L'));
    // Columns begin at tab stops.
    const width = (Math.max(...entries.map(textWidth)) + 8) & ~7;
    const columns = Math.max(1, Math.floor(screen / width));
    const rows = Math.ceil(entries.length / columns);
    const out = new TextWriter(context);
    for (let row = 0; row < rows; row += 1) {
      let line = '';
      for (let place = 0; place < columns; place += 1) {
        const index = options.has('x') ? row * columns + place : place * rows + row;
        const text = entries[index];
        if (text === undefined) break;
        const isLast = entries[options.has('x') ? index + 1 : index + rows] === undefined || place === columns - 1;
        line += isLast ? text : text + '\t'.repeat(Math.ceil((width - textWidth(text)) / 8));
      }
      const due = out.add(`${line}\n`);
      if (due !== undefined) await due;
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
