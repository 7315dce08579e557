import type { Files } from '../fs/files.ts';
import { isLinkMode } from '../fs/link-mode.ts';
import { HOME } from '../fs/places.ts';
import type { Replica } from '../fs/stored-files.ts';
import type { CommitReader, LoggedCommit } from '../sync/history-reader.ts';
import type { Tree } from '../sync/tree.ts';
import { entriesBelow } from './entries-below.ts';
import { HISTORY_DIRECTORY } from './history-directory.ts';
import type { ZipWriter } from './write-zip.ts';

/** What goes into an export: the files as they are here, the files as the log has them, the log itself. */
const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();

/**
 * Adds one file, or everything below a directory, entry by entry.
 * @param name what `path` is called in the zip; empty for a directory whose contents stand at the top.
 * @returns a generator that answers how many entries were added; what cannot be read is named by its path.
 */
export function* addFiles(zip: ZipWriter, files: Files, path: string, name: string): Generator<{ added: string } | { unreadable: string }> {
  const stat = files.linkStat(path);
  if (stat === undefined || stat.kind === 'device') return;
  const closed: string[] = [];
  const below = stat.kind === 'directory' ? entriesBelow(files, path, (directory) => closed.push(directory)) : [];
  const own = name === '' ? [] : [{ path, kind: stat.kind, mode: stat.mode, mtimeMs: stat.mtimeMs }];
  for (const entry of [...own, ...below]) {
    let content: Uint8Array = NOTHING;
    try {
      if (entry.kind === 'link') content = encoder.encode(files.readLink(entry.path));
      else if (entry.kind === 'file') content = files.read(entry.path);
    } catch {
      // Damaged, or with a mode that forbids reading: the rest is still worth having.
      yield { unreadable: entry.path };
      continue;
    }
    const relative = entry.path === path ? '' : entry.path.slice(path === '/' ? 1 : path.length + 1);
    const inside = name === '' ? relative : relative === '' ? name : `${name}/${relative}`;
    zip.add({ name: inside, kind: entry.kind, mode: entry.mode & 0o777, mtimeMs: entry.mtimeMs, content });
    yield { added: entry.path };
  }
  for (const directory of closed) yield { unreadable: directory };
}

/**
 * Adds a person's home as this browser keeps it, whatever modes forbid: an export is for having everything.
 * @param leftOut a path that stays out, such as the zip itself.
 */
export function* addHome(zip: ZipWriter, replica: Pick<Replica, 'entries' | 'content'>, leftOut?: string): Generator<{ added: string } | { unreadable: string }> {
  const entries = [...replica.entries().values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { id, kind, path, mode, mtimeMs } of entries) {
    if (path === leftOut) continue;
    const content = kind === 'directory' ? NOTHING : replica.content(id);
    if (content === undefined) {
      yield { unreadable: path };
      continue;
    }
    zip.add({ name: path.slice(HOME.length + 1), kind: isLinkMode(mode) ? 'link' : kind, mode: mode & 0o777, mtimeMs, content });
    yield { added: path };
  }
}

/** Adds a tree of the log. @param options.mtimeMs by seq of the commit that brought a content. @throws LogUnreadable */
export async function addTree(
  zip: ZipWriter, tree: Tree, reader: CommitReader, options: { mtimeMs: (seq: number) => number; onProgress: (done: number) => void },
): Promise<void> {
  const byHash = new Map<string, string[]>();
  for (const [id, { kind, hash, path, mode, at }] of tree) {
    if (kind === 'directory') zip.add({ name: path.slice(HOME.length + 1), kind, mode, mtimeMs: options.mtimeMs(at), content: NOTHING });
    else byHash.set(hash, [...(byHash.get(hash) ?? []), id]);
  }
  const files = [...tree.values()].filter(({ kind }) => kind === 'file').sort((a, b) => a.at - b.at);
  let done = 0;
  for await (const [hash, content] of reader.contentsOf(files)) {
    for (const id of byHash.get(hash) ?? []) {
      const entry = tree.get(id);
      if (entry === undefined) continue;
      const { path, mode, at } = entry;
      zip.add({ name: path.slice(HOME.length + 1), kind: isLinkMode(mode) ? 'link' : 'file', mode: mode & 0o777, mtimeMs: options.mtimeMs(at), content });
      options.onProgress(++done);
    }
  }
}

const README = 'The history of these files, as it lies in the store: log/N is commit N, pack/HASH a piece of a large file. '
  + 'A commit is "SELK", a byte of format, a byte of encoding (1: deflate), two bytes of header length, the header (JSON), then the body; '
  + 'unpacked, the body is four bytes of manifest length, the manifest (JSON: operations, and hash and size of each content), '
  + 'and the contents one after the other. Hashes are SHA-256 in base64url. '
  + 'A content with packs in the manifest is those packs joined.\n';

/**
 * Adds the log's objects as they are, and a line that says how to read them.
 * @param options.onCommit sees each commit, also those that are too many for the zip.
 * @throws LogUnreadable
 */
export async function addHistory(
  zip: ZipWriter, reader: CommitReader,
  options: { nowMs: number; maxEntries: number; onCommit: (commit: LoggedCommit) => void },
): Promise<'whole' | 'too-many'> {
  let entries = 1;
  let isWhole = true;
  const add = (name: string, content: Uint8Array, mtimeMs: number): void => {
    zip.add({ name: `${HISTORY_DIRECTORY}/${name}`, kind: 'file', mode: 0o644, mtimeMs, content });
  };
  zip.add({ name: `${HISTORY_DIRECTORY}/README.txt`, kind: 'file', mode: 0o644, mtimeMs: options.nowMs, content: encoder.encode(README) });
  const packs = new Set<string>();
  for await (const commit of reader.commits(1)) {
    options.onCommit(commit);
    const { seq, object, atMs, contents } = commit;
    const needed = [...contents.values()].flatMap((where) => (where instanceof Uint8Array ? [] : where)).filter((pack) => !packs.has(pack));
    isWhole &&= entries + 1 + needed.length <= options.maxEntries;
    // A commit goes in with its packs or not at all, and none after a gap.
    if (!isWhole) continue;
    entries += 1 + needed.length;
    add(`log/${seq}`, object, atMs);
    for (const pack of new Set(needed)) {
      packs.add(pack);
      add(`pack/${pack}`, await reader.pack(pack), atMs);
    }
  }
  return isWhole ? 'whole' : 'too-many';
}
