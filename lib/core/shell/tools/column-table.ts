import { textWidth } from '../../tty/width.ts';
import type { CommandContext } from '../command.ts';
import { TextWriter } from './files-in.ts';
import { UsageError, type ParsedOptions } from './options.ts';

/** `column -t` and `-J`: lines as a table, in columns or as JSON; with `-r` as a tree. As util-linux's column(1). */

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));
const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - textWidth(text))) + text;

/** `1,3-4,-1`, or names given with `-N`; answers column numbers from 0 in the order that they are named in. */
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

type Row = readonly string[];

interface Node {
  row: Row;
  children: Node[];
}

/** The rows below their parents, in the order in which they came. A parent that is not there, or is the row itself, is none. */
function treeOf(rows: readonly Row[], id: number, parent: number): Node[] {
  const nodes = rows.map((row): Node => ({ row, children: [] }));
  const byId = new Map(nodes.map((node) => [node.row[id] ?? '', node]).reverse() as [string, Node][]);
  const aboves = nodes.map(({ row }) => byId.get(row[parent] ?? ''));
  const indexOf = new Map(nodes.map((node, index) => [node, index]));
  // Who are their own ancestors hang below the first of them. `walks`: in which walk upwards a row was met first.
  const walks = new Int32Array(nodes.length).fill(-1);
  for (let walk = 0; walk < nodes.length; walk += 1) {
    let at: number | undefined = walk;
    while (at !== undefined && walks[at] === -1) {
      walks[at] = walk;
      const above: Node | undefined = aboves[at];
      at = above === undefined ? undefined : indexOf.get(above);
    }
    if (at === undefined || walks[at] !== walk) continue;
    let first = at;
    for (let next = indexOf.get(aboves[at] as Node) as number; next !== at; next = indexOf.get(aboves[next] as Node) as number) first = Math.min(first, next);
    aboves[first] = undefined;
  }
  const roots: Node[] = [];
  for (const [index, node] of nodes.entries()) (aboves[index]?.children ?? roots).push(node);
  return roots;
}

/** The rows from the top down, with the lines of the tree before the cells of one column. */
function drawTree(roots: readonly Node[], column: number): Row[] {
  const drawn: Row[] = [];
  const todo = roots.map((node) => ({ node, indent: '', mark: '' })).reverse();
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { node, indent, mark } = next;
    drawn.push(node.row.map((cell, index) => (index === column ? indent + mark + cell : cell)));
    const inner = indent + (mark === '' ? '' : mark === '├─' ? '│ ' : '  ');
    const last = node.children.length - 1;
    for (let at = last; at >= 0; at -= 1) todo.push({ node: node.children[at] as Node, indent: inner, mark: at === last ? '└─' : '├─' });
  }
  return drawn;
}

