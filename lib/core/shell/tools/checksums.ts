import { blake2b } from '@noble/hashes/blake2.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { complain, lineBatches, openNamed } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/**
 * md5sum, sha*sum, b2sum, cksum and sum, and the checking of their lists (`-c`). The hashes are @noble/hashes': they take
 * the bytes as they come. Rejected: Web Crypto, which wants all of them at once, and answers only later.
 */
interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

interface Algorithm {
  /** As `--tag` writes it. */
  tag: string;
  /** Bits of the digest. */
  length: number;
  create(bits: number): Hash;
}

const plain = (tag: string, hash: { create(): Hash; outputLen: number }): Algorithm => ({ tag, length: hash.outputLen * 8, create: () => hash.create() });
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  md5: plain('MD5', md5), sha1: plain('SHA1', sha1), sha224: plain('SHA224', sha224), sha256: plain('SHA256', sha256),
  sha384: plain('SHA384', sha384), sha512: plain('SHA512', sha512),
  blake2b: { tag: 'BLAKE2b', length: 512, create: (bits) => blake2b.create({ dkLen: bits / 8 }) },
};
const PIECE = 65_536;

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

async function digest(context: CommandContext, name: string, hash: { update(bytes: Uint8Array): unknown }): Promise<number> {
  let size = 0;
  for await (const chunk of openNamed(context, name).chunks) {
    size += chunk.length;
    for (let at = 0; at < chunk.length; at += PIECE) {
      hash.update(chunk.subarray(at, at + PIECE));
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
  }
  return size;
}

/** A name with a newline or a backslash is written with escapes, and its line begins with a backslash. */
function escapeName(name: string): { mark: string; text: string } {
  if (!/[\\\n\r]/.test(name)) return { mark: '', text: name };
  return { mark: '\\', text: name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r') };
}

const unescapeName = (name: string): string => name.replace(/\\([\\nr])/g, (_, character: string) => (character === 'n' ? '\n' : character === 'r' ? '\r' : '\\'));

/** Answers whether the operand could be read; says why not. */
async function tryOperand(context: CommandContext, name: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    await complain(context, `${name}: ${error.message}`);
    return false;
  }
}

async function sumFiles(context: CommandContext, options: ParsedOptions, algorithm: Algorithm, bits: number, tagged: boolean): Promise<number> {
  let failed = false;
  const end = options.has('z') ? '\0' : '\n';
  for (const name of options.operands.length === 0 ? ['-'] : options.operands) {
    const isRead = await tryOperand(context, name, async () => {
      const hash = algorithm.create(bits);
      await digest(context, name, hash);
      const { mark, text } = options.has('z') ? { mark: '', text: name } : escapeName(name);
      const tag = bits === algorithm.length ? algorithm.tag : `${algorithm.tag}-${bits}`;
      const hex = hexOf(hash.digest());
      await context.stdout.write(encodeText(tagged ? `${mark}${tag} (${text}) = ${hex}${end}` : `${mark}${hex} ${options.has('b') ? '*' : ' '}${text}${end}`));
    });
    if (!isRead) failed = true;
  }
  return failed ? 1 : 0;
}

interface Expected {
  hex: string;
  name: string;
  algorithm: Algorithm;
}

function parseLine(line: string, algorithm: Algorithm | undefined): Expected | undefined {
  const isEscaped = line.startsWith('\\');
  const text = isEscaped ? line.slice(1) : line;
  const nameOf = (name: string): string => (isEscaped ? unescapeName(name) : name);
  const tagged = /^([A-Za-z0-9]+)(?:-(\d+))? ?\((.*)\) ?= ?([0-9a-fA-F]+)$/s.exec(text);
  if (tagged !== null) {
    const named = Object.values(ALGORITHMS).find(({ tag }) => tag === tagged[1]);
    if (named === undefined || (algorithm !== undefined && named !== algorithm)) return undefined;
    if (tagged[4]!.length * 4 !== Number(tagged[2] ?? named.length)) return undefined;
    return { hex: tagged[4]!.toLowerCase(), name: nameOf(tagged[3]!), algorithm: named };
  }
  const untagged = /^([0-9a-fA-F]+) [ *]?(.+)$/s.exec(text.trimStart());
  if (untagged === null || algorithm === undefined) return undefined;
  const length = untagged[1]!.length * 4;
  if (length !== algorithm.length && !(algorithm.tag === 'BLAKE2b' && length % 8 === 0 && length <= 512)) return undefined;
  return { hex: untagged[1]!.toLowerCase(), name: nameOf(untagged[2]!), algorithm };
}

const some = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** One list of `-c`. Answers whether everything in it is as it says. */
async function checkList(context: CommandContext, options: ParsedOptions, algorithm: Algorithm | undefined, list: string): Promise<boolean> {
  const isSilent = options.has('status');
  let [good, wrong, unreadable, malformed, number] = [0, 0, 0, 0, 0];
  const say = async (text: string): Promise<void> => {
    if (!isSilent) await context.stdout.write(encodeText(text));
  };
  for await (const { lines } of lineBatches(openNamed(context, list).chunks)) {
    for (const raw of lines) {
      number += 1;
      const line = raw.replace(/\r$/, '');
      if (line === '' || line.startsWith('#')) continue;
      const expected = parseLine(line, algorithm);
      if (expected === undefined) {
        malformed += 1;
        if (options.has('w')) await complain(context, `${list}: ${number}: improperly formatted ${(algorithm ?? { tag: 'checksum' }).tag} checksum line`);
        continue;
      }
      const { mark, text } = escapeName(expected.name);
      const hash = expected.algorithm.create(expected.hex.length * 4);
      try {
        await digest(context, expected.name, hash);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        if (options.has('missing') && error.code === 'ENOENT') continue;
        unreadable += 1;
        await complain(context, `${expected.name}: ${error.message}`);
        await say(`${mark}${text}: FAILED open or read\n`);
        continue;
      }
      if (hexOf(hash.digest()) === expected.hex) {
        good += 1;
        if (!options.has('quiet')) await say(`${mark}${text}: OK\n`);
      } else {
        wrong += 1;
        await say(`${mark}${text}: FAILED\n`);
      }
    }
  }
  if (good + wrong + unreadable === 0) {
    await complain(context, malformed > 0 || !options.has('missing') ? `${list}: no properly formatted checksum lines found` : `${list}: no file was verified`);
    return false;
  }
  if (!isSilent) {
    if (malformed > 0) await complain(context, `WARNING: ${some(malformed, 'line is', 'lines are')} improperly formatted`);
    if (unreadable > 0) await complain(context, `WARNING: ${some(unreadable, 'listed file', 'listed files')} could not be read`);
    if (wrong > 0) await complain(context, `WARNING: ${some(wrong, 'computed checksum did NOT match', 'computed checksums did NOT match')}`);
  }
  if (options.has('missing') && good === 0) {
    await complain(context, `${list}: no file was verified`);
    return false;
  }
  return wrong === 0 && unreadable === 0 && !(options.has('strict') && malformed > 0);
}

async function checkLists(context: CommandContext, options: ParsedOptions, algorithm: Algorithm | undefined): Promise<number> {
  let isGood = true;
  for (const list of options.operands.length === 0 ? ['-'] : options.operands) {
    const isRead = await tryOperand(context, list, async () => {
      if (!(await checkList(context, options, algorithm, list))) isGood = false;
    });
    if (!isRead) isGood = false;
  }
  return isGood ? 0 : 1;
}

const LONG = { check: 'c', binary: 'b', text: 't', zero: 'z', warn: 'w', tag: 'tag', quiet: 'quiet', status: 'status', strict: 'strict', 'ignore-missing': 'missing' };
const ABOUT: NonNullable<Command['options']> = [
  ['-c, --check', 'read checksums from FILEs and check them'],
  ['--tag', 'write the name of the algorithm too, as BSD does'],
  ['--quiet', 'with -c: do not print OK'],
  ['--status', 'with -c: print nothing, only the exit status tells'],
  ['--ignore-missing', 'with -c: pass over files that are not there'],
  ['--strict', 'with -c: fail at lines that are no checksums'],
  ['-w, --warn', 'with -c: tell of each line that is no checksum'],
  ['-z, --zero', 'end lines with NUL'],
];

function digestLength(options: ParsedOptions, algorithm: Algorithm): number {
  const text = options.value('l');
  if (text === undefined || text === '0') return algorithm.length;
  if (!/^\d+$/.test(text)) throw new UsageError(`invalid length: '${text}'`);
  if (Number(text) % 8 !== 0) throw new UsageError(`invalid length: '${text}'\nlength is not a multiple of 8`);
  if (Number(text) > 512) throw new UsageError(`invalid length: '${text}'\nmaximum digest length for 'BLAKE2b' is 512 bits`);
  return Number(text);
}

function sumCommand(name: string, key: string): Command {
  const algorithm = ALGORITHMS[key] as Algorithm;
  const isBlake = key === 'blake2b';
  return {
    name,
    summary: `Print or check ${algorithm.tag} checksums`,
    usage: `${name} [-c] [--tag]${isBlake ? ' [-l BITS]' : ''} [FILE]...`,
    help: `${name} *.zip > sums.txt\n${name} -c sums.txt             # is everything still the same?\nprintf secret | ${name}`,
    options: isBlake ? [...ABOUT, ['-l, --length=BITS', 'length of the digest, a multiple of 8']] : ABOUT,
    section: 'files',
    async run(context) {
      const options = parseOptions(context.args, { short: `cbtzw${isBlake ? 'l:' : ''}`, long: isBlake ? { ...LONG, length: 'l' } : LONG });
      if (options.has('c') && options.has('tag')) throw new UsageError('the --tag option is meaningless when verifying checksums');
      for (const letter of ['quiet', 'status', 'strict', 'missing', 'w']) {
        const long = letter === 'w' ? 'warn' : letter === 'missing' ? 'ignore-missing' : letter;
        if (options.has(letter) && !options.has('c')) throw new UsageError(`the --${long} option is meaningful only when verifying checksums`);
      }
      return options.has('c') ? checkLists(context, options, algorithm) : sumFiles(context, options, algorithm, digestLength(options, algorithm), options.has('tag'));
    },
  };
}

export const md5sum = sumCommand('md5sum', 'md5');
export const sha1sum = sumCommand('sha1sum', 'sha1');
export const sha224sum = sumCommand('sha224sum', 'sha224');
export const sha256sum = sumCommand('sha256sum', 'sha256');
export const sha384sum = sumCommand('sha384sum', 'sha384');
export const sha512sum = sumCommand('sha512sum', 'sha512');
export const b2sum = sumCommand('b2sum', 'blake2b');

/** The CRC of POSIX `cksum`: polynomial 0x04C11DB7, highest bit first, the length after the bytes. */
class PosixCrc {
  static #table: Uint32Array | undefined;
  #crc = 0;

  static get table(): Uint32Array {
    return (this.#table ??= Uint32Array.from({ length: 256 }, (_, index) => {
      let value = index << 24;
      for (let bit = 0; bit < 8; bit += 1) value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
      return value >>> 0;
    }));
  }

  update(bytes: Uint8Array): void {
    const { table } = PosixCrc;
    let crc = this.#crc;
    for (const byte of bytes) crc = (crc << 8) ^ (table[(crc >>> 24) ^ byte] as number);
    this.#crc = crc;
  }

  value(size: number): number {
    const length: number[] = [];
    for (let left = size; left > 0; left = Math.floor(left / 256)) length.push(left % 256);
    this.update(Uint8Array.from(length));
    return ~this.#crc >>> 0;
  }
}

