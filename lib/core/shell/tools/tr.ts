import { begunCharacterLength } from '../../begun-character.ts';
import type { Command } from '../command.ts';
import { decodeEscapes } from '../escapes.ts';
import { decodeText, encodeText } from '../text.ts';
import { piecesOf } from './byte-blocks.ts';
import { parseOptions, UsageError } from './options.ts';

/**
 * tr works with characters, not with bytes as GNU's does, so that `tr é e` is what it says. Where both sets are ASCII and
 * the bytes are too, or it makes no difference, a table of 256 bytes does the work.
 */
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
    const alike = /^\[=(\\?.)=\]/su.exec(text.slice(at));
    if (alike !== null) {
      codes.push(alike[1]!.codePointAt(alike[1]!.length > 1 && alike[1]!.startsWith('\\') ? 1 : 0) as number);
      at += alike[0].length;
      continue;
    }
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
  usage: 'tr [-cdst] SET1 [SET2]',
  help: "tr a-z A-Z < notes.txt\ntr -d '\\r' < dos.txt > unix.txt\ntr -s ' ' < table.txt        # one space where there were many\ntr -cd '0-9\\n' < log.txt     # keep only digits",
  options: [
    ['-c, -C, --complement', 'all characters that are not in SET1'],
    ['-d, --delete', 'drop the characters of SET1'],
    ['-s, --squeeze-repeats', 'one where the same character of the last set comes several times'],
    ['-t, --truncate-set1', 'as much of SET1 as SET2 is long'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' }, stopAtOperand: true });
    const [first, second] = options.operands;
    const complement = options.has('c') || options.has('C');
    const deletes = options.has('d');
    const squeezes = options.has('s');
    if (first === undefined) throw new UsageError('missing operand');
    if (second === undefined && !deletes && !squeezes) throw new UsageError(`missing operand after '${first}'\nTwo strings must be given when translating.`);
    if (second !== undefined && deletes && !squeezes) throw new UsageError(`extra operand '${second}'\nOnly one string may be given when deleting without squeezing repeats.`);
    if (options.operands.length > 2) throw new UsageError(`extra operand '${options.operands[2]}'`);
    if (deletes && squeezes && second === undefined) throw new UsageError(`missing operand after '${first}'\nTwo strings must be given when both deleting and squeezing repeats.`);
    const from = parseSet(first, 0);
    if (options.has('t') && second !== undefined && !deletes) from.codes.length = Math.min(from.codes.length, parseSet(second, from.codes.length).codes.length);
    const members = new Set(from.codes);
    // Who says so wants bytes: `LC_ALL=C tr -dc '[:alnum:]' < /dev/urandom`.
    const { env } = context;
    const hasLetters = from.classes.length > 0 && !/^(?:C|POSIX)$/.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '');
    const inFirst = (code: number): boolean =>
      (members.has(code) || (code > 127 && hasLetters && from.classes.some((name) => TR_CLASSES[name]!(code)))) !== complement;
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
    const table = asciiTable();
    for await (const chunk of piecesOf(context.stdin)) {
      const rest = context.breathe();
      if (rest !== undefined) await rest;
      if (table !== undefined && carry.length === 0 && (table.takesAll || isAscii(chunk))) {
        await context.stdout.write(viaTable(table, chunk));
        continue;
      }
      // A character may be cut in two by the end of a chunk.
      const joined = carry.length > 0 ? Uint8Array.from([...carry, ...chunk]) : chunk;
      const whole = joined.length - begunCharacterLength(joined);
      carry = joined.slice(whole);
      await context.stdout.write(encodeText(convert(decodeText(joined.subarray(0, whole)))));
    }
    if (carry.length > 0) await context.stdout.write(encodeText(convert(decodeText(carry))));
    return 0;

    /** What becomes of each byte: another, -1 for nothing. Undefined where a set has more than ASCII. */
    function asciiTable(): { to: Int16Array; squeezes: Uint8Array; takesAll: boolean } | undefined {
      if ([...from.codes, ...(to?.codes ?? [])].some((code) => code > 127)) return undefined;
      const table = { to: Int16Array.from({ length: 256 }, (_, code) => code), squeezes: new Uint8Array(256), takesAll: (!complement || (deletes && !squeezes)) && !hasLetters };
      for (let code = 0; code < 256; code += 1) {
        const isIn = inFirst(code);
        if (deletes) table.to[code] = isIn ? -1 : code;
        else if (translates) table.to[code] = complement ? (isIn ? (last as number) : code) : map.get(code) ?? code;
        if (squeezed?.(code) === true) table.squeezes[code] = 1;
      }
      return table;
    }

    function viaTable(table: { to: Int16Array; squeezes: Uint8Array }, chunk: Uint8Array): Uint8Array {
      const out = new Uint8Array(chunk.length);
      const { to: target, squeezes: repeats } = table;
      let length = 0;
      let before = previous;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = target[chunk[at] as number] as number;
        if (byte < 0 || (byte === before && repeats[byte] === 1)) continue;
        before = byte;
        out[length++] = byte;
      }
      previous = before;
      return out.subarray(0, length);
    }

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

function isAscii(bytes: Uint8Array): boolean {
  let all = 0;
  for (let at = 0; at < bytes.length; at += 1) all |= bytes[at] as number;
  return all < 128;
}
