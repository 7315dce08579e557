import { limits } from '../../limits.ts';
import { FsError, type Files } from '../../fs/files.ts';
import { concatBytes } from '../text.ts';
import type { Output } from './output.ts';

/**
 * `> file` and `>> file`. The bytes are gathered and stored in one step when the last descriptor closes, so
 * that a file which cannot be stored keeps its old content, and storage is written once and not for each line.
 * A file that is not there yet is made at once, empty, as open(2) does.
 */
export class FileOutput implements Output {
  readonly isTerminal = false;
  readonly #files: Files;
  readonly #path: string;
  readonly #append: boolean;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #references = 0;
  #touched: boolean;
  #refused = false;
  readonly #onError: (error: FsError) => void;

  /** @param onError told when the bytes cannot be stored at the end. */
  constructor(files: Files, path: string, append: boolean, onError: (error: FsError) => void) {
    this.#files = files;
    this.#path = path;
    this.#append = append;
    this.#onError = onError;
    const stat = files.stat(path);
    if (stat?.kind === 'directory') throw new FsError('EISDIR', path);
    if (stat === undefined) files.write(path, new Uint8Array(0));
    else if ((stat.mode & 0o200) === 0) throw new FsError('EACCES', path);
    this.#touched = !append && stat !== undefined && stat.size > 0;
    if (append) this.#size = stat?.size ?? 0;
  }

  readonly full = false;

  put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#size + bytes.length > limits.fileMaxBytes) {
      this.#refused = true;
      throw new FsError('EFBIG', this.#path);
    }
    // A command may reuse its buffer after the write; what is kept must be ours.
    this.#chunks.push(bytes.slice());
    this.#size += bytes.length;
    this.#touched = true;
    if (this.#chunks.length > 512) this.#chunks = [concatBytes(this.#chunks)];
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
    if (!this.#touched || (this.#refused && !this.#append)) return;
    const bytes = concatBytes(this.#chunks);
    try {
      if (this.#append) this.#files.append(this.#path, bytes);
      else this.#files.write(this.#path, bytes);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#onError(error);
      return;
    }
    this.#touched = false;
    if (this.#append) this.#chunks = [];
    else this.#chunks = [bytes];
  }
}
