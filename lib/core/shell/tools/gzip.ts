import { FsError } from '../../fs/files.ts';
import * as limits from '../../limits.ts';
import { GzipDamaged, packGzip, TRAILING_GARBAGE, unpackedOrPlain, unpackGzip } from '../archive/gzip-stream.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, locateEntry } from '../locate.ts';
import { concatBytes, encodeText } from '../text.ts';
import { openNamed } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** gzip, gunzip, zcat. */

const ERROR = 1;
const WARNING = 2;

const SHORT = 'cdfhklLnNqrS:tvV123456789';
const LONG: Readonly<Record<string, string>> = {
  stdout: 'c', 'to-stdout': 'c', decompress: 'd', uncompress: 'd', force: 'f', keep: 'k', list: 'l', 'no-name': 'n', name: 'N', quiet: 'q', recursive: 'r',
  suffix: 'S', test: 't', verbose: 'v', fast: '1', best: '9',
};

const OPTIONS: Command['options'] = [
  ['-c, --stdout', 'write to standard output, and leave the files alone'],
  ['-k, --keep', 'do not remove the old files'],
  ['-f, --force', 'replace files that are there, and pass through what is not packed'],
  ['-l, --list', 'only tell the sizes'],
  ['-t, --test', 'only see whether they are whole'],
  ['-r, --recursive', 'directories with all that is in them'],
  ['-n, --no-name', 'neither keep nor restore name and date'],
  ['-N, --name', 'keep and restore name and date'],
  ['-S, --suffix=TEXT', 'this ending instead of .gz'],
  ['-v, --verbose', 'tell what is done, and the ratio'],
  ['-q, --quiet', 'no warnings'],
];

/** What is done with each operand. */
interface Style {
  unpacks: boolean;
  toOutput: boolean;
  level: number;
  suffix: string;
}

function command(name: string, rest: Pick<Command, 'summary' | 'usage' | 'help' | 'options'>, fixed: { unpacks: boolean; toOutput: boolean }): Command {
  return {
    name, ...rest, section: 'files',
    async run(context) {
      const options = parseOptions(context.args, { short: SHORT, long: LONG });
      const level = options.all.findLast(({ letter }) => /\d/.test(letter))?.letter ?? '6';
      const unpacks = fixed.unpacks || options.has('d') || options.has('t') || options.has('l');
      const suffix = options.value('S') ?? '.gz';
      if (suffix === '') throw new UsageError("invalid suffix ''");
      return new Zipper({ ...context, name: 'gzip' }, options, { unpacks, toOutput: fixed.toOutput || options.has('c'), level: Number(level), suffix }).run();
    },
  };
}

export const gzip = command('gzip', {
  summary: 'Pack files',
  usage: 'gzip [-cdfklrtv] [-1..-9] [FILE]...',
  help: 'gzip big.log              # makes big.log.gz in its place\ngzip -k big.log           # and keeps big.log\ngzip -d big.log.gz        # the way back; also gunzip\ngzip -c *.txt > all.gz\ngzip -l big.log.gz        # how much it saved',
  options: [['-d, --decompress', 'unpack'], ...OPTIONS, ['-1, --fast', 'quickly, less small'], ['-9, --best', 'as small as can be; any digit between is possible']],
}, { unpacks: false, toOutput: false });

export const gunzip = command('gunzip', {
  summary: 'Unpack files that gzip packed',
  usage: 'gunzip [-cfklrtv] [FILE]...',
  help: 'gunzip big.log.gz         # makes big.log in its place\ngunzip -c big.log.gz | head\ngunzip -t *.gz            # are they whole?',
  options: OPTIONS,
}, { unpacks: true, toOutput: false });

export const zcat = command('zcat', {
  summary: 'Print files that gzip packed',
  usage: 'zcat [-f] [FILE]...',
  help: 'zcat big.log.gz | grep error\nzcat -f old.log.gz new.log    # packed or not',
  options: OPTIONS,
}, { unpacks: true, toOutput: true });

class Zipper {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #style: Style;
  #status = 0;
  #listed: [packed: number, size: number][] = [];

