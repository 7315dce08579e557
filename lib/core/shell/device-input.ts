import { SharedInput } from './streams/input.ts';

const CHUNK_BYTES = 16_384;

/** `< /dev/zero`, `< /dev/urandom`: bytes without end, made when they are asked for. */
export class DeviceInput extends SharedInput {
  readonly #byte: (() => number) | undefined;

  /** @param byte the next one; zeros without it. */
  constructor(byte?: () => number) {
    super();
    this.#byte = byte;
  }

  protected next(): Uint8Array {
    const bytes = new Uint8Array(CHUNK_BYTES);
    if (this.#byte !== undefined) for (let at = 0; at < bytes.length; at += 1) bytes[at] = this.#byte();
    return bytes;
  }
}
