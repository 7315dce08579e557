import * as limits from '../../limits.ts';
import { FsError, type Files } from '../../fs/files.ts';
import { tooLargeFor } from '../../fs/no-room.ts';
import { isWithin } from '../../fs/path.ts';
import { HOME } from '../../fs/places.ts';
import { concatBytes } from '../text.ts';
import type { Output } from './output.ts';

/** `write` begins with nothing, `append` behind what is there, `update` leaves it. */
export type WriteMode = 'write' | 'append' | 'update';

/**
 * `> file` and `>> file`. The bytes are gathered and stored in one step when the last descriptor closes, so
 * that a file which cannot be stored keeps its old content, and storage is written once and not for each line.
 * A file that is not there yet is made at once, empty, as open(2) does.
 */
export class FileOutput implements Output {
  readonly isTerminal = false;
  readonly #files: Files;
  readonly path: string;
  readonly #mode: WriteMode;
  readonly #isInHome: boolean;
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #references = 0;
  #touched: boolean;
  /** Whether this made the file: then its bits, which the umask chose, do not count against the first writer. */
  #made = false;
  #refused = false;
  readonly #onError: (error: FsError) => void;

  /** @param onError told when the bytes cannot be stored at the end. */
  constructor(files: Files, path: string, mode: WriteMode, onError: (error: FsError) => void) {
    this.#files = files;
    this.path = path;
    this.#mode = mode;
    this.#onError = onError;
    this.#isInHome = isWithin(HOME, files.realPath(path));
    this.#maxBytes = this.#isInHome ? limits.fileMaxBytes : limits.memoryFileMaxBytes;
    const stat = files.stat(path);
    if (stat?.kind === 'directory') throw new FsError('EISDIR', path);
    if (stat === undefined) {
      files.write(path, new Uint8Array(0));
      this.#made = true;
    } else if ((stat.mode & 0o200) === 0) throw new FsError('EACCES', path);
    this.#touched = mode === 'write' && stat !== undefined && stat.size > 0;
    if (mode === 'append') this.#size = stat?.size ?? 0;
  }

  readonly full = false;

  /** Whether a descriptor still refers to it. */
  get isOpen(): boolean {
    return this.#references > 0;
  }

  put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.admit(this.#size + bytes.length);
    // A command may reuse its buffer after the write; what is kept must be ours.
    this.#chunks.push(bytes.slice());
    this.#size += bytes.length;
    if (this.#chunks.length > 512) this.#chunks = [concatBytes(this.#chunks)];
  }

  /** The file becomes so large, and differs from what is stored. @throws FsError past its limit. */
  protected admit(size: number): void {
    if (size > this.#maxBytes) {
      this.#refused = true;
      throw this.#isInHome ? tooLargeFor(this.path) : new FsError('EFBIG', this.path);
    }
    this.#touched = true;
  }

  /** What is to be stored; the file's end, where it is appended to. */
  protected content(): Uint8Array {
    this.#chunks = [concatBytes(this.#chunks)];
    return this.#chunks[0] as Uint8Array;
  }

  drain(): Promise<void> {
    return Promise.resolve();
  }

  retain(): void {
    this.#references += 1;
  }

  release(): void {
    this.#references -= 1;
    if (this.#references === 0) this.store();
  }

  /** Stores what is there now; a later put starts from it. */
  store(): void {
    const isAppended = this.#mode === 'append';
    if (!this.#touched || (this.#refused && !isAppended)) return;
    const bytes = this.content();
    try {
      this.#change(() => (isAppended ? this.#files.append(this.path, bytes) : this.#files.write(this.path, bytes)));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#onError(error);
      return;
    }
    this.#touched = false;
    if (isAppended) this.#chunks = [];
  }

  #change(change: () => void): void {
    const mode = this.#made ? this.#files.stat(this.path)?.mode ?? 0o644 : 0o644;
    if ((mode & 0o200) !== 0) {
      change();
      return;
    }
    this.#files.setMode(this.path, mode | 0o200);
    change();
    this.#files.setMode(this.path, mode);
  }
}
