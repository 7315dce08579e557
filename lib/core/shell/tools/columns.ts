import type { Command } from '../command.ts';
import { FileInput } from '../streams/input.ts';
import { decodeEscapes } from '../escapes.ts';
import { decodeText, encodeText } from '../text.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** cut, tr, wc: bytes, characters and fields. */

/** `1,3-5,7-`: whether a position (from 1) is chosen. */
function parseList(text: string): (position: number) => boolean {
  const ranges = text.split(/[, ]/).map((piece) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(piece);
    if (match === null || piece === '' || piece === '-') throw new UsageError(`invalid field range: '${text}'`);
    const low = match[1] === '' ? 1 : Number(match[1]);
    const high = match[2] === '' ? low : match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]);
    if (low === 0) throw new UsageError('fields are numbered from 1');
    if (high < low) throw new UsageError('invalid decreasing range');
    return [low, high] as const;
  });
  return (position) => ranges.some(([low, high]) => position >= low && position <= high);
}

export const cut: Command = {
  name: 'cut',
  summary: 'Keep columns or fields of each line',
  usage: 'cut -f LIST [-d CHAR] [-s] | -c LIST | -b LIST [--complement] [--output-delimiter=TEXT] [FILE]...',
  help: 'cut -d, -f1,3 table.csv\ncut -c1-10 log.txt\ncut -d: -f2- file',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'f:c:b:d:snzCO:',
      long: { fields: 'f', characters: 'c', bytes: 'b', delimiter: 'd', 'only-delimited': 's', complement: 'C', 'output-delimiter': 'O' },
    });
    const modes = options.all.filter(({ letter }) => 'fcb'.includes(letter));
    const mode = modes[0];
    if (mode === undefined) throw new UsageError('you must specify a list of bytes, characters, or fields');
    if (modes.length > 1) throw new UsageError('only one type of list may be specified');
    const listed = parseList(mode.value);
    const keep = options.has('C') ? (position: number) => !listed(position) : listed;
    const delimiter = options.value('d') ?? '\t';
    if (mode.letter === 'f' && Array.from(delimiter).length > 1) throw new UsageError('the delimiter must be a single character');
    if (mode.letter !== 'f' && options.has('d')) throw new UsageError('an input delimiter may be specified only when operating on fields');
    const glue = options.value('O');
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    const byPosition = (line: string): string => {
      if (glue === undefined) {
        // eslint-disable-next-line no-control-regex
        if (mode.letter === 'c' || /^[\x00-\x7f]*$/.test(line)) return Array.from(line).filter((_, index) => keep(index + 1)).join('');
        return decodeText(encodeText(line).filter((_, index) => keep(index + 1)));
      }
      const runs: string[] = [];
      let last = -1;
      Array.from(line).forEach((character, index) => {
        if (!keep(index + 1)) return;
        if (last === index - 1 && runs.length > 0) runs[runs.length - 1] += character;
        else runs.push(character);
        last = index;
      });
      return runs.join(glue);
    };
    for await (const { chunks } of inputs) {
      for await (const { lines } of lineBatches(chunks)) {
        for (const line of lines) {
          let text: string;
          if (mode.letter !== 'f') text = byPosition(line);
          else if (!line.includes(delimiter)) {
            if (options.has('s')) continue;
            text = line;
          } else text = line.split(delimiter).filter((_, index) => keep(index + 1)).join(glue ?? delimiter);
          const due = out.add(`${text}\n`);
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    return failed() ? 1 : 0;
  },
};

const TR_CLASSES: Readonly<Record<string, (code: number) => boolean>> = {
  alpha: (code) => /\p{L}/u.test(String.fromCodePoint(code)),
  digit: (code) => code >= 48 && code <= 57,
  alnum: (code) => /[\p{L}0-9]/u.test(String.fromCodePoint(code)),
  upper: (code) => code >= 65 && code <= 90,
  lower: (code) => code >= 97 && code <= 122,
  space: (code) => code === 32 || (code >= 9 && code <= 13),
  blank: (code) => code === 32 || code === 9,
  punct: (code) => code > 32 && code < 127 && !/[A-Za-z0-9]/.test(String.fromCharCode(code)),
  print: (code) => code >= 32 && code !== 127,
  graph: (code) => code > 32 && code !== 127,
  cntrl: (code) => code < 32 || code === 127,
  xdigit: (code) => /[0-9A-Fa-f]/.test(String.fromCharCode(code)),
};

/** The characters of a set such as `a-z0-9[:space:]\n`. `repeat` is the length that `[x*]` fills up to. */
function parseSet(text: string, repeat: number): { codes: number[]; classes: string[] } {
  const codes: number[] = [];
  const classes: string[] = [];
  let at = 0;
  const one = (): number => {
    if (text[at] === '\\' && at + 1 < text.length) {
      const match = /^\\([0-7]{1,3}|.)/su.exec(text.slice(at)) as RegExpExecArray;
      at += match[0].length;
      if (/^[0-7]/.test(match[1]!)) return Number.parseInt(match[1]!, 8);
      return 'abfnrtv\\'.includes(match[1]!) ? decodeEscapes(match[0], 'printf').text.codePointAt(0)! : match[1]!.codePointAt(0)!;
    }
    const code = text.codePointAt(at) as number;
    at += code > 0xffff ? 2 : 1;
    return code;
  };
  while (at < text.length) {
    const named = /^\[:(\w+):\]/.exec(text.slice(at));
    if (named !== null) {
      const test = Object.hasOwn(TR_CLASSES, named[1]!) ? TR_CLASSES[named[1]!] : undefined;
      if (test === undefined) throw new UsageError(`invalid character class '${named[1]}'`);
      classes.push(named[1]!);
      for (let code = 0; code < 128; code += 1) if (test(code)) codes.push(code);
      at += named[0].length;
      continue;
    }
    const filled = /^\[(\\?.)\*(\d*)\]/su.exec(text.slice(at));
    if (filled !== null) {
      const code = filled[1]!.length > 1 ? decodeEscapes(filled[1]!, 'printf').text.codePointAt(0)! : filled[1]!.codePointAt(0)!;
      const count = filled[2] === '' || filled[2] === '0' ? Math.max(0, repeat - codes.length) : Number.parseInt(filled[2]!, filled[2]!.startsWith('0') ? 8 : 10);
      for (let index = 0; index < Math.min(count, 0x10ffff); index += 1) codes.push(code);
      at += filled[0].length;
      continue;
    }
    const low = one();
    if (text[at] === '-' && at + 1 < text.length) {
      at += 1;
      const high = one();
      if (high < low) throw new UsageError(`range-endpoints of '${String.fromCodePoint(low)}-${String.fromCodePoint(high)}' are in reverse collating sequence order`);
      if (high - low > 70_000) throw new UsageError('the range is too large');
      for (let code = low; code <= high; code += 1) codes.push(code);
    } else codes.push(low);
  }
  return { codes, classes };
}

export const tr: Command = {
  name: 'tr',
  summary: 'Replace, squeeze or drop characters',
  usage: 'tr [-cds] SET1 [SET2]',
  help: "tr a-z A-Z < notes.txt\ntr -d '\\r' < dos.txt > unix.txt\ntr -s ' ' < table.txt        # one space where there were many\ntr -cd '0-9\\n' < log.txt     # keep only digits",
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's' }, stopAtOperand: true });
    const [first, second] = options.operands;
    const complement = options.has('c') || options.has('C');
    const deletes = options.has('d');
    const squeezes = options.has('s');
    if (first === undefined) throw new UsageError('missing operand');
    if (second === undefined && !deletes && !squeezes) throw new UsageError(`missing operand after '${first}'\nTwo strings must be given when translating.`);
    if (second !== undefined && deletes && !squeezes) throw new UsageError(`extra operand '${second}'\nOnly one string may be given when deleting without squeezing repeats.`);
    if (options.operands.length > 2) throw new UsageError(`extra operand '${options.operands[2]}'`);
    const from = parseSet(first, 0);
    const members = new Set(from.codes);
    const inFirst = (code: number): boolean =>
      (members.has(code) || (code > 127 && from.classes.some((name) => TR_CLASSES[name]!(code)))) !== complement;
    const translates = second !== undefined && !deletes;
    const to = second === undefined ? undefined : parseSet(second, from.codes.length);
    const map = new Map<number, number>();
    let last: number | undefined;
    if (translates && to !== undefined) {
      last = to.codes[to.codes.length - 1];
      if (last === undefined) throw new UsageError('when not truncating set1, string2 must be non-empty');
      if (!complement) from.codes.forEach((code, index) => {
        map.set(code, to.codes[Math.min(index, to.codes.length - 1)] as number);
      });
    }
    const squeezed = squeezes ? (second === undefined ? inFirst : ((set: Set<number>) => (code: number) => set.has(code))(new Set(to!.codes))) : undefined;
    let previous = -1;
    let carry = new Uint8Array(0);
    for await (const chunk of context.stdin) {
      // A character may be cut in two by the end of a chunk.
      const joined = carry.length > 0 ? Uint8Array.from([...carry, ...chunk]) : chunk;
      let whole = joined.length;
      for (let back = 1; back <= 3 && back <= joined.length; back += 1) {
        const byte = joined[joined.length - back] as number;
        if (byte < 0x80) break;
        if (byte >= 0xc0) {
          const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
          if (needs > back) whole = joined.length - back;
          break;
        }
      }
      carry = joined.slice(whole);
      await context.stdout.write(encodeText(convert(decodeText(joined.subarray(0, whole)))));
    }
    if (carry.length > 0) await context.stdout.write(encodeText(convert(decodeText(carry))));
    return 0;

    function convert(text: string): string {
      let out = '';
      for (let at = 0; at < text.length; at += 1) {
        let code = text.charCodeAt(at);
        if (code >= 0xd800 && code <= 0xdbff && at + 1 < text.length) {
          code = text.codePointAt(at) as number;
          if (code > 0xffff) at += 1;
        }
        if (deletes) {
          if (inFirst(code)) continue;
        } else if (translates) {
          if (complement) {
            if (inFirst(code)) code = last as number;
          } else code = map.get(code) ?? code;
        }
        if (squeezed?.(code) === true && code === previous) continue;
        previous = code;
        out += String.fromCodePoint(code);
      }
      return out;
    }
  },
};

