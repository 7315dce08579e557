import type { Command } from '../command.ts';
import { textWidth } from '../../tty/width.ts';
import { FileInput } from '../streams/input.ts';
import { decodeText, encodeText } from '../text.ts';
import { piecesOf } from './byte-blocks.ts';
import { countByte } from './count-bytes.ts';
import { lineBatches, openAll, readNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** 0: between words; 1: of a word; 2: neither, it changes nothing (other controls). */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 32 || (byte >= 9 && byte <= 13) ? 0 : byte < 32 || byte === 127 ? 2 : 1));

class Counts {
  lines = 0;
  words = 0;
  characters = 0;
  bytes = 0;
  longest = 0;
  #inWord = false;

  add(piece: Uint8Array, wants: { lines: boolean; words: boolean; characters: boolean }): void {
    this.bytes += piece.length;
    if (wants.lines) this.lines += countByte(piece, 10);
    if (wants.words) {
      let { words } = this;
      let inWord = this.#inWord ? 1 : 0;
      for (let at = 0; at < piece.length; at += 1) {
        const kind = KINDS[piece[at] as number] as number;
        if (kind === 2) continue;
        words += kind & (inWord ^ 1);
        inWord = kind;
      }
      this.words = words;
      this.#inWord = inWord === 1;
    }
    if (wants.characters) {
      let following = 0;
      for (let at = 0; at < piece.length; at += 1) following += ((piece[at] as number) & 0xc0) === 0x80 ? 1 : 0;
      this.characters += piece.length - following;
    }
  }

  /** Columns of the longest line, tabs at every eighth. */
  measure(line: string): void {
    let width = 0;
    for (const [index, part] of line.split('\t').entries()) width = (index === 0 ? 0 : width + 8 - (width % 8)) + textWidth(part);
    this.longest = Math.max(this.longest, width);
  }

  include(other: Counts): void {
    this.lines += other.lines;
    this.words += other.words;
    this.characters += other.characters;
    this.bytes += other.bytes;
    this.longest = Math.max(this.longest, other.longest);
  }
}

const COLUMNS: readonly (readonly [string, (counts: Counts) => number])[] = [
  ['l', ({ lines }) => lines], ['w', ({ words }) => words], ['m', ({ characters }) => characters], ['c', ({ bytes }) => bytes], ['L', ({ longest }) => longest],
];

export const wc: Command = {
  name: 'wc',
  summary: 'Count lines, words and bytes',
  usage: 'wc [-lwcmL] [--total=WHEN] [FILE]...',
  help: 'wc notes.txt\nls | wc -l\nwc -w *.md      # words of each, and of all',
  options: [
    ['-l, --lines', 'lines'], ['-w, --words', 'words'], ['-m, --chars', 'characters'], ['-c, --bytes', 'bytes'], ['-L, --max-line-length', 'columns of the longest line'],
    ['--files0-from=FILE', 'names from FILE, with NUL between them'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L', 'files0-from': 'files0:' } });
    const list = options.value('files0');
    if (list !== undefined && options.operands.length > 0) throw new UsageError(`extra operand '${options.operands[0]}'\nfile operands cannot be combined with --files0-from`);
    const operands = list === undefined ? options.operands : decodeText(list === '-' ? await readWhole(context.stdin) : readNamed(context, list)).split('\0').filter((name) => name !== '');
    const chosen = COLUMNS.filter(([letter]) => options.has(letter));
    const columns = chosen.length === 0 ? COLUMNS.filter(([letter]) => 'lwc'.includes(letter)) : chosen;
    const wantsColumn = (wanted: string): boolean => columns.some(([letter]) => letter === wanted);
    const wants = { lines: wantsColumn('l'), words: wantsColumn('w'), characters: wantsColumn('m') };
    const measures = options.has('L');
    const rows: { name: string; counts: Counts }[] = [];
    const { inputs, failed } = list !== undefined && operands.length === 0 ? { inputs: [], failed: () => false } : openAll(context, operands);
    for await (const { name, chunks } of inputs) {
      const counts = new Counts();
      async function* counted(): AsyncGenerator<Uint8Array, void, void> {
        for await (const piece of piecesOf(chunks)) {
          counts.add(piece, wants);
          const rest = context.breathe();
          if (rest !== undefined) await rest;
          yield piece;
        }
      }
      if (measures) for await (const { lines } of lineBatches(counted())) for (const line of lines) counts.measure(line);
      else for await (const _ of counted());
      rows.push({ name, counts });
    }
    const isStandard = operands.length === 0;
    const size = rows.reduce((sum, { counts }) => sum + counts.bytes, 0);
    if (operands.length > 1) {
      const total = new Counts();
      for (const { counts } of rows) total.include(counts);
      rows.push({ name: 'total', counts: total });
    }
    // As wide as the sizes of the files need; of a pipe nobody knows its size before.
    const readsPipe = (isStandard || operands.includes('-')) && !(context.stdin instanceof FileInput);
    const width = columns.length === 1 && operands.length <= 1 ? 1 : Math.max(String(size).length, readsPipe ? 7 : 1);
    await context.stdout.write(encodeText(rows.map(({ name, counts }) =>
      `${columns.map(([, value]) => String(value(counts)).padStart(width)).join(' ')}${isStandard ? '' : ` ${name}`}\n`).join('')));
    return failed() ? 1 : 0;
  },
};
