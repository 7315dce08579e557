import type { Command } from '../command.ts';
import { compareText } from './compare-text.ts';
import { complain, openNamed, TextWriter } from './files-in.ts';
import { LineReader } from './line-reader.ts';
import { parseOptions, UsageError } from './options.ts';

interface Row {
  fields: string[];
  key: string;
}

/** `1.2,0,2.3`: file and field of each output column; `[0, 0]` is the join field. */
function parseFormat(text: string): [number, number][] {
  return text.split(/[, \t]+/).filter((piece) => piece !== '').map((piece) => {
    const match = /^(?:0|([12])\.(\d+))$/.exec(piece);
    if (match === null) throw new UsageError(`invalid field specifier: '${piece}'`);
    if (match[2] === '0') throw new UsageError(`invalid field number: '0'`);
    return match[1] === undefined ? [0, 0] : [Number(match[1]), Number(match[2])];
  });
}

export const join: Command = {
  name: 'join',
  summary: 'Join the lines of two sorted files that have the same field',
  usage: 'join [-a FILENUM] [-v FILENUM] [-1 FIELD] [-2 FIELD] [-j FIELD] [-t CHAR] [-o FORMAT] [-e TEXT] [-i] FILE1 FILE2',
  help: "join names.txt ages.txt                  # by the first field of both\njoin -t, -1 2 -2 1 a.csv b.csv           # second field of a, first of b\njoin -a1 -e none -o 0,1.2,2.2 a b        # also what b does not have",
  options: [
    ['-1 FIELD, -2 FIELD', 'the field of FILE1, of FILE2'],
    ['-j FIELD', 'the field of both'],
    ['-t CHAR', 'what stands between fields, instead of blanks'],
    ['-a FILENUM', 'also the lines of that file that have no partner'],
    ['-v FILENUM', 'only the lines of that file that have no partner'],
    ['-o FORMAT', 'the columns: FILENUM.FIELD or 0, with commas; or auto'],
    ['-e TEXT', 'in place of a field that is not there'],
    ['-i, --ignore-case', 'upper and lower case are the same'],
    ['--header', 'the first lines are titles'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'a:v:1:2:j:t:o:e:iz',
      long: { 'ignore-case': 'i', header: 'header', 'check-order': 'check', 'nocheck-order': 'nocheck', 'zero-terminated': 'z' },
    });
    // `-o 1.1 2.1 A B`, from before -o took commas.
    const { operands } = options;
    let inFormat = 0;
    if (options.has('o')) while (operands.length - inFormat > 2 && /^(0|[12]\.\d+)(,(0|[12]\.\d+))*$/.test(operands[inFormat]!)) inFormat += 1;
    const [first, second, extra] = operands.slice(inFormat);
    if (first === undefined) throw new UsageError('missing operand');
    if (second === undefined) throw new UsageError(`missing operand after '${first}'`);
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    if (first === '-' && second === '-') throw new UsageError('both files cannot be standard input');
    const fieldOf = (letter: string): number => {
      const text = options.value(letter) ?? options.value('j') ?? '1';
      if (!/^\d+$/.test(text) || Number(text) === 0) throw new UsageError(`invalid field number: '${text}'`);
      return Number(text);
    };
    const keyFields = [fieldOf('1'), fieldOf('2')];
    const fileNumbers = (letter: string): Set<number> => new Set(options.all.filter((option) => option.letter === letter).map(({ value }) => {
      if (value !== '1' && value !== '2') throw new UsageError(`invalid file number: '${value}'`);
      return Number(value);
    }));
    const only = fileNumbers('v');
    const unpaired = new Set([...fileNumbers('a'), ...only]);
    const asked = options.value('t');
    const tab = asked === '\\0' ? '\0' : asked;
    if (tab !== undefined && Array.from(tab).length > 1) throw new UsageError(`multi-character tab '${tab}'`);
    const glue = tab === undefined ? ' ' : tab;
    const filler = options.value('e') ?? '';
    const separator = options.has('z') ? 0 : 10;
    const end = String.fromCharCode(separator);
    const readers = [first, second].map((name) => new LineReader(openNamed(context, name).chunks, separator));
    const out = new TextWriter(context);
    const split = (line: string): string[] => (tab === '' ? [line] : tab !== undefined ? line.split(tab) : line.replace(/^[ \t\n]+/, '').split(/[ \t\n]+/));
    const previous: (Row | undefined)[] = [undefined, undefined];
    const isUnordered = [false, false];
    let hasUnpaired = false;
    const compareKeys = (left: string, right: string): number => (options.has('i') ? compareText(left.toLowerCase(), right.toLowerCase()) : compareText(left, right));
    const pull = async (index: number): Promise<Row | undefined> => {
      const pulled = readers[index]!.next();
      const line = pulled instanceof Promise ? await pulled : pulled;
      if (line === undefined) return undefined;
      const fields = split(line);
      const row = { fields, key: fields[keyFields[index]! - 1] ?? '' };
      const before = previous[index];
      if (before !== undefined && compareKeys(before.key, row.key) > 0 && !isUnordered[index] && !options.has('nocheck') && (hasUnpaired || options.has('check'))) {
        isUnordered[index] = true;
        await complain(context, `${[first, second][index]}: is not sorted: ${line}`);
      }
      previous[index] = row;
      return row;
    };
    let current = [await pull(0), await pull(1)];
    const text = [...options.all.filter(({ letter }) => letter === 'o').map(({ value }) => value), ...operands.slice(0, inFormat)].join(',');
    let format = text === '' || text === 'auto' ? undefined : parseFormat(text);
    if (text === 'auto') {
      format = [[0, 0]];
      current.forEach((row, index) => row?.fields.forEach((_, field) => {
        if (field + 1 !== keyFields[index]) format!.push([index + 1, field + 1]);
      }));
    }
    const print = (left: Row | undefined, right: Row | undefined): Promise<void> | undefined => {
      const rows = [left, right];
      const key = left?.key ?? right?.key ?? '';
      const shown = (value: string | undefined): string => (value === undefined || value === '' ? filler : value);
      const columns = format === undefined
        ? [key, ...rows.flatMap((row, index) => row?.fields.filter((_, field) => field + 1 !== keyFields[index]) ?? [])].map(shown)
        : format.map(([file, field]) => (file === 0 ? shown(key) : shown(rows[file - 1]?.fields[field - 1])));
      return out.add(columns.join(glue) + end);
    };
    if (options.has('header') && (current[0] !== undefined || current[1] !== undefined)) {
      await print(current[0], current[1]);
      previous.fill(undefined);
      current = [current[0] && await pull(0), current[1] && await pull(1)];
    }
    while (current[0] !== undefined || current[1] !== undefined) {
      const rest = context.breathe();
      if (rest !== undefined) await rest;
      const [left, right] = current;
      const order = left === undefined ? 1 : right === undefined ? -1 : compareKeys(left.key, right.key);
      if (order !== 0) {
        hasUnpaired = true;
        const index = order < 0 ? 0 : 1;
        if (unpaired.has(index + 1)) await print(index === 0 ? left : undefined, index === 1 ? right : undefined);
        else if (current[1 - index] === undefined && options.has('nocheck')) break;
        current[index] = await pull(index);
        continue;
      }
      const group: Row[][] = [[], []];
      for (const index of [0, 1]) {
        const key = current[index]!.key;
        for (let row = current[index]; row !== undefined && compareKeys(row.key, key) === 0; row = current[index]) {
          group[index]!.push(row);
          current[index] = await pull(index);
        }
      }
      if (only.size > 0) continue;
      for (const one of group[0]!) {
        for (const two of group[1]!) {
          const due = print(one, two);
          if (due !== undefined) await due;
        }
      }
    }
    await out.flush();
    const bad = isUnordered[0] || isUnordered[1];
    if (bad) await complain(context, 'input is not in sorted order');
    return bad ? 1 : 0;
  },
};
