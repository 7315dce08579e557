import { FsError, type Files } from '../fs/files.ts';
import { joinPath } from '../fs/path.ts';

export interface EntryBelow {
  path: string;
  kind: 'file' | 'directory' | 'link';
  mode: number;
  mtimeMs: number;
  size: number;
}

/**
 * Everything below a directory, a directory before what is in it, by name; links are named and not followed.
 * @param onClosed told of each directory whose mode forbids looking into it.
 */
export function* entriesBelow(files: Files, directory: string, onClosed: (path: string) => void = () => undefined): Generator<EntryBelow> {
  let names: string[];
  try {
    names = files.list(directory).map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    onClosed(directory);
    return;
  }
  for (const name of names) {
    const path = joinPath(directory, name);
    const stat = files.linkStat(path);
    if (stat === undefined || stat.kind === 'device') continue;
    const { kind, mode, mtimeMs, size } = stat;
    yield { path, kind, mode, mtimeMs, size };
    if (kind === 'directory') yield* entriesBelow(files, path, onClosed);
  }
}
