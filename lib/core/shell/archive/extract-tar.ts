import { FsError, type Files } from '../../fs/files.ts';
import { directoryOf, isWithin, resolvePath } from '../../fs/path.ts';
import * as limits from '../../limits.ts';
import { globOf } from '../regex/glob.ts';
import { concatBytes, encodeText } from '../text.ts';
import type { TarRequest } from '../tools/tar.ts';
import { isExcluded } from './excluded-names.ts';
import { GzipDamaged, unpackGzip } from './gzip-stream.ts';
import { readTar, TarDamaged, type TarEntry } from './tar-format.ts';
import { escapedName } from './escaped-name.ts';
import { listing } from './tar-listing.ts';

/**
 * `tar -x` and `-t`. An archive may come from anybody: a name with `..` is refused, a leading `/` is taken off, and a link
 * that leads up or away is made when everything else has been written, so that no entry can be written through it.
 */

/** What people pack archives with that no JavaScript of ours unpacks. */
const OTHER_PACKERS = [
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;

/** The archive's entries, unpacked first where they are gzipped. */
async function* entriesOf(request: TarRequest, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* again(): AsyncGenerator<Uint8Array, void, void> {
    if (first.done !== true) yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  }
  const other = first.done === true ? undefined : OTHER_PACKERS.find(({ magic }) => magic.every((byte, at) => first.value[at] === byte))?.name;
  if (other !== undefined) throw new TarDamaged(`This is packed with ${other}, which is not available here; unpack it where there is one, and pack it with gzip`);
  const isPacked = request.isGzipped || (first.done !== true && first.value[0] === 0x1f && first.value[1] === 0x8b);
  try {
    yield* readTar(isPacked ? unpackGzip(again(), request.context.breathe) : again());
  } catch (error) {
    if (!(error instanceof GzipDamaged)) throw error;
    throw new TarDamaged(`gzip: ${error.message}\ntar: Child returned status 1`);
  }
}

/** Which of the entries were asked for; `missing` says afterwards which names were not found. */
class Selection {
  readonly #names: { name: string; isFound: boolean }[];
  readonly #request: TarRequest;

  constructor(request: TarRequest) {
    this.#request = request;
    this.#names = request.members.map(({ name }) => ({ name: name.replace(/\/+$/, ''), isFound: false }));
  }

  has(name: string): boolean {
    const plain = name.replace(/\/+$/, '');
    if (isExcluded(name, this.#request.excluded)) return false;
    if (this.#names.length === 0) return true;
    let isChosen = false;
    for (const each of this.#names) {
      const fits = plain === each.name || plain.startsWith(`${each.name}/`)
        || (this.#request.wildcards && (globOf(each.name).matches(plain) || globOf(`${each.name}/*`).matches(plain)));
      if (!fits) continue;
      each.isFound = true;
      isChosen = true;
    }
    return isChosen;
  }

  async tellMissing(): Promise<void> {
    for (const { name, isFound } of this.#names) if (!isFound) await this.#request.fail(`${name}: Not found in archive`);
  }
}

export async function listArchive(request: TarRequest, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { context } = request;
  const selection = new Selection(request);
  const line = listing(request.numericOwner, request.context.env.TZ);
  for await (const entry of entriesOf(request, chunks)) {
    const rest = context.breathe();
    if (rest !== undefined) await rest;
    if (!selection.has(entry.name)) continue;
    await context.stdout.write(encodeText(request.verbosity > 0 ? line(entry) : `${escapedName(entry.name)}\n`));
  }
  await selection.tellMissing();
}

interface LateLink {
  path: string;
  shown: string;
  target: string;
  mtimeMs: number;
}

export async function extractArchive(request: TarRequest, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const { context } = request;
  const { files } = context;
  const selection = new Selection(request);
  const lateLinks: LateLink[] = [];
  /** Of directories, set when everything is in them. */
  const modes: [path: string, mode: number][] = [];
  const told = new Set<string>();
  const log = request.toOutput ? context.stderr : context.stdout;
  const line = listing(request.numericOwner, request.context.env.TZ);

  const place = async (name: string): Promise<string | undefined> => {
    if (name.split('/').includes('..') && !request.absoluteNames) {
      await tellPrefix(request, told, /^.*(?:^|\/)\.\.(?:\/|$)/.exec(name)?.[0] ?? '');
      await request.fail(`${name}: Member name contains '..'`);
      return undefined;
    }
    let plain = name;
    if (name.startsWith('/') && !request.absoluteNames) {
      await tellPrefix(request, told, '/');
      plain = name.replace(/^\/+/, '');
    }
    if (request.strip > 0) {
      const segments = plain.split('/').filter((segment) => segment !== '' && segment !== '.');
      if (segments.length <= request.strip) return undefined;
      plain = segments.slice(request.strip).join('/');
    }
    return resolvePath(request.cwd, plain === '' ? '.' : plain);
  };

  for await (const entry of entriesOf(request, chunks)) {
    const rest = context.breathe();
    if (rest !== undefined) await rest;
    if (!selection.has(entry.name)) continue;
    if (request.toOutput) {
      if (entry.kind !== 'file') continue;
      if (request.verbosity > 0) await log.write(encodeText(`${escapedName(entry.name)}\n`));
      for await (const piece of entry.content()) await context.stdout.write(piece.slice());
      continue;
    }
    let path: string | undefined;
    try {
      path = await place(entry.name);
      if (path === undefined) continue;
      if (request.verbosity > 0) {
        await log.write(encodeText(request.verbosity === 1 ? `${escapedName(entry.name)}\n` : line(entry)));
      }
      if (lateLinks.some((link) => link.path !== path && isWithin(link.path, path!))) throw new FsError('ENOTDIR', path);
      await extractOne(request, entry, path, place, lateLinks, modes);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await request.fail(`${entry.name}: ${entry.kind === 'directory' ? 'Cannot mkdir' : entry.kind === 'link' ? `Cannot create symlink to '${entry.target}'` : 'Cannot open'}: ${error.message}`);
    }
  }
  for (const { path, shown, target, mtimeMs } of lateLinks) {
    try {
      if (makeRoom(files, path)) files.link(target, path, mtimeMs);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await request.fail(`${shown}: Cannot create symlink to '${target}': ${error.message}`);
    }
  }
  for (const [path, mode] of modes.reverse()) {
    try {
      if (files.stat(path)?.mode !== mode) files.setMode(path, mode);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await request.fail(`${path}: Cannot change mode: ${error.message}`);
    }
  }
  await selection.tellMissing();
}

async function tellPrefix(request: TarRequest, told: Set<string>, prefix: string): Promise<void> {
  if (told.has(prefix)) return;
  told.add(prefix);
  await request.note(`Removing leading \`${prefix}' from member names`);
}

async function extractOne(
  request: TarRequest, entry: TarEntry, path: string, place: (name: string) => Promise<string | undefined>, lateLinks: LateLink[], modes: [string, number][],
): Promise<void> {
  const { context } = request;
  const { files } = context;
  const mtimeMs = request.keepsTime ? entry.mtimeMs : context.now();
  const there = files.linkStat(path);
  if (entry.kind === 'directory') {
    if (there !== undefined && files.stat(path)?.kind === 'directory') {
      if (path !== request.cwd && there.kind === 'directory') modes.push([path, entry.mode & 0o777]);
      return;
    }
    makeParents(files, path);
    if (there !== undefined) makeRoom(files, path);
    files.makeDirectory(path, mtimeMs);
    modes.push([path, entry.mode & 0o777]);
    return;
  }
  if (entry.kind === 'other') return request.note(`${entry.name}: Unknown file type; ignored`);
  makeParents(files, path);
  if (there !== undefined) {
    if (request.keepsOld === 'skip') return;
    if (request.keepsOld === 'refuse') throw new FsError('EEXIST', path);
    if (request.keepsOld === 'newer' && there.mtimeMs >= entry.mtimeMs) return request.note(`Current '${entry.name}' is newer or same age`);
  }
  if (entry.kind === 'link') {
    const isTame = !entry.target.startsWith('/') && !entry.target.split('/').includes('..');
    if (!isTame) {
      lateLinks.push({ path, shown: entry.name, target: entry.target, mtimeMs });
      return;
    }
    makeRoom(files, path);
    files.link(entry.target, path, mtimeMs);
    return;
  }
  if (entry.kind === 'hard-link') {
    // One file has one name here: the second name becomes a copy.
    const from = await place(entry.target);
    if (from === undefined) return;
    const stat = files.linkStat(from);
    if (stat === undefined) return request.fail(`${entry.name}: Cannot hard link to '${entry.target}': No such file or directory`);
    makeRoom(files, path);
    if (stat.kind === 'link') files.link(files.readLink(from), path, stat.mtimeMs);
    else {
      files.write(path, files.read(from), stat.mtimeMs);
      if (files.stat(path)?.mode !== stat.mode) files.setMode(path, stat.mode);
    }
    return;
  }
  if (entry.size > limits.memoryFileMaxBytes) throw new FsError('EFBIG', path);
  const parts: Uint8Array[] = [];
  for await (const piece of entry.content()) parts.push(piece.slice());
  makeRoom(files, path);
  files.write(path, concatBytes(parts), mtimeMs);
  const made = files.stat(path)!.mode;
  const mode = request.keepsMode ? entry.mode & 0o777 : entry.mode & (made | ((made & 0o444) >> 2));
  if (mode !== made) files.setMode(path, mode);
}

function makeParents(files: Files, path: string): void {
  const parents: string[] = [];
  for (let at = directoryOf(path); files.stat(at) === undefined; at = directoryOf(at)) {
    if (files.linkStat(at) !== undefined) break;
    parents.unshift(at);
  }
  for (const parent of parents) files.makeDirectory(parent);
}

/** What stands in the way is taken away, so that nothing is written through a link. */
function makeRoom(files: Files, path: string): true {
  const there = files.linkStat(path);
  if (there?.kind === 'directory') throw new FsError('EEXIST', path);
  if (there !== undefined) files.remove(path);
  return true;
}

