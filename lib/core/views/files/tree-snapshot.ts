import type { Files } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';

/** A file, link or directory with all that is in it, kept in memory so that its removal can be taken back. */
export interface TreeSnapshot {
  path: string;
  kind: 'file' | 'directory' | 'link';
  content: Uint8Array | string;
  mode: number;
  mtimeMs: number;
  inside: TreeSnapshot[];
}

/** Undefined for what is no file, link or directory. @throws FsError */
export function takeSnapshot(files: Files, path: string): TreeSnapshot | undefined {
  const stat = files.linkStat(path);
  if (stat === undefined || stat.kind === 'device') return undefined;
  const { kind, mode, mtimeMs } = stat;
  const content = kind === 'file' ? files.read(path) : kind === 'link' ? files.readLink(path) : '';
  const inside: TreeSnapshot[] = [];
  if (kind === 'directory') {
    for (const { name } of files.list(path)) {
      const inner = takeSnapshot(files, joinPath(path, name));
      if (inner !== undefined) inside.push(inner);
    }
  }
  return { path, kind, content, mode, mtimeMs, inside };
}

export function snapshotBytes({ content, inside }: TreeSnapshot): number {
  return inside.reduce((sum, inner) => sum + snapshotBytes(inner), content.length);
}

/** Writes it back where it was. What stands there meanwhile is not touched. @throws FsError */
export function restoreSnapshot(files: Files, { path, kind, content, mode, mtimeMs, inside }: TreeSnapshot): void {
  if (kind === 'link') files.link(content as string, path, mtimeMs);
  else if (kind === 'file') {
    files.write(path, content as Uint8Array, mtimeMs);
    if (files.stat(path)?.mode !== mode) files.setMode(path, mode);
  } else {
    files.makeDirectory(path, mtimeMs);
    for (const inner of inside) restoreSnapshot(files, inner);
    if (files.stat(path)?.mode !== mode) files.setMode(path, mode);
  }
}

/** Whether what is there now is what was kept: the same names, kinds, bytes. */
export function isUnchanged(files: Files, snapshot: TreeSnapshot): boolean {
  const stat = files.linkStat(snapshot.path);
  if (stat?.kind !== snapshot.kind) return false;
  if (snapshot.kind === 'link') return files.readLink(snapshot.path) === snapshot.content;
  if (snapshot.kind === 'directory') {
    return files.list(snapshot.path).length === snapshot.inside.length && snapshot.inside.every((inner) => isUnchanged(files, inner));
  }
  const bytes = files.read(snapshot.path);
  return bytes.length === snapshot.content.length && bytes.every((byte, index) => byte === snapshot.content[index]);
}
