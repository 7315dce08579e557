/**
 * The port through which everything (shell, editor, sync) touches files. It is synchronous on purpose:
 * localStorage is, and a pull can then re-check and replace a file in one step that no other tab's code can
 * split. Rejected: promises everywhere, which made every tool slower and opened races for no gain.
 *
 * Paths are absolute, NFC, without `.`, `..`, empty segments or a trailing slash (see `path.ts`).
 */
export type FileKind = 'file' | 'directory' | 'device';

export interface FileStat {
  kind: FileKind;
  /** Bytes; 0 for a directory or device. */
  size: number;
  /** Last change, milliseconds since the epoch; advisory, nothing decides by it. */
  mtimeMs: number;
  /** POSIX permission bits, e.g. 0o644. */
  mode: number;
}

export interface DirectoryEntry {
  name: string;
  kind: FileKind;
}

export type FsErrorCode =
  | 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOTEMPTY' | 'ENOSPC' | 'EACCES' | 'EINVAL' | 'ENAMETOOLONG'
  | 'EFBIG' | 'EBUSY' | 'EIO' | 'EXDEV';

/** Thrown by every method of `Files`; `message` is the strerror text that coreutils would print. */
export class FsError extends Error {
  constructor(readonly code: FsErrorCode, readonly path: string, message: string = STRERROR[code]) {
    super(message);
    this.name = 'FsError';
  }
}

/** The words of strerror(3), as coreutils prints them after `tool: path: `. */
export const STRERROR: Readonly<Record<FsErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  ENOTEMPTY: 'Directory not empty',
  ENOSPC: 'No space left on device',
  EACCES: 'Permission denied',
  EINVAL: 'Invalid argument',
  ENAMETOOLONG: 'File name too long',
  EFBIG: 'File too large',
  EBUSY: 'Device or resource busy',
  EIO: 'Input/output error',
  EXDEV: 'Invalid cross-device link',
};

export interface Files {
  /** What is at `path`; undefined when nothing is. */
  stat(path: string): FileStat | undefined;
  /** Entries by name, in code-unit order. */
  list(path: string): DirectoryEntry[];
  read(path: string): Uint8Array;
  /** Creates or replaces the file whole; the parent directory must exist. */
  write(path: string, bytes: Uint8Array): void;
  append(path: string, bytes: Uint8Array): void;
  /** One directory; its parent must exist; EEXIST when something is there. */
  makeDirectory(path: string): void;
  /** A file, or an empty directory. */
  remove(path: string): void;
  /** As rename(2): replaces a file at `to`; a directory only when `to` is an empty one. */
  rename(from: string, to: string): void;
  setMode(path: string, mode: number): void;
  /** Called after each change, with the changed path; returns the unsubscribe. Also for changes by other tabs. */
  onChange(listener: (path: string) => void): () => void;
}