class SimpleSum {
  bsd = 0;
  sysv = 0;

  update(bytes: Uint8Array): void {
    let { bsd, sysv } = this;
    for (const byte of bytes) {
      bsd = (((bsd >> 1) | ((bsd & 1) << 15)) + byte) & 0xffff;
      sysv = (sysv + byte) >>> 0;
    }
    this.bsd = bsd;
    this.sysv = sysv;
  }

  /** The 32-bit sum folded twice into 16 bits. */
  get folded(): number {
    const once = (this.sysv & 0xffff) + (this.sysv >>> 16);
    return (once & 0xffff) + (once >>> 16);
  }
}

async function simpleSums(context: CommandContext, options: ParsedOptions, kind: 'bsd' | 'sysv' | 'crc'): Promise<number> {
  let failed = false;
  const names = options.operands;
  for (const name of names.length === 0 ? ['-'] : names) {
    const isRead = await tryOperand(context, name, async () => {
      const label = names.length === 0 ? '' : ` ${name}`;
      if (kind === 'crc') {
        const crc = new PosixCrc();
        const size = await digest(context, name, crc);
        await context.stdout.write(encodeText(`${crc.value(size)} ${size}${label}\n`));
        return;
      }
      const sum = new SimpleSum();
      const size = await digest(context, name, sum);
      await context.stdout.write(encodeText(kind === 'bsd'
        ? `${String(sum.bsd).padStart(5, '0')} ${String(Math.ceil(size / 1024)).padStart(5)}${label}\n`
        : `${sum.folded} ${Math.ceil(size / 512)}${label}\n`));
    });
    if (!isRead) failed = true;
  }
  return failed ? 1 : 0;
}

