import { baseName, directoryOf, joinPath } from '../fs/path.ts';

/** A file that lies beside another because both were changed at once. */
export interface Conflict {
  copy: string;
  /** The file that kept the name; it may have been renamed or removed since. */
  original: string;
  device: string;
}

/** What `conflictName` made; undefined for any other path. */
export function conflictOf(path: string): Conflict | undefined {
  const match = /^(.*) \(conflict ([^()]+) [0-9a-z]{8}(?:-\d+)?\)(\.[^.]*)?$/.exec(baseName(path));
  if (match === null) return undefined;
  const [, stem = '', device = '', extension = ''] = match;
  const name = `${stem}${extension}`;
  return name === '' ? undefined : { copy: path, original: joinPath(directoryOf(path), name), device };
}

/** The open conflicts among `paths`, by name. */
export function conflictsAmong(paths: Iterable<string>): Conflict[] {
  const found = [...paths].flatMap((path) => conflictOf(path) ?? []);
  return found.sort((a, b) => (a.copy < b.copy ? -1 : 1));
}
