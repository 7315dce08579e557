import type { Files, FsError } from '../../fs/files.ts';
import { FileOutput } from './file-output.ts';
import { FileInput } from './input.ts';

/** `<> file`: reads and writes go on from one place, as in open(2) with O_RDWR. */
export class ReadWriteFile extends FileOutput {
  readonly input: FileInput = new PlacedInput(this);
  #bytes: Uint8Array;
  #size: number;
  #at = 0;

  constructor(files: Files, path: string, onError: (error: FsError) => void) {
    super(files, path, 'update', onError);
    this.#bytes = files.read(path).slice();
    this.#size = this.#bytes.length;
  }

  override put(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const end = this.#at + bytes.length;
    this.admit(Math.max(this.#size, end));
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(end * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#at);
    this.#at = end;
    this.#size = Math.max(this.#size, end);
  }

  protected override content(): Uint8Array {
    return this.#bytes.slice(0, this.#size);
  }

  /** All that follows; undefined at the end. A copy, since it may be written over. */
  take(): Uint8Array | undefined {
    const from = this.#at;
    this.#at = this.#size;
    return from === this.#size ? undefined : this.#bytes.slice(from, this.#size);
  }

  /** Whoever took more than it used. */
  goBack(bytes: number): void {
    this.#at -= bytes;
  }
}

class PlacedInput extends FileInput {
  readonly #file: ReadWriteFile;

  constructor(file: ReadWriteFile) {
    super(new Uint8Array(0));
    this.#file = file;
  }

  protected override next(): Uint8Array | undefined {
    return this.#file.take();
  }

  override unread(bytes: Uint8Array): void {
    this.#file.goBack(bytes.length);
  }
}