export const wc: Command = {
  name: 'wc',
  summary: 'Count lines, words and bytes',
  usage: 'wc [-lwcmL] [FILE]...',
  help: 'wc notes.txt\nls | wc -l',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'lwcmL', long: { lines: 'l', words: 'w', bytes: 'c', chars: 'm', 'max-line-length': 'L' } });
    const chosen = ['l', 'w', 'm', 'c', 'L'].filter((letter) => options.has(letter));
    const columns = chosen.length === 0 ? ['l', 'w', 'c'] : chosen;
    const rows: { name: string; counts: Record<string, number> }[] = [];
    const { inputs, failed } = openAll(context, options.operands);
    for await (const { name, chunks } of inputs) {
      const counts: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 };
      let inWord = false;
      let length = 0;
      for await (const chunk of chunks) {
        counts.c! += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) counts.l! += 1;
        if (columns.includes('m')) for (const byte of chunk) if ((byte & 0xc0) !== 0x80) counts.m! += 1;
        if (columns.includes('w')) {
          for (const byte of chunk) {
            const isSpace = byte === 32 || (byte >= 9 && byte <= 13);
            if (!isSpace && !inWord) counts.w! += 1;
            inWord = !isSpace;
          }
        }
        if (columns.includes('L')) {
          for (const byte of chunk) {
            if (byte === 10) length = 0;
            else if ((byte & 0xc0) !== 0x80) length += byte === 9 ? 8 - (length % 8) : 1;
            counts.L = Math.max(counts.L!, length);
          }
        }
        const rest = context.breathe();
        if (rest !== undefined) await rest;
      }
      rows.push({ name, counts });
    }
    const isStandard = options.operands.length === 0;
    if (options.operands.length > 1) {
      const total: Record<string, number> = { l: 0, w: 0, c: 0, m: 0, L: 0 };
      for (const { counts } of rows) {
        for (const key of ['l', 'w', 'c', 'm']) total[key]! += counts[key]!;
        total.L = Math.max(total.L!, counts.L!);
      }
      rows.push({ name: 'total', counts: total });
    }
    const bytes = rows.filter(({ name }, index) => !(name === 'total' && index === rows.length - 1 && options.operands.length > 1)).reduce((sum, { counts }) => sum + counts.c!, 0);
    const single = columns.length === 1 && rows.length === 1;
    const readsStandard = (isStandard || options.operands.includes('-')) && !(context.stdin instanceof FileInput);
    const width = single ? 1 : Math.max(String(bytes).length, readsStandard ? 7 : 1);
    await context.stdout.write(encodeText(rows.map(({ name, counts }) =>
      `${columns.map((column) => String(counts[column]).padStart(width)).join(' ')}${isStandard ? '' : ` ${name}`}\n`).join('')));
    return failed() ? 1 : 0;
  },
};
