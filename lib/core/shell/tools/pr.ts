import type { Command, CommandContext } from '../command.ts';
import { FsError } from '../../fs/files.ts';
import * as limits from '../../limits.ts';
import { textWidth } from '../../tty/width.ts';
import { locate } from '../locate.ts';
import { complain, openNamed, TextWriter } from './files-in.ts';
import { formatDate } from './format-date.ts';
import { readLines } from './line-reader.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** Pages as for a printer: 66 lines, of which five are a header and five are left free at the end. */
const HEADER_LINES = 5;
const FOOTER_LINES = 5;

interface Layout {
  columns: number;
  width: number;
  separator: string | undefined;
  isAcross: boolean;
  margin: string;
  number: { width: number; separator: string } | undefined;
}

/** Spaces up to `to` as tabs and spaces, as on a terminal. */
function blanks(from: number, to: number): string {
  let column = from;
  let out = '';
  // One blank alone at the end stays one.
  for (let stop = column + 8 - (column % 8); stop <= to && to - column > 1; stop += 8) {
    out += '\t';
    column = stop;
  }
  return out + ' '.repeat(to - column);
}

function cut(text: string, width: number): string {
  let out = '';
  let column = 0;
  for (const character of text) {
    column += textWidth(character);
    if (column > width) break;
    out += character;
  }
  return out;
}

function positive(options: ParsedOptions, letter: string, fallback: number, what: string): number {
  const text = options.value(letter);
  if (text === undefined) return fallback;
  if (!/^\d+$/.test(text) || Number(text) < 1 || Number(text) > 10_000) throw new UsageError(`'-${letter} ${what}' invalid ${what.toLowerCase()}: '${text}'`);
  return Number(text);
}

/** One row of a page: cells at their columns. */
function rowOf(cells: readonly (string | undefined)[], layout: Layout): string {
  if (layout.columns === 1) return layout.margin + (cells[0] ?? '');
  let last = cells.length - 1;
  while (last > 0 && cells[last] === undefined) last -= 1;
  if (layout.separator !== undefined) return layout.margin + cells.slice(0, last + 1).map((cell) => cell ?? '').join(layout.separator);
  const cellWidth = Math.floor((layout.width - (layout.columns - 1)) / layout.columns);
  let out = layout.margin;
  let column = 0;
  cells.slice(0, last + 1).forEach((cell, index) => {
    const text = cut(cell ?? '', cellWidth);
    const start = index * (cellWidth + 1);
    if (text !== '') {
      out += blanks(column, start) + text;
      column = start + textWidth(text);
    }
  });
  return out;
}