  constructor(context: CommandContext, options: ParsedOptions, style: Style) {
    this.#context = context;
    this.#options = options;
    this.#style = style;
  }

  async run(): Promise<number> {
    const operands = this.#options.operands.length === 0 ? ['-'] : this.#options.operands;
    for (const name of operands) await this.#one(name);
    if (this.#options.has('l') && this.#listed.length > 1) {
      const [packed, size] = this.#listed.reduce((sum, each) => [sum[0] + each[0], sum[1] + each[1]], [0, 0]);
      await this.#context.stdout.write(encodeText(`${listRow(packed, size)} (totals)\n`));
    }
    return this.#status;
  }

  async #tell(words: string, status: number): Promise<void> {
    if (status === ERROR || this.#status === 0) this.#status = status;
    if (status === WARNING && this.#options.has('q')) return;
    await this.#context.stderr.write(encodeText(`gzip: ${words}\n`));
  }

  async #one(operand: string): Promise<void> {
    if (operand === '-') return this.#stream(openNamed(this.#context, '-').chunks, 'stdin');
    const { files } = this.#context;
    const { unpacks, suffix } = this.#style;
    let name = operand;
    try {
      let path = locate(this.#context, name);
      let stat = files.stat(path);
      if (stat === undefined && unpacks && !name.endsWith(suffix)) {
        name += suffix;
        path = locate(this.#context, name);
        stat = files.stat(path);
      }
      if (stat === undefined) throw new FsError('ENOENT', path);
      if (stat.kind === 'directory') {
        if (!this.#options.has('r')) return this.#tell(`${name} is a directory -- ignored`, WARNING);
        for (const entry of files.list(path)) {
          const inner = `${name.replace(/\/+$/, '')}/${entry.name}`;
          if (entry.kind === 'directory' || (entry.kind === 'file' && (!unpacks || entry.name.endsWith(suffix)))) await this.#one(inner);
        }
        return;
      }
      if (this.#style.toOutput || this.#options.has('t') || this.#options.has('l')) return await this.#stream(openNamed(this.#context, name).chunks, name);
      if (files.linkStat(locateEntry(this.#context, name))?.kind === 'link' && !this.#options.has('f')) {
        return this.#tell(`${name}: Too many levels of symbolic links`, ERROR);
      }
      await this.#replace(name, path, stat.mtimeMs, stat.mode);
    } catch (error) {
      if (error instanceof FsError) await this.#tell(`${name}: ${error.message}`, ERROR);
      else if (error instanceof GzipDamaged) await this.#tell(`${name}: ${error.message}`, error.message === TRAILING_GARBAGE ? WARNING : ERROR);
      else throw error;
    }
  }

  #pack(chunks: AsyncIterable<Uint8Array>, name: string | undefined, mtimeMs: number | undefined): AsyncGenerator<Uint8Array, void, void> {
    const keeps = !this.#options.has('n') && name !== undefined;
    return packGzip(chunks, {
      level: this.#style.level, breathe: this.#context.breathe,
      mtimeMs: keeps ? mtimeMs : undefined, filename: keeps ? name.split('/').pop() : undefined,
    });
  }

  /** To standard output, or only to be tested or listed. */
  async #stream(chunks: AsyncIterable<Uint8Array>, name: string): Promise<void> {
    const isSilent = this.#options.has('t') || this.#options.has('l');
    let packed = 0;
    let size = 0;
    async function* counted(): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of chunks) {
        packed += chunk.length;
        yield chunk;
      }
    }
    try {
      let source: AsyncIterable<Uint8Array>;
      if (!this.#style.unpacks) source = this.#pack(counted(), name === 'stdin' ? undefined : name, name === 'stdin' ? undefined : this.#context.files.stat(locate(this.#context, name))?.mtimeMs);
      else if (this.#options.has('f') && this.#style.toOutput) source = await unpackedOrPlain(counted(), this.#context.breathe);
      else source = unpackGzip(counted(), this.#context.breathe);
      for await (const chunk of source) {
        size += chunk.length;
        if (!isSilent) await this.#context.stdout.write(chunk);
      }
    } catch (error) {
      if (!(error instanceof GzipDamaged)) throw error;
      return this.#tell(`${name}: ${error.message}`, error.message === TRAILING_GARBAGE ? WARNING : ERROR);
    }
    if (this.#options.has('l')) {
      if (this.#listed.length === 0 && !this.#options.has('q')) await this.#context.stdout.write(encodeText('         compressed        uncompressed  ratio uncompressed_name\n'));
      this.#listed.push([packed, size]);
      await this.#context.stdout.write(encodeText(`${listRow(packed, size)} ${name === 'stdin' ? name : this.#plainName(name) ?? name}\n`));
    } else if (this.#options.has('t') && this.#options.has('v')) await this.#context.stderr.write(encodeText(`${name}:\t OK\n`));
  }

  /** The name without its ending; undefined where it has none that is known. */
  #plainName(name: string): string | undefined {
    for (const [end, instead] of [[this.#style.suffix, ''], ['.tgz', '.tar'], ['.taz', '.tar'], ['.gz', ''], ['-gz', ''], ['.z', ''], ['-z', ''], ['.Z', '']] as const) {
      const stem = name.slice(0, -end.length);
      if (name.endsWith(end) && stem !== '' && !stem.endsWith('/')) return stem + instead;
    }
    return undefined;
  }

  async #replace(name: string, path: string, mtimeMs: number, mode: number): Promise<void> {
    const { files } = this.#context;
    const { unpacks, suffix } = this.#style;
    if (!unpacks && name.endsWith(suffix)) return this.#tell(`${name} already has ${suffix} suffix -- unchanged`, 0);
    const made = unpacks ? this.#plainName(name) : name + suffix;
    if (made === undefined) return this.#tell(`${name}: unknown suffix -- ignored`, WARNING);
    const to = locate(this.#context, made);
    if (files.linkStat(to) !== undefined && !this.#options.has('f')) {
      const { terminal, isTerminalOutput } = this.#context;
      const answer = terminal === undefined || !isTerminalOutput ? '' : await terminal.ask(`gzip: ${made} already exists; do you wish to overwrite (y or n)? `);
      if (!/^y/i.test(answer)) return this.#tell(`${made} already exists;\tnot overwritten`, WARNING);
    }
    const parts: Uint8Array[] = [];
    let size = 0;
    const { chunks } = openNamed(this.#context, name);
    const packedSize = files.stat(path)?.size ?? 0;
    let garbage: GzipDamaged | undefined;
    try {
      for await (const chunk of unpacks ? unpackGzip(chunks, this.#context.breathe) : this.#pack(chunks, name, mtimeMs)) {
        size += chunk.length;
        if (size > limits.memoryFileMaxBytes) throw new FsError('EFBIG', made);
        parts.push(chunk);
      }
    } catch (error) {
      if (!(error instanceof GzipDamaged) || error.message !== TRAILING_GARBAGE) throw error;
      garbage = error;
    }
    files.write(to, concatBytes(parts), mtimeMs);
    if (files.stat(to)?.mode !== mode) files.setMode(to, mode);
    if (!this.#options.has('k')) files.remove(locateEntry(this.#context, name));
    if (this.#options.has('v')) {
      const [small, large] = unpacks ? [packedSize, size] : [size, packedSize];
      await this.#context.stderr.write(encodeText(`${name}:\t${ratio(small, large)} -- ${this.#options.has('k') ? 'created' : 'replaced with'} ${made}\n`));
    }
    if (garbage !== undefined) throw garbage;
  }
}

/** How much was saved, of the header's 18 bytes nothing counted, as gzip prints it. */
function ratio(packed: number, size: number): string {
  return `${(size === 0 ? 0 : (100 * (size - (packed - 18))) / size).toFixed(1).padStart(5)}%`;
}

function listRow(packed: number, size: number): string {
  return `${String(packed).padStart(19)} ${String(size).padStart(19)} ${ratio(packed, size)}`;
}
