import { FsError, type FileStat } from '../../fs/files.ts';
import { directoryOf, isWithin, joinPath, resolvePath } from '../../fs/path.ts';
import * as limits from '../../limits.ts';
import { readZip, ZipRefused, type ZipContents, type ZipEntry } from '../../zip/read-zip.ts';
import { openZip, type ZipItem } from '../../zip/write-zip.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, locateEntry, requireStat } from '../locate.ts';
import { globOf } from '../regex/glob.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { readWhole } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

/** zip and unzip, with the words of Info-ZIP's. The format itself is in `lib/core/zip`. */

const NOTHING_TO_DO = 12;
const NO_MATCH = 11;
const NO_ZIP = 9;
const WARNING = 1;

/** Info-ZIP takes a list of patterns behind -x and -i, up to the next option. */
function spreadPatterns(args: readonly string[], letters: string): string[] {
  const made: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at]!;
    made.push(word);
    if (!(word.length === 2 && word.startsWith('-') && letters.includes(word[1]!))) continue;
    made.pop();
    while (at + 1 < args.length && !/^-./.test(args[at + 1]!)) made.push(word, args[at += 1]!);
    if (args[at + 1] === '--') at += 1;
  }
  return made;
}

const withZip = (name: string): string => (/(^|\/)[^/]*\.[^/]*$/.test(name) || name === '-' ? name : `${name}.zip`);

function fitsAny(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => globOf(pattern).matches(name));
}