/** Not `JSON.stringify`: a lone surrogate U+DC80–DCFF carries a raw byte here, which that would write as an escape. */
function jsonText(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f]/g, (character) => {
    const at = '\b\f\n\r\t'.indexOf(character);
    return at >= 0 ? `\\${'bfnrt'[at]}` : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** Pieces of the JSON text, a few rows each. */
function* printJson(title: string, nodes: readonly Node[], names: readonly string[], shown: readonly number[]): Generator<string, void, void> {
  yield `{\n   ${jsonText(title)}: [`;
  // A list that is under way: its rows, and how deep they stand.
  const lists = [{ rows: nodes, at: 0, depth: 2 }];
  for (let list = lists[0]; list !== undefined; list = lists[lists.length - 1]) {
    const space = '   '.repeat(list.depth);
    if (list.at === list.rows.length) {
      lists.pop();
      yield list.rows.length === 0 ? ']\n' : `\n${space.slice(3)}]\n`;
      if (lists.length > 0) yield `${space.slice(6)}}`;
      continue;
    }
    const { row, children } = list.rows[list.at] as Node;
    yield `${list.at === 0 ? `\n${space}` : ','}{\n`;
    const cells = shown.map((column) => `${space}   ${jsonText(names[column] as string)}: ${row[column] === undefined ? 'null' : jsonText(row[column])}`);
    yield cells.join(',\n');
    list.at += 1;
    if (children.length > 0) {
      yield `,\n${space}   "children": [`;
      lists.push({ rows: children, at: 0, depth: list.depth + 2 });
    } else yield `\n${space}}`;
  }
  yield '}\n';
}

function* printColumns(rows: readonly Row[], shown: readonly number[], right: ReadonlySet<number>, glue: string): Generator<string, void, void> {
  const widths = shown.map((column) => rows.reduce((width, row) => Math.max(width, textWidth(row[column] ?? '')), 0));
  for (const row of rows) {
    const cells = shown.map((column, index) => {
      const text = row[column] ?? '';
      if (right.has(column)) return padStart(text, widths[index]!);
      return index === shown.length - 1 ? text : padEnd(text, widths[index]!);
    });
    yield `${cells.join(glue)}\n`;
  }
}

/** The cells of a line; `marks` stand between them, else blanks. */
function cellsOf(line: string, marks: RegExp | undefined, most: number): string[] {
  const cells: string[] = [];
  let rest = marks === undefined ? line.replace(/^[ \t]+/, '') : line;
  if (rest === '') return cells;
  while (cells.length < most - 1) {
    const at = rest.search(marks ?? /[ \t]/);
    if (at < 0) break;
    cells.push(rest.slice(0, at));
    const after = rest.slice(at);
    rest = marks === undefined ? after.replace(/^[ \t]+/, '') : after.slice(1);
    if (marks === undefined && rest === '') return cells;
  }
  cells.push(rest);
  return cells;
}

export async function printTable(context: CommandContext, options: ParsedOptions, lines: readonly string[]): Promise<void> {
  const most = options.value('l') === undefined ? Number.POSITIVE_INFINITY : Number(options.value('l'));
  if (!(most >= 1)) throw new UsageError(`invalid columns limit argument: '${options.value('l')}'`);
  const names = options.value('N')?.split(',') ?? [];
  const isJson = options.has('J');
  if (isJson && names.length === 0) throw new UsageError('option --table-columns required for --json');
  const separator = options.value('s');
  const marks = separator === undefined ? undefined : separator === '' ? /(?!)/ : new RegExp(`[${separator.replace(/[\\\]^-]/g, '\\$&')}]`, 'u');
  const rows = lines.filter((line) => line.trim() !== '' || options.has('L')).map((line) => cellsOf(line, marks, most));
  const count = rows.reduce((widest, row) => Math.max(widest, row.length), names.length);
  const unnamed = isJson ? rows.findIndex((row) => row.length > names.length) : -1;
  if (unnamed >= 0) throw new UsageError(`line ${unnamed + 2}: for JSON the name of the column ${names.length + 1} is required`);
  const columns = (letter: string): Set<number> => parseColumns(options.value(letter), names, count);
  const hidden = columns('H');
  const order = [...columns('O'), ...Array.from({ length: count }, (_, index) => index)];
  const shown = [...new Set(order)].filter((column) => column >= 0 && column < count && !hidden.has(column));
  const [tree, id, parent] = ['r', 'i', 'p'].map((letter) => [...columns(letter)][0]);
  if (tree !== undefined && (id === undefined || parent === undefined)) throw new UsageError('options --tree-id and --tree-parent are required for tree formatting');
  const roots = tree === undefined ? undefined : treeOf(rows, id as number, parent as number);
  let pieces: Generator<string, void, void>;
  if (isJson) pieces = printJson(options.value('n') ?? 'table', roots ?? rows.map((row) => ({ row, children: [] })), names, shown);
  else {
    const body = roots === undefined ? rows : drawTree(roots, tree as number);
    pieces = printColumns(names.length > 0 && !options.has('d') ? [Array.from({ length: count }, (_, index) => names[index] ?? ''), ...body] : body, shown, columns('R'), options.value('o') ?? '  ');
  }
  const out = new TextWriter(context);
  for (const piece of pieces) {
    const due = out.add(piece) ?? context.breathe();
    if (due !== undefined) await due;
  }
  await out.flush();
}
