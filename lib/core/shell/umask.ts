import type { Files } from '../fs/files.ts';

/** What `Files` gives by itself: 0o644 and 0o755. */
export const DEFAULT_UMASK = 0o022;

/** The same files, where what is made new gets its bits from `umask`. */
export function withUmask(files: Files, umask: number): Files {
  const making = (path: string, bits: number, make: () => void): void => {
    const isNew = files.stat(path) === undefined;
    make();
    if (isNew) files.setMode(path, bits & ~umask);
  };
  return {
    ...files,
    write: (path, bytes, mtimeMs) => making(path, 0o666, () => files.write(path, bytes, mtimeMs)),
    append: (path, bytes) => making(path, 0o666, () => files.append(path, bytes)),
    makeDirectory: (path, mtimeMs) => making(path, 0o777, () => files.makeDirectory(path, mtimeMs)),
  };
}