export const zip: Command = {
  name: 'zip',
  summary: 'Pack files into a zip',
  usage: 'zip [-r] [-jqy] [-0..-9] ZIP FILE... [-x PATTERN...]',
  help: "zip -r notes.zip notes            # a directory with all in it\nzip photos.zip a.jpg b.jpg        # adds to it if it is there\nzip -r code.zip src -x '*.log'\nzip -d notes.zip 'notes/old*'     # take out of it again",
  options: [
    ['-r', 'directories with all that is in them'],
    ['-j', 'only the names, without directories'],
    ['-d', 'take these entries out of the zip'],
    ['-u', 'only what is newer than in the zip'],
    ['-f', 'only what is in the zip and newer'],
    ['-m', 'remove the files once they are in the zip'],
    ['-y', 'links as links, instead of what they lead to'],
    ['-x', 'leave out what matches these patterns'],
    ['-i', 'take only what matches these patterns'],
    ['-@', 'the names come on standard input'],
    ['-q', 'say nothing'],
    ['-0 … -9', 'understood; files are packed as well as can be'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(spreadPatterns(context.args, 'xi'), { short: 'rjdufmyx:i:@q0123456789vX', long: { recurse: 'r', 'recurse-paths': 'r', 'junk-paths': 'j', delete: 'd', update: 'u', freshen: 'f', move: 'm', symlinks: 'y', exclude: 'x', include: 'i', quiet: 'q' }, status: 16 });
    const [named, ...operands] = options.operands;
    if (named === undefined) throw new UsageError('name the zip and what goes into it, as in: zip -r notes.zip notes', 16);
    const fromInput = options.has('@') ? decodeText(await readWhole(context.stdin)).split('\n').filter((line) => line !== '') : [];
    return new ZipMaker(context, options, withZip(named)).run([...operands, ...fromInput]);
  },
};

class ZipMaker {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #archive: string;
  readonly #items = new Map<string, ZipItem>();

  constructor(context: CommandContext, options: ParsedOptions, archive: string) {
    this.#context = context;
    this.#options = options;
    this.#archive = archive;
  }

  async #say(text: string): Promise<void> {
    if (!this.#options.has('q')) await (this.#archive === '-' ? this.#context.stderr : this.#context.stdout).write(encodeText(text));
  }

  async #nothing(): Promise<number> {
    await this.#context.stdout.write(encodeText(`\nzip error: Nothing to do! (${this.#archive})\n`));
    return NOTHING_TO_DO;
  }

  async run(names: readonly string[]): Promise<number> {
    const { files } = this.#context;
    const path = this.#archive === '-' ? undefined : locate(this.#context, this.#archive);
    const isThere = path !== undefined && files.stat(path) !== undefined;
    const notes = new Map<string, string>();
    if (isThere) {
      try {
        for (const entry of readZip(files.read(path)).entries) {
          this.#items.set(entry.path, { name: entry.path, kind: entry.kind, mode: entry.mode ?? (entry.kind === 'directory' ? 0o755 : 0o644), mtimeMs: entry.mtimeMs ?? this.#context.now(), content: entry.read() });
        }
      } catch (error) {
        if (!(error instanceof ZipRefused)) throw error;
        await this.#context.stdout.write(encodeText(`\tzip warning: ${this.#archive}: ${error.message}\n`));
        return 3;
      }
    }
    if (this.#options.has('d')) return this.#delete(path, isThere, names);
    const found: [name: string, path: string, stat: FileStat][] = [];
    for (const name of names) {
      if (name === '-') {
        found.push(['-', '-', { kind: 'file', size: 0, mode: 0o600, mtimeMs: this.#context.now(), storedBytes: 0 }]);
        continue;
      }
      try {
        const inner = name.endsWith('/') ? locate(this.#context, name) : locateEntry(this.#context, name);
        await this.#find(name.replace(/\/+$/, '') || '/', inner, found, this.#statOf(inner) ?? requireStat(files, inner), []);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await this.#context.stdout.write(encodeText(`\tzip warning: name not matched: ${name}\n`));
      }
    }
    for (const [name, inner, stat] of found) {
      if (inner === path) continue;
      const base = name.replace(/^\/+/, '').replace(/^(\.{1,2}\/)+/, '');
      const kept = this.#options.has('j') ? base.split('/').pop()! : base;
      if (kept === '' || kept === '.' || kept === '..' || (this.#options.has('j') && stat.kind === 'directory')) continue;
      const before = this.#items.get(kept);
      if (this.#options.has('f') && before === undefined) continue;
      if ((this.#options.has('f') || this.#options.has('u')) && before !== undefined && Math.floor(stat.mtimeMs / 2000) <= Math.floor(before.mtimeMs / 2000)) continue;
      const content = inner === '-' ? await readWhole(this.#context.stdin) : stat.kind === 'file' ? files.read(inner) : stat.kind === 'link' ? encodeText(files.readLink(inner)) : new Uint8Array(0);
      this.#items.set(kept, { name: kept, kind: stat.kind === 'directory' ? 'directory' : stat.kind === 'link' ? 'link' : 'file', mode: stat.mode, mtimeMs: stat.mtimeMs, content });
      notes.set(kept, before === undefined ? '  adding' : 'updating');
      await this.#context.breathe();
    }
    if (notes.size === 0) return (this.#options.has('u') || this.#options.has('f')) && isThere ? NOTHING_TO_DO : this.#nothing();
    await this.#write(path, notes);
    if (this.#options.has('m')) for (const [name, inner] of found) if (name !== '-') await this.#context.execute?.(['rm', '-rf', '--', inner]);
    return 0;
  }

  #statOf(path: string): FileStat | undefined {
    return (this.#options.has('y') ? undefined : this.#context.files.stat(path)) ?? this.#context.files.linkStat(path);
  }

  async #find(name: string, path: string, found: [string, string, FileStat][], stat: FileStat, inside: readonly string[]): Promise<void> {
    await this.#context.breathe();
    const [left, taken] = [this.#patterns('x'), this.#patterns('i')];
    const entry = stat.kind === 'directory' ? `${name}/` : name;
    if (!fitsAny(entry, left) && (taken.length === 0 || fitsAny(entry, taken)) && stat.kind !== 'device') found.push([name, path, stat]);
    if (stat.kind !== 'directory' || !this.#options.has('r')) return;
    const real = this.#context.files.realPath(path);
    if (inside.includes(real)) return;
    for (const { name: inner } of this.#context.files.list(path)) {
      const at = joinPath(path, inner);
      const innerStat = this.#statOf(at);
      if (innerStat !== undefined) await this.#find(name === '.' ? inner : `${name}/${inner}`, at, found, innerStat, [...inside, real]);
    }
  }

  #patterns(wanted: string): string[] {
    return this.#options.all.filter(({ letter }) => letter === wanted).map(({ value }) => value);
  }

  async #delete(path: string | undefined, isThere: boolean, patterns: readonly string[]): Promise<number> {
    if (!isThere || path === undefined) return this.#nothing();
    let count = 0;
    for (const pattern of patterns) {
      const hits = [...this.#items.values()].filter(({ name, kind }) => fitsAny(kind === 'directory' ? `${name}/` : name, [pattern]));
      if (hits.length === 0) await this.#context.stdout.write(encodeText(`\tzip warning: name not matched: ${pattern}\n`));
      for (const { name, kind } of hits) {
        this.#items.delete(name);
        count += 1;
        await this.#say(`deleting: ${name}${kind === 'directory' ? '/' : ''}\n`);
      }
    }
    if (count === 0) return this.#nothing();
    if (this.#items.size === 0) {
      await this.#context.stdout.write(encodeText('\tzip warning: zip file empty\n'));
      this.#context.files.remove(path);
      return 0;
    }
    await this.#write(path, new Map());
    return 0;
  }

  async #write(path: string | undefined, notes: ReadonlyMap<string, string>): Promise<void> {
    const parts: Uint8Array[] = [];
    let size = 0;
    const writer = openZip((chunk) => {
      size += chunk.length;
      parts.push(chunk);
    });
    for (const item of this.#items.values()) {
      const before = size;
      writer.add(item);
      if (size > limits.memoryFileMaxBytes) throw new FsError('EFBIG', this.#archive);
      const note = notes.get(item.name);
      const shown = item.kind === 'directory' ? `${item.name}/` : item.name;
      // Header, name, time and what follows the content are not content.
      const packed = Math.max(0, size - before - 30 - encodeText(shown).length - 9 - 16);
      const saved = item.content.length === 0 ? 0 : Math.max(0, Math.round(((item.content.length - packed) / item.content.length) * 100));
      if (note !== undefined) await this.#say(`${note}: ${shown} (${saved === 0 ? 'stored 0' : `deflated ${saved}`}%)\n`);
      await this.#context.breathe();
    }
    writer.end();
    const bytes = concatBytes(parts);
    if (path === undefined) await this.#context.stdout.write(bytes);
    else this.#context.files.write(path, bytes);
  }
}

export const unzip: Command = {
  name: 'unzip',
  summary: 'Take files out of a zip',
  usage: 'unzip [-lptjnoq] ZIP [NAME]... [-x PATTERN...] [-d DIR]',
  help: "unzip notes.zip\nunzip -l notes.zip               # only list\nunzip -d folder notes.zip        # into folder\nunzip notes.zip 'notes/*.md'     # some of it\nunzip -p notes.zip notes/a.md    # print one",
  options: [
    ['-l', 'list what is in it'],
    ['-v', 'list with packed size and checksum'],
    ['-Z1', 'list the names alone'],
    ['-t', 'only see whether it is whole'],
    ['-p', 'print the files instead of writing them'],
    ['-c', 'the same, with each name'],
    ['-d DIR', 'write below DIR'],
    ['-x', 'leave out what matches these patterns'],
    ['-o', 'replace files without asking'],
    ['-n', 'never replace files'],
    ['-f, -u', 'only what is newer; -u also what is not there'],
    ['-j', 'only the names, without directories'],
    ['-q', 'say nothing'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(spreadPatterns(context.args, 'x'), { short: 'lvtpcd:x:onjqfuZ1aCL', status: 10 });
    const [named, ...members] = options.operands;
    if (named === undefined) throw new UsageError('name a zip, as in: unzip notes.zip', 10);
    let archive = named;
    let contents: ZipContents;
    try {
      const paths = [named, `${named}.zip`, `${named}.ZIP`];
      archive = paths.find((name) => context.files.stat(locate(context, name))?.kind === 'file') ?? '';
      if (archive === '') {
        await context.stderr.write(encodeText(`unzip:  cannot find or open ${paths[0]}, ${paths[1]} or ${paths[2]}.\n`));
        return NO_ZIP;
      }
      contents = readZip(context.files.read(locate(context, archive)));
    } catch (error) {
      if (error instanceof ZipRefused) {
        await context.stdout.write(encodeText(`Archive:  ${archive}\n`));
        await context.stderr.write(encodeText(`unzip:  ${archive}: ${error.message}\n`));
        return NO_ZIP;
      }
      throw error;
    }
    return new Unzipper(context, options, archive, contents).run(members);
  },
};

class Unzipper {
  readonly #context: CommandContext;
  readonly #options: ParsedOptions;
  readonly #archive: string;
  readonly #contents: ZipContents;
  #answer: 'ask' | 'all' | 'none' = 'ask';

  constructor(context: CommandContext, options: ParsedOptions, archive: string, contents: ZipContents) {
    this.#context = context;
    this.#options = options;
    this.#archive = archive;
    this.#contents = contents;
    if (options.has('o')) this.#answer = 'all';
    if (options.has('n')) this.#answer = 'none';
  }

  async run(members: readonly string[]): Promise<number> {
    const left = this.#options.all.filter(({ letter }) => letter === 'x').map(({ value }) => value);
    const shownName = (entry: ZipEntry): string => (entry.kind === 'directory' ? `${entry.path}/` : entry.path);
    const entries = this.#contents.entries.filter((entry) => (members.length === 0 || fitsAny(shownName(entry), members)) && !fitsAny(shownName(entry), left));
    const missing = members.filter((pattern) => !this.#contents.entries.some((entry) => fitsAny(shownName(entry), [pattern])));
    const out = async (text: string): Promise<void> => {
      await this.#context.stdout.write(encodeText(text));
    };
    const isQuiet = this.#options.has('q');
    let status = 0;
    if (this.#options.has('Z')) for (const entry of entries) await out(`${shownName(entry)}\n`);
    else if (this.#options.has('l') || this.#options.has('v')) await this.#list(entries, shownName, out);
    else if (this.#options.has('p') || this.#options.has('c')) {
      for (const entry of entries.filter(({ kind }) => kind === 'file')) {
        if (this.#options.has('c')) await out(`  inflating: ${entry.path}  \n`);
        await this.#context.stdout.write(entry.read());
      }
    } else {
      if (!isQuiet) await out(`Archive:  ${this.#archive}\n`);
      for (const { name, why } of this.#contents.refused) {
        await this.#context.stderr.write(encodeText(`unzip: ${name}: left out, it ${why}\n`));
        status = WARNING;
      }
      status = Math.max(status, this.#options.has('t') ? await this.#test(entries, shownName, out) : await this.#extract(entries, isQuiet ? async () => {} : out));
    }
    for (const pattern of missing) await this.#context.stderr.write(encodeText(`caution: filename not matched:  ${pattern}\n`));
    return missing.length > 0 ? NO_MATCH : status;
  }

  async #list(entries: readonly ZipEntry[], shownName: (entry: ZipEntry) => string, out: (text: string) => Promise<void>): Promise<void> {
    const two = (value: number): string => String(value).padStart(2, '0');
    const total = entries.reduce((sum, { size }) => sum + size, 0);
    const isQuiet = this.#options.has('q');
    if (!isQuiet) await out(`Archive:  ${this.#archive}\n  Length      Date    Time    Name\n---------  ---------- -----   ----\n`);
    for (const entry of entries) {
      const date = new Date(entry.mtimeMs ?? 0);
      await out(`${String(entry.size).padStart(9)}  ${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}   ${shownName(entry)}\n`);
      await this.#context.breathe();
    }
    if (!isQuiet) await out(`---------                     -------\n${String(total).padStart(9)}                     ${entries.length} file${entries.length === 1 ? '' : 's'}\n`);
  }

  async #test(entries: readonly ZipEntry[], shownName: (entry: ZipEntry) => string, out: (text: string) => Promise<void>): Promise<number> {
    let bad = 0;
    for (const entry of entries) {
      try {
        entry.read();
        if (!this.#options.has('q')) await out(`    testing: ${shownName(entry).padEnd(22)}   OK\n`);
      } catch (error) {
        if (!(error instanceof ZipRefused)) throw error;
        bad += 1;
        await out(`    testing: ${shownName(entry).padEnd(22)}   ${error.message}\n`);
      }
      await this.#context.breathe();
    }
    await out(bad === 0 ? `No errors detected in compressed data of ${this.#archive}.\n` : `At least one error was detected in ${this.#archive}.\n`);
    return bad === 0 ? 0 : 2;
  }

  async #extract(entries: readonly ZipEntry[], say: (text: string) => Promise<void>): Promise<number> {
    const { files } = this.#context;
    const into = this.#options.value('d');
    const base = into === undefined ? this.#context.cwd : locate(this.#context, into);
    const prefix = into === undefined ? '' : `${into.replace(/\/+$/, '')}/`;
    const links: [name: string, path: string, target: string, mtimeMs: number | undefined][] = [];
    const modes: [string, number][] = [];
    let status = 0;
    const makeWay = async (path: string, shown: string | undefined, mtimeMs?: number): Promise<void> => {
      if (files.stat(path)?.kind === 'directory') return;
      if (path !== '/' && files.stat(directoryOf(path)) === undefined) await makeWay(directoryOf(path), undefined);
      files.makeDirectory(path, mtimeMs);
      if (shown !== undefined) await say(`   creating: ${shown}/\n`);
    };
    await makeWay(base, undefined);
    for (const entry of entries) {
      await this.#context.breathe();
      const name = this.#options.has('j') ? entry.path.split('/').pop()! : entry.path;
      const path = resolvePath(base, name);
      const shown = prefix + name;
      try {
        if (entry.kind === 'directory') {
          if (this.#options.has('j')) continue;
          await makeWay(path, shown, entry.mtimeMs);
          if (entry.mode !== undefined) modes.push([path, entry.mode | 0o500]);
          continue;
        }
        // An entry of this very zip may not be written through a link of it, and links come last.
        if (links.some(([, link]) => isWithin(link, path) && link !== path)) throw new FsError('ENOTDIR', path);
        if (!isWithin(files.realPath(base), files.realPath(directoryOf(path)))) throw new FsError('EACCES', path, 'its way leads through a link');
        await makeWay(directoryOf(path), undefined);
        const there = files.linkStat(path);
        if (there !== undefined) {
          const isNewer = (entry.mtimeMs ?? 0) > there.mtimeMs;
          if ((this.#options.has('f') || this.#options.has('u')) && !isNewer) continue;
          if (!(await this.#mayReplace(shown))) continue;
        } else if (this.#options.has('f')) continue;
        const content = entry.read();
        if (entry.kind === 'link') {
          links.push([shown, path, decodeText(content), entry.mtimeMs]);
          await say(`    linking: ${shown.padEnd(22)}  -> ${decodeText(content)} \n`);
          continue;
        }
        if (there?.kind === 'link') files.remove(path);
        files.write(path, content, entry.mtimeMs);
        if (entry.mode !== undefined && entry.mode !== files.stat(path)?.mode) files.setMode(path, entry.mode | 0o400);
        await say(`${entry.size === 0 || entry.isStored ? ' extracting' : '  inflating'}: ${shown.padEnd(22)}  \n`);
      } catch (error) {
        if (!(error instanceof FsError || error instanceof ZipRefused)) throw error;
        await this.#context.stderr.write(encodeText(`error:  cannot create ${shown}: ${error.message}\n`));
        status = 2;
      }
    }
    if (links.length > 0) await say('finishing deferred symbolic links:\n');
    for (const [shown, path, target, mtimeMs] of links) {
      if (files.linkStat(path) !== undefined) files.remove(path);
      files.link(target, path, mtimeMs);
      await say(`  ${shown.padEnd(22)} -> ${target}\n`);
    }
    for (const [path, mode] of modes.reverse()) if (files.stat(path)?.mode !== mode) files.setMode(path, mode);
    return status;
  }

  /** Nobody there to answer: what is there stays. */
  async #mayReplace(name: string): Promise<boolean> {
    if (this.#answer !== 'ask') return this.#answer === 'all';
    const { terminal, isTerminalOutput } = this.#context;
    if (terminal === undefined || !isTerminalOutput) {
      await this.#context.stderr.write(encodeText(`replace ${name}? [y]es, [n]o, [A]ll, [N]one: not replaced; use -o to replace\n`));
      return false;
    }
    const answer = await terminal.ask(`replace ${name}? [y]es, [n]o, [A]ll, [N]one: `);
    if (answer.startsWith('A')) this.#answer = 'all';
    if (answer.startsWith('N')) this.#answer = 'none';
    return answer.startsWith('A') || answer.startsWith('y');
  }
}
