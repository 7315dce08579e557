import type { Command } from '../command.ts';
import { textWidth } from '../../tty/width.ts';
import { printTable } from './column-table.ts';
import { openAll, TextWriter } from './files-in.ts';
import { readLines } from './line-reader.ts';
import { parseOptions, UsageError } from './options.ts';

export const column: Command = {
  name: 'column',
  summary: 'Put lines into columns',
  usage: 'column [-t | -J] [-s CHARS] [-o TEXT] [-N NAMES] [-O COLUMNS] [-R COLUMNS] [-H COLUMNS] [-r COLUMN -i COLUMN -p COLUMN] [-x] [-c WIDTH] [FILE]...',
  help: 'column -t table.txt                 # fields under one another\ncolumn -t -s, -o " | " table.csv\ncolumn -t -s: -N user,id -R 2 list   # with titles, the second to the right\ncolumn -J -s, -N name,price list.csv   # as JSON\nls | column -c 60',
  options: [
    ['-t, --table', 'a table: fields under one another'],
    ['-s, --separator=CHARS', 'what stands between fields, instead of blanks'],
    ['-o, --output-separator=TEXT', 'between columns instead of two spaces'],
    ['-N, --table-columns=NAMES', 'titles, with commas'],
    ['-R, --table-right=COLUMNS', 'these to the right'],
    ['-H, --table-hide=COLUMNS', 'not these'],
    ['-O, --table-order=COLUMNS', 'these first'],
    ['-J, --json', 'the table as JSON; needs -N'],
    ['-n, --table-name=NAME', 'what the table is called in JSON'],
    ['-r, --tree=COLUMN', 'draw a tree in this column; needs -i and -p'],
    ['-i, --tree-id=COLUMN', 'the column that names a line'],
    ['-p, --tree-parent=COLUMN', 'the column that names the line above it'],
    ['-l, --table-columns-limit=N', 'at most so many; the last takes the rest of the line'],
    ['-d, --table-noheadings', 'with -N: names without titles'],
    ['-x, --fillrows', 'without -t: fill rows before columns'],
    ['-c, --output-width=WIDTH', 'without -t: columns of the screen'],
    ['-L, --keep-empty-lines', 'keep empty lines'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'ts:o:N:R:H:l:dxc:LeJn:O:r:i:p:T:W:E:',
      long: {
        table: 't', separator: 's', 'output-separator': 'o', 'table-columns': 'N', 'table-right': 'R', 'table-hide': 'H', 'table-columns-limit': 'l',
        'table-noheadings': 'd', fillrows: 'x', 'output-width': 'c', columns: 'c', 'keep-empty-lines': 'L', json: 'J', 'table-name': 'n', 'table-order': 'O', tree: 'r', 'tree-id': 'i', 'tree-parent': 'p',
        'table-truncate': 'T', 'table-wrap': 'W', 'table-noextreme': 'E', 'table-header-repeat': 'e',
      },
    });
    const { inputs, failed } = openAll(context, options.operands);
    const lines: string[] = [];
    for await (const { chunks } of inputs) for (const line of await readLines(chunks)) lines.push(line);
    if (lines.length === 0) return failed() ? 1 : 0;
    if (options.has('t') || options.has('J')) {
      await printTable(context, options, lines);
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