export const cksum: Command = {
  name: 'cksum',
  summary: 'Print or check checksums of any kind',
  usage: 'cksum [-a ALGORITHM] [-c] [--untagged] [FILE]...',
  help: 'cksum notes.txt                    # the CRC of POSIX\ncksum -a sha256 notes.txt\ncksum -a sha256 *.txt > sums; cksum -c sums',
  options: [['-a, --algorithm=TYPE', 'sysv, bsd, crc, md5, sha1, sha224, sha256, sha384, sha512 or blake2b'], ['--untagged', 'without the name of the algorithm'], ['-l, --length=BITS', 'length of a BLAKE2b digest'], ...ABOUT],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'a:cl:zw', long: { ...LONG, algorithm: 'a', length: 'l', untagged: 'untagged', debug: 'debug' } });
    const type = options.value('a');
    if (type !== undefined && type !== 'bsd' && type !== 'sysv' && type !== 'crc' && !Object.hasOwn(ALGORITHMS, type)) {
      throw new UsageError(`invalid argument '${type}' for '--algorithm'; use crc, bsd, sysv, ${Object.keys(ALGORITHMS).join(', ')}`);
    }
    const algorithm = type === undefined ? undefined : ALGORITHMS[type];
    if (options.has('c')) return checkLists(context, options, algorithm);
    if (algorithm !== undefined) return sumFiles(context, options, algorithm, digestLength(options, algorithm), !options.has('untagged'));
    return simpleSums(context, options, (type ?? 'crc') as 'bsd' | 'sysv' | 'crc');
  },
};

export const sum: Command = {
  name: 'sum',
  summary: 'Print the old checksums of BSD or System V',
  usage: 'sum [-r] [-s] [FILE]...',
  help: 'sum notes.txt',
  options: [['-r', "BSD's sum, blocks of 1024 bytes (as without options)"], ['-s, --sysv', "System V's sum, blocks of 512 bytes"]],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'rs', long: { sysv: 's' } });
    return simpleSums(context, options, options.all.at(-1)?.letter === 's' ? 'sysv' : 'bsd');
  },
};