async function print(context: CommandContext, options: ParsedOptions, out: TextWriter, layout: Layout, sources: readonly (readonly string[])[], title: string, mtimeMs: number): Promise<void> {
  const pageLines = positive(options, 'l', 66, 'PAGE_LENGTH');
  const isBare = options.has('t') || options.has('T') || pageLines <= HEADER_LINES + FOOTER_LINES;
  const step = options.has('d') ? 2 : 1;
  const rows = Math.max(1, Math.floor((isBare ? pageLines : pageLines - HEADER_LINES - FOOTER_LINES) / step));
  const pages = /^\+?(\d+)(?::(\d+))?$/.exec(options.value('pages') ?? '1');
  if (pages === null || Number(pages[1]) < 1) throw new UsageError(`invalid page range '${options.value('pages')}'`);
  const [firstPage, lastPage] = [Number(pages[1]), Number(pages[2] ?? Number.MAX_SAFE_INTEGER)];
  const isMerged = options.has('m');
  const perPage = isMerged ? rows : rows * layout.columns;
  const total = Math.max(...sources.map((lines) => lines.length));
  const startText = options.value('N') ?? '1';
  if (!/^-?\d+$/.test(startText)) throw new UsageError(`'-N NUMBER' invalid starting line number: '${startText}'`);
  const numbered = (text: string | undefined, index: number): string | undefined => {
    if (text === undefined || layout.number === undefined) return text;
    const number = String(Number(startText) + index);
    return number.slice(-layout.number.width).padStart(layout.number.width) + layout.number.separator + text;
  };
  for (let page = 1; (page - 1) * perPage < total; page += 1) {
    if (page > lastPage) break;
    const from = (page - 1) * perPage;
    if (page < firstPage) continue;
    if (!isBare) {
      const date = formatDate(options.value('D') ?? '%Y-%m-%d %H:%M', mtimeMs, context.env.TZ);
      const number = `Page ${page}`;
      const free = layout.width - textWidth(date) - textWidth(title) - number.length;
      const left = Math.max(1, Math.floor(free / 2));
      await out.add(`\n\n${layout.margin}${date}${' '.repeat(left)}${title}${' '.repeat(Math.max(1, free - left))}${number}\n\n\n`);
    }
    const count = Math.min(perPage, total - from);
    const used = isMerged ? count : Math.min(rows, Math.ceil(count / layout.columns));
    // On the last page the columns are of one length, the first ones taking what is over.
    const full = count - Math.floor(count / layout.columns) * layout.columns;
    const starts = Array.from({ length: layout.columns }, (_, column) => column * Math.floor(count / layout.columns) + Math.min(column, full));
    for (let row = 0; row < used; row += 1) {
      const cells = Array.from({ length: layout.columns }, (_, column) => {
        if (isMerged) return sources[column]?.[from + row];
        const lines = sources[0]!;
        const index = layout.isAcross ? row * layout.columns + column : starts[column]! + row;
        const end = layout.isAcross ? count : starts[column + 1] ?? count;
        return index < end ? numbered(lines[from + index], from + index) : undefined;
      });
      const text = rowOf(cells, layout);
      const due = out.add(`${isMerged && layout.number !== undefined ? numbered('', from + row)! : ''}${text}${'\n'.repeat(step)}`);
      if (due !== undefined) await due;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    if (!isBare) await out.add(options.has('F') || options.has('f') ? '\f' : '\n'.repeat((rows - used) * step + ((pageLines - HEADER_LINES - FOOTER_LINES) % step) + FOOTER_LINES));
  }
}

export const pr: Command = {
  name: 'pr',
  summary: 'Lay out text in pages and columns',
  usage: 'pr [+FIRST[:LAST]] [-COLUMNS] [-adFmnt] [-h TITLE] [-l LINES] [-w WIDTH] [-o MARGIN] [-s[CHAR]] [FILE]...',
  help: "pr notes.txt | less\nls | pr -3 -t             # three columns, without titles\npr -m -t left.txt right.txt   # side by side\npr -n -t script.sh        # with line numbers",
  options: [
    ['-COLUMNS, --columns=COLUMNS', 'so many columns, filled downwards; with -a across'],
    ['+FIRST[:LAST], --pages=FIRST[:LAST]', 'only these pages'],
    ['-m, --merge', 'the files side by side'],
    ['-t, --omit-header', 'no titles, no empty lines at the end of a page'],
    ['-h, --header=TITLE', 'TITLE instead of the name of the file'],
    ['-n, --number-lines[=SEP[DIGITS]]', 'number the lines'],
    ['-d, --double-space', 'an empty line after each'],
    ['-l, --length=LINES', 'lines of a page instead of 66'],
    ['-w, --width=WIDTH', 'columns of a page instead of 72'],
    ['-o, --indent=MARGIN', 'so many spaces before each line'],
    ['-s, --separator[=CHAR]', 'CHAR, or a tab, between columns; nothing is cut'],
    ['-F, --form-feed', 'end pages with a form feed'],
    ['-D, --date-format=FORMAT', 'the date in titles'],
  ],
  section: 'text',
  async run(context) {
    const args = context.args.map((argument) => (/^\+\d/.test(argument) ? `--pages=${argument.slice(1)}` : /^-\d+$/.test(argument) ? `--columns=${argument.slice(1)}` : argument));
    const options = parseOptions(args, {
      short: 'adFfmn::N:th:l:w:W:o:s::S::TD:rvceiJ',
      long: {
        columns: 'columns:', pages: 'pages:', across: 'a', 'double-space': 'd', 'form-feed': 'F', merge: 'm', 'number-lines': 'n', 'first-line-number': 'N', 'omit-header': 't', header: 'h',
        length: 'l', width: 'w', 'page-width': 'W', indent: 'o', separator: 's', 'sep-string': 'S', 'omit-pagination': 'T', 'date-format': 'D', 'no-file-warnings': 'r', 'join-lines': 'J',
      },
    });
    const names = options.operands.length === 0 ? ['-'] : options.operands;
    const isMerged = options.has('m');
    const asked = positive(options, 'columns', 1, 'COLUMNS');
    if (isMerged && options.has('columns')) throw new UsageError('cannot specify number of columns when printing in parallel');
    if (isMerged && options.has('a')) throw new UsageError('cannot specify both printing across and printing in parallel');
    const separator = options.has('S') ? options.value('S') ?? '' : options.value('s');
    const numbers = options.value('n');
    const numberMatch = /^(\D)?(\d*)$/.exec(numbers ?? '');
    if (numberMatch === null) throw new UsageError(`'-n' extra characters or invalid number in the argument: '${numbers}'`);
    const margin = Number(options.value('o') ?? '0');
    if (!Number.isInteger(margin) || margin < 0 || margin > 1_000) throw new UsageError(`'-o MARGIN' invalid line offset: '${options.value('o')}'`);
    const layout: Layout = {
      columns: isMerged ? names.length : asked, width: positive(options, options.has('W') ? 'W' : 'w', 72, 'PAGE_WIDTH'), isAcross: options.has('a'), margin: ' '.repeat(margin),
      separator: separator === undefined ? undefined : separator === '' && !options.has('S') ? '\t' : separator,
      number: numbers === undefined ? undefined : { width: Number(numberMatch[2] || '5'), separator: numberMatch[1] ?? '\t' },
    };
    if (layout.columns * 2 > layout.width + 1 || layout.columns > limits.completionMaxShown) throw new UsageError('page width too narrow');
    const out = new TextWriter(context);
    let failed = false;
    const read = async (name: string): Promise<string[] | undefined> => {
      try {
        const lines = await readLines(openNamed(context, name).chunks);
        return layout.columns > 1 ? lines.map((line) => (line.includes('\t') ? expandTabs(line) : line)) : lines;
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failed = true;
        if (!options.has('r')) await complain(context, `${name}: ${error.message}`);
        return undefined;
      }
    };
    const timeOf = (name: string): number => (name === '-' || isMerged ? context.now() : context.files.stat(locate(context, name))?.mtimeMs ?? context.now());
    if (isMerged) {
      const sources: string[][] = [];
      for (const name of names) {
        const lines = await read(name);
        if (lines !== undefined) sources.push(lines);
      }
      if (sources.length > 0) await print(context, options, out, { ...layout, columns: sources.length }, sources, options.value('h') ?? '', timeOf('-'));
    } else {
      for (const name of names) {
        const lines = await read(name);
        if (lines !== undefined) await print(context, options, out, layout, [lines], options.value('h') ?? (name === '-' ? '' : name), timeOf(name));
      }
    }
    await out.flush();
    return failed ? 1 : 0;
  },
};

function expandTabs(line: string): string {
  let out = '';
  let column = 0;
  for (const character of line) {
    const text = character === '\t' ? ' '.repeat(8 - (column % 8)) : character;
    out += text;
    column += textWidth(text);
  }
  return out;
}
