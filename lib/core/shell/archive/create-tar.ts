import { FsError, type FileStat } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import * as limits from '../../limits.ts';
import { locate, locateEntry } from '../locate.ts';
import { concatBytes, encodeText } from '../text.ts';
import type { TarRequest } from '../tools/tar.ts';
import { isExcluded } from './excluded-names.ts';
import { packGzip } from './gzip-stream.ts';
import { escapedName } from './escaped-name.ts';
import { listing } from './tar-listing.ts';
import { padding, readTar, TarDamaged, tarEnd, tarHeader, type TarHeader } from './tar-format.ts';

/** `tar -c`, `-r` and `-u`: files into an archive, piece by piece. */

const UID = 1000;
/** Pieces in which a file goes out, so that a slow reader need not wait for the whole. */
const PIECE_BYTES = 64 * 1024;

export async function createArchive(request: TarRequest): Promise<void> {
  const { context, archive } = request;
  const plain = archiveChunks(request, 0, () => true);
  const chunks = request.isGzipped ? packGzip(plain, { level: 6, breathe: context.breathe }) : plain;
  if (archive === '-') {
    for await (const chunk of chunks) await context.stdout.write(chunk);
  } else writeArchive(request, await gather(chunks, archive));
  await removeAdded(request);
}

/** What is there stays as it is; the new entries take the place of the zeros at the end. */
export async function extendArchive(request: TarRequest): Promise<void> {
  const { context, archive } = request;
  if (archive === '-' || request.isGzipped) throw new TarDamaged(archive === '-' ? 'Options \'-Aru\' are incompatible with \'-f -\'' : 'Cannot update compressed archives');
  const path = locate(context, archive);
  const old = context.files.stat(path) === undefined ? new Uint8Array(0) : context.files.read(path);
  const newest = new Map<string, number>();
  let end = 0;
  async function* whole(): AsyncGenerator<Uint8Array, void, void> {
    if (old.length > 0) yield old;
  }
  for await (const entry of readTar(whole())) {
    newest.set(entry.name.replace(/\/+$/, ''), entry.mtimeMs);
    for await (const piece of entry.content()) void piece;
    end = entry.end;
  }
  const isNewer = (name: string, mtimeMs: number): boolean => {
    const before = newest.get(name.replace(/\/+$/, ''));
    return request.verb !== 'u' || before === undefined || Math.floor(mtimeMs / 1000) > Math.floor(before / 1000);
  };
  writeArchive(request, concatBytes([old.subarray(0, end), await gather(archiveChunks(request, end, isNewer), archive)]));
  await removeAdded(request);
}

function writeArchive({ context, archive }: TarRequest, bytes: Uint8Array): void {
  try {
    context.files.write(locate(context, archive), bytes);
  } catch (error) {
    throw error instanceof FsError ? new FsError(error.code, archive, error.message) : error;
  }
}

async function gather(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.memoryFileMaxBytes) throw new FsError('EFBIG', name);
    parts.push(chunk);
  }
  return concatBytes(parts);
}

async function removeAdded(request: TarRequest): Promise<void> {
  if (!request.removesFiles) return;
  for (const { name, cwd } of request.members) {
    await request.context.execute?.(['rm', '-rf', '--', name.startsWith('/') ? name : joinPath(cwd, name)]);
  }
}

/** @param start bytes that stand before; the zeros at the end depend on it. */
async function* archiveChunks(request: TarRequest, start: number, isWanted: (name: string, mtimeMs: number) => boolean): AsyncGenerator<Uint8Array, void, void> {
  const { context } = request;
  let size = start;
  const line = listing(request.numericOwner, request.context.env.TZ);
  const told = new Set<string>();
  const archivePath = request.archive === '-' ? undefined : locate(context, request.archive);
  const log = request.archive === '-' ? context.stderr : context.stdout;

  async function* add(name: string, path: string): AsyncGenerator<Uint8Array, void, void> {
    const rest = context.breathe();
    if (rest !== undefined) await rest;
    if (isExcluded(name, request.excluded)) return;
    let stat: FileStat | undefined;
    try {
      stat = (request.follows ? context.files.stat(path) : undefined) ?? context.files.linkStat(path);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
    }
    if (stat === undefined) return request.fail(`${name}: Cannot stat: No such file or directory`);
    if (stat.kind === 'device') return request.note(`${name}: device ignored`);
    if (path === archivePath) return request.note(`${name}: file is the archive; not dumped`);
    const kept = await memberName(request, name, told);
    const shown = stat.kind === 'directory' ? `${kept.replace(/\/+$/, '')}/` : kept;
    if (isWanted(shown, stat.mtimeMs)) yield* write(shown, name, path, stat);
    if (stat.kind !== 'directory' || !request.recurses) return;
    try {
      for (const entry of context.files.list(path)) yield* add(`${name.replace(/\/+$/, '')}/${entry.name}`, joinPath(path, entry.name));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await request.fail(`${name}: Cannot open: ${error.message}`);
    }
  }

  async function* write(shown: string, name: string, path: string, stat: FileStat): AsyncGenerator<Uint8Array, void, void> {
    let content: Uint8Array = new Uint8Array(0);
    let header: Uint8Array;
    const entry: TarHeader = {
      name: shown, kind: stat.kind === 'directory' ? 'directory' : stat.kind === 'link' ? 'link' : 'file', mode: stat.mode, uid: UID, gid: UID,
      user: request.owner, group: request.group, size: 0, mtimeMs: request.mtimeMs ?? stat.mtimeMs, target: '',
    };
    try {
      if (stat.kind === 'file') content = context.files.read(path);
      entry.size = content.length;
      if (stat.kind === 'link') entry.target = context.files.readLink(path);
      header = tarHeader(entry, request.format);
    } catch (error) {
      if (error instanceof FsError) return request.fail(`${name}: Cannot open: ${error.message}`);
      if (error instanceof TarDamaged) return request.fail(error.message);
      throw error;
    }
    if (request.verbosity > 0) await log.write(encodeText(request.verbosity === 1 ? `${escapedName(shown)}\n` : line(entry)));
    yield header;
    for (let at = 0; at < content.length; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
    const fill = padding(content.length);
    if (fill > 0) yield new Uint8Array(fill);
    size += header.length + content.length + fill;
  }

  for (const { name, cwd } of request.members) {
    let path: string;
    try {
      path = name.endsWith('/') ? locate({ files: context.files, cwd }, name) : locateEntry({ files: context.files, cwd }, name);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await request.fail(`${name}: Cannot stat: ${error.message}`);
      continue;
    }
    yield* add(name, path);
  }
  yield tarEnd(size);
}

/** A name that leads out of where it will be unpacked loses that part, and it is said once. */
async function memberName(request: TarRequest, name: string, told: Set<string>): Promise<string> {
  if (request.absoluteNames) return name;
  const prefix = /^(?:.*(?:^|\/)\.\.(?:\/|$)|\/+)/.exec(name)?.[0] ?? '';
  if (prefix === '') return name;
  const shown = prefix.startsWith('/') && /^\/+$/.test(prefix) ? '/' : prefix;
  if (!told.has(shown)) {
    told.add(shown);
    await request.note(`Removing leading \`${shown}' from member names`);
  }
  const rest = name.slice(prefix.length).replace(/^\/+/, '');
  return rest === '' ? '.' : rest;
}
