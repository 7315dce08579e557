/**
 * The port through which everything (shell, editor, sync) touches files. It is synchronous on purpose:
 * localStorage is, and a pull can then re-check and replace a file in one step that no other tab's code can
 * split. Rejected: promises everywhere, which made every tool slower and opened races for no gain.
 *
 * Paths are absolute, NFC, without `.`, `..`, empty segments or a trailing slash (see `path.ts`).
 *
 * Symbolic links are followed as in POSIX: in the middle of a path always; as its last name by `stat`, `list`, `read`,
 * `write`, `append`, `setMode`, `realPath`, and by nothing else. Hard links are not kept: one file has one name.
 */
export type FileKind = 'file' | 'directory' | 'device' | 'link';

export interface FileStat {
  kind: FileKind;
  /** Bytes; of a link those of its target; 0 for a directory or device. */
  size: number;
  /** Last change, milliseconds since the epoch; advisory, nothing decides by it. */
  mtimeMs: number;
  /** POSIX permission bits, e.g. 0o644; of a link always 0o777. */
  mode: number;
  /** Bytes that it takes where it is kept, with its name and notes; 0 for what nothing keeps. */
  storedBytes: number;
}

/** How much room there is, as statfs(2) tells it. */
export interface Space {
  store: 'localStorage' | 'memory';
  /** Where it is in the tree. */
  mount: string;
  totalBytes: number;
  usedBytes: number;
  /** Entries (files, directories, links), and how many there may be; undefined: no end of its own. */
  entries: number;
  maxEntries: number | undefined;
}

export interface DirectoryEntry {
  name: string;
  kind: FileKind;
}

export type FsErrorCode =
  | 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'ENOTEMPTY' | 'ENOSPC' | 'EACCES' | 'EINVAL' | 'ENAMETOOLONG'
  | 'EFBIG' | 'EBUSY' | 'EIO' | 'EXDEV' | 'ELOOP';

/** Thrown by every method of `Files`; `message` is the strerror text that coreutils would print, some with what to do next after a colon. */
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
  ELOOP: 'Too many levels of symbolic links',
};

export interface Files {
  /** What `path` leads to; undefined when nothing is there, as for a link to nothing or in a circle. Never kind `link`. */
  stat(path: string): FileStat | undefined;
  /** What is at `path` itself: of a link the link (lstat(2)). */
  linkStat(path: string): FileStat | undefined;
  /** Entries by name, in code-unit order. */
  list(path: string): DirectoryEntry[];
  read(path: string): Uint8Array;
  /** Creates or replaces the file whole; the parent directory must exist. `mtimeMs`: when that is said to have been; else now. */
  write(path: string, bytes: Uint8Array, mtimeMs?: number): void;
  append(path: string, bytes: Uint8Array): void;
  /** One directory; its parent must exist; EEXIST when something is there. `mtimeMs` as with `write`. */
  makeDirectory(path: string, mtimeMs?: number): void;
  /** A symbolic link at `path`; its target is kept as it is written, whether it leads anywhere or not. EEXIST when something is there. `mtimeMs` as with `write`. */
  link(target: string, path: string, mtimeMs?: number): void;
  /** The target of the link at `path`, as written. EINVAL when it is no link. */
  readLink(path: string): string;
  /** The target if a link stands at this very path: nothing is followed, nothing thrown. What following is made of. */
  linkTarget(path: string): string | undefined;
  /** `path` with every link followed; its last name need not be there. ELOOP, and ENOENT or ENOTDIR for a `..` that leads nowhere. */
  realPath(path: string): string;
  /** The room where `path` is. */
  space(path: string): Space;
  /** A file, a link, or an empty directory. */
  remove(path: string): void;
  /** As rename(2): replaces a file or link at `to`; a directory only when `to` is an empty one. */
  rename(from: string, to: string): void;
  setMode(path: string, mode: number): void;
  /** Called after each change, with the changed path; returns the unsubscribe. Also for changes by other tabs. */
  onChange(listener: (path: string) => void): () => void;
}
