import { FsError } from '@/lib/core/fs/files.ts';
import type { Files } from '@/lib/core/fs/files.ts';
import * as limits from '@/lib/core/limits.ts';
import { hashOf } from '@/lib/core/sync/sha256.ts';

/**
 * The file behind the editor: what was read, whether it is still that, and how to write without losing what
 * somebody else wrote meanwhile (another tab, or a device through sync). It never overwrites bytes that it
 * has not read.
 */
export type LineEnd = '\n' | '\r\n';

export interface EditorDocument {
  /** As it was read; empty for a file that does not exist yet. */
  readonly text: string;
  readonly lineEnd: LineEnd;
  readonly path: string;
  /** Hash of the file that the text comes from; empty when there was none. */
  readonly from: string;
  /** The text comes from another version than was read: unless it is the same, the next save answers `changed`. */
  comesFrom(version: string): void;
  /** Whether the file now differs from what was read or written here last. */
  hasChangedElsewhere(): boolean;
  /** Reads again what is there now; undefined when it is gone or no longer text. */
  reload(): string | undefined;
  /** Writes; `changed` when somebody else wrote meanwhile, and nothing was done. Throws `FsError`. */
  save(text: string, options?: { overwrite?: boolean }): 'saved' | 'changed';
  /** Writes beside the file under a free name, which it answers and then goes on with. Throws `FsError`. */
  saveBeside(text: string): string;
}

/** Reads `path`; throws `FsError` with a sentence for a file that is too large or is not text. */
export function openDocument(files: Files, path: string): EditorDocument {
  let at = path;
  let known = readBytes(files, path);
  /** Set while the text comes from another version than `known`. */
  let other: string | undefined;
  let hashed: { bytes: Uint8Array | undefined; hash: string } | undefined;
  const hashOfKnown = (): string => {
    if (hashed === undefined || hashed.bytes !== known) hashed = { bytes: known, hash: known === undefined ? '' : hashOf(known) };
    return hashed.hash;
  };
  const text = textOf(known, path);
  const lineEnd = lineEndOf(text);

  const hasChangedElsewhere = (): boolean => other !== undefined || !areEqual(readBytes(files, at), known);
  const write = (target: string, content: string) => {
    const bytes = new TextEncoder().encode(content);
    const before = { at, known, other };
    // First, because listeners of the change compare the file with what is known.
    at = target;
    known = bytes;
    other = undefined;
    try {
      files.write(target, bytes);
    } catch (error) {
      ({ at, known, other } = before);
      throw error;
    }
  };

  return {
    text,
    lineEnd,
    get path() {
      return at;
    },
    get from() {
      return other ?? hashOfKnown();
    },
    comesFrom(version) {
      other = version === hashOfKnown() ? undefined : version;
    },
    hasChangedElsewhere,
    reload() {
      const bytes = readBytes(files, at);
      if (bytes === undefined) return undefined;
      try {
        const fresh = textOf(bytes, at);
        known = bytes;
        other = undefined;
        return fresh;
      } catch {
        return undefined;
      }
    },
    save(content, { overwrite = false } = {}) {
      if (!overwrite && hasChangedElsewhere()) return 'changed';
      write(at, content);
      return 'saved';
    },
    saveBeside(content) {
      const free = besideName(at, 'edited', (candidate) => files.stat(candidate) !== undefined);
      write(free, content);
      return free;
    },
  };
}

function readBytes(files: Files, path: string): Uint8Array | undefined {
  return files.stat(path) === undefined ? undefined : files.read(path);
}

function textOf(bytes: Uint8Array | undefined, path: string): string {
  if (bytes === undefined) return '';
  if (bytes.length > limits.editorMaxBytes) {
    throw new FsError('EFBIG', path, `too large for the editor, which takes ${limits.editorMaxBytes / 1024 / 1024} MB; use head, sed or split`);
  }
  if (bytes.includes(0)) throw new FsError('EINVAL', path, 'not a text file, so the editor would damage it');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FsError('EINVAL', path, 'not UTF-8 text, so the editor would damage it');
  }
}

/** CRLF only when every line has it; in a mixed file each stays as it is. */
export function lineEndOf(text: string): LineEnd {
  return text.includes('\r\n') && !/(^|[^\r])\n|\r(?!\n)/.test(text) ? '\r\n' : '\n';
}

/** `note (edited).md`, `note (edited 2).md` … */
export function besideName(path: string, word: string, isTaken: (path: string) => boolean): string {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const cut = dot > slash ? dot : path.length;
  for (let number = 1; ; number += 1) {
    const candidate = `${path.slice(0, cut)} (${word}${number === 1 ? '' : ` ${number}`})${path.slice(cut)}`;
    if (!isTaken(candidate)) return candidate;
  }
}

function areEqual(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
