import type { ByteSource } from '../command.ts';
import type { Cancel } from '../flow.ts';

/**
 * Where a file descriptor reads. Shared by all who inherit it, so what one of them did not use it gives back
 * with `unread` (`{ read line; cat; } < file`). Iterating does not close it: the next command goes on reading.
 */
export interface Input extends ByteSource {
  /** The next chunk, undefined at the end. Not a promise when the bytes are already here. */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  unread(bytes: Uint8Array): void;
  /** Takes the bytes before the next `delimiter`, and it, where they were given back by somebody: a loop of `read` needs no more. */
  takeUntil?(delimiter: number): Uint8Array | undefined;
  readonly isTerminal: boolean;
  retain(): void;
  release(): void;
}

/** The parts of an `Input` that do not depend on where the bytes come from. */
export abstract class SharedInput implements Input {
  #returned: Uint8Array[] = [];
  /** Bytes of the last one of them that `takeUntil` took. */
  #taken = 0;
  readonly isTerminal: boolean = false;

  protected abstract next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;

  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.#returned.length > 0 ? this.#takeChunk() : this.next();
  }

  #takeChunk(): Uint8Array {
    const chunk = (this.#returned.pop() as Uint8Array).subarray(this.#taken);
    this.#taken = 0;
    return chunk;
  }

  unread(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    if (this.#taken > 0) this.#returned.push(this.#takeChunk());
    this.#returned.push(bytes);
  }

  takeUntil(delimiter: number): Uint8Array | undefined {
    const chunk = this.#returned.at(-1);
    const from = this.#taken;
    const at = chunk?.indexOf(delimiter, from) ?? -1;
    if (chunk === undefined || at < 0) return undefined;
    this.#taken = at + 1;
    if (this.#taken === chunk.length) this.#takeChunk();
    return chunk.subarray(from, at);
  }

  retain(): void {}
  release(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const pulled = this.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (chunk === undefined) return;
      yield chunk;
    }
  }
}

/** Bytes that are already here: a file, a here-document, a here-string. */
export class BytesInput extends SharedInput {
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array) {
    super();
    this.#bytes = bytes.length > 0 ? bytes : undefined;
  }

  protected next(): Uint8Array | undefined {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    return bytes;
  }
}

/** A file opened with `<`; `wc` sizes its columns by it. */
export class FileInput extends BytesInput {
  readonly size: number;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.size = bytes.length;
  }
}

/** Standard input of the host; its iterator is asked only when a command reads. */
export class HostInput extends SharedInput {
  readonly #source: ByteSource;
  readonly #cancel: Cancel | undefined;
  readonly #current: (() => ByteSource | undefined) | undefined;
  #iterator: AsyncIterator<Uint8Array> | undefined;
  /** A read that Ctrl-C left behind: its chunk belongs to the next reader. */
  #pending: Promise<IteratorResult<Uint8Array>> | undefined;
  override readonly isTerminal: boolean;

  /** @param current the input of the line that runs now: who was stopped with Ctrl-Z and goes on reads from that one. */
  constructor(source: ByteSource, isTerminal: boolean, cancel?: Cancel, current?: () => ByteSource | undefined) {
    super();
    this.#source = source;
    this.isTerminal = isTerminal;
    this.#cancel = cancel;
    this.#current = current;
  }

  protected async next(): Promise<Uint8Array | undefined> {
    for (;;) {
      this.#iterator ??= (this.#current?.() ?? this.#source)[Symbol.asyncIterator]();
      const pending = (this.#pending ??= this.#iterator.next());
      let result: IteratorResult<Uint8Array>;
      try {
        result = await pending;
      } finally {
        if (this.#pending === pending) this.#pending = undefined;
      }
      if (!result.done) return result.value;
      if (this.#cancel?.stopped !== true) return undefined;
      await this.#cancel.untilResumed();
      this.#iterator = undefined;
    }
  }
}

/** Whether a command's standard input can take back what it did not use. */
export function isInput(source: ByteSource): source is Input {
  return 'unread' in source && 'pull' in source;
}
