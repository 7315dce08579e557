import { conflictName } from '../fs/conflict-name.ts';
import { FsError, type Files } from '../fs/files.ts';
import { directoryOf, isWithin, joinPath } from '../fs/path.ts';
import { hashOf } from '../sync/sha256.ts';

/**
 * Writes what somebody chose, dropped or zipped below a directory. Nothing that is there is ever replaced unless the
 * person says so, nothing is written through a link, and what cannot be written is told file by file while the
 * rest goes on.
 */
export interface ImportItem {
  /** Relative, NFC, `/` between names, none of them `.`, `..` or empty. */
  path: string;
  kind: 'file' | 'directory' | 'link';
  /** Permission bits; undefined: the usual ones. */
  mode: number | undefined;
  /** Milliseconds since the epoch; undefined: now. */
  mtimeMs: number | undefined;
  size: number;
  /** May reject; then the file is told as unreadable. */
  read(): Uint8Array | Promise<Uint8Array>;
}

/** What to do with a file whose name another one has. */
export type Clash = 'both' | 'overwrite' | 'skip';

export type ImportOutcome =
  | { what: 'added' | 'same' | 'overwritten' | 'skipped' | 'directory'; path: string }
  /** The name was another file's. */
  | { what: 'renamed'; path: string; to: string }
  | { what: 'failed'; path: string; why: string };

const textEncoder = new TextEncoder();

/** @throws TypeError when it is not UTF-8. */
const targetOf = (content: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(content);

/**
 * @param options.into an existing directory.
 * @param options.isDryRun tells what would happen and writes nothing.
 * @param options.onClash asked once for each file that differs from the one of its name.
 */
export async function* importFiles({ files, items, into, isDryRun, onClash }: {
  files: Files;
  items: readonly ImportItem[];
  into: string;
  isDryRun: boolean;
  onClash: (path: string) => Promise<Clash>;
}): AsyncGenerator<ImportOutcome> {
  /** Of directories, set when everything is in them: a read-only one could not be filled. */
  const modes: [string, number][] = [];
  /** What a dry run would have made. */
  const planned = new Map<string, 'file' | 'directory'>();
  const makeWay = (directory: string, mtimeMs?: number): void => {
    if (directory === into || !isWithin(into, directory)) return;
    makeWay(directoryOf(directory));
    const stat = files.linkStat(directory);
    if (stat?.kind === 'link') throw new FsError('EINVAL', directory, 'its way leads through a link');
    if (stat?.kind === 'directory' || planned.get(directory) === 'directory') return;
    if (stat !== undefined || planned.has(directory)) throw new FsError('ENOTDIR', directory);
    if (isDryRun) planned.set(directory, 'directory');
    else files.makeDirectory(directory, mtimeMs);
  };
  const isTaken = (path: string): boolean => files.linkStat(path) !== undefined || planned.has(path);
  const sameAt = (path: string, item: ImportItem, content: Uint8Array): boolean => {
    const stat = files.linkStat(path);
    if (stat === undefined || stat.kind !== item.kind) return false;
    const there = stat.kind === 'link' ? textEncoder.encode(files.readLink(path)) : stat.size === content.length ? files.read(path) : undefined;
    return there !== undefined && there.length === content.length && there.every((byte, index) => byte === content[index]);
  };
  const write = (path: string, { kind, mode, mtimeMs }: ImportItem, content: Uint8Array): void => {
    if (isDryRun) {
      planned.set(path, 'file');
      return;
    }
    if (kind === 'link') {
      files.link(targetOf(content), path, mtimeMs);
      return;
    }
    files.write(path, content, mtimeMs);
    // A file that its owner could not read would be of no use to anybody here.
    if (mode !== undefined && mode !== 0o644) files.setMode(path, mode | 0o400);
  };

  for (const item of items) {
    const path = joinPath(into, item.path);
    try {
      const isNew = !isTaken(path);
      if (item.kind === 'directory') makeWay(path, item.mtimeMs);
      else makeWay(directoryOf(path));
      if (item.kind === 'directory') {
        if (isNew && item.mode !== undefined && item.mode !== 0o755) modes.push([path, item.mode | 0o500]);
        yield { what: 'directory', path };
        continue;
      }
      let content: Uint8Array;
      try {
        content = await item.read();
        if (item.kind === 'link') targetOf(content);
      } catch (error) {
        yield { what: 'failed', path, why: error instanceof Error ? error.message : 'cannot be read' };
        continue;
      }
      if (!isTaken(path)) {
        write(path, item, content);
        yield { what: 'added', path };
        continue;
      }
      if (sameAt(path, item, content)) {
        yield { what: 'same', path };
        continue;
      }
      const clash = await onClash(path);
      if (clash === 'skip') {
        yield { what: 'skipped', path };
        continue;
      }
      if (clash === 'overwrite' && item.kind === 'file' && files.linkStat(path)?.kind === 'file') {
        write(path, item, content);
        yield { what: 'overwritten', path };
        continue;
      }
      const to = conflictName(path, 'import', hashOf(content), (candidate) =>
        (!isTaken(candidate) ? 'free' : sameAt(candidate, item, content) ? 'same' : 'taken'));
      if (isTaken(to)) {
        yield { what: 'same', path: to };
        continue;
      }
      write(to, item, content);
      yield { what: 'renamed', path, to };
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      yield { what: 'failed', path, why: error.message };
    }
  }
  if (isDryRun) return;
  for (const [path, mode] of modes.reverse()) {
    try {
      files.setMode(path, mode);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      yield { what: 'failed', path, why: error.message };
    }
  }
}
