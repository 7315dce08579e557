/**
 * A key as one character per UTF-8 byte. S3 lists in byte order; JavaScript compares UTF-16 units, which puts
 * U+10000 before U+E000. In this form a plain comparison is byte order, and a prefix stays a prefix.
 */
export type ByteKey = string & { readonly ByteKey: unique symbol };

export function toByteKey(key: string): ByteKey {
  return Buffer.from(key, 'utf8').toString('latin1') as ByteKey;
}

export function fromByteKey(key: string): string {
  return Buffer.from(key, 'latin1').toString('utf8');
}

/** Keys in S3's order with what the bucket knows of each. Insertion moves an array's tail: microseconds at 100,000 keys. */
export class KeyIndex<T> {
  #keys: ByteKey[] = [];
  readonly #values = new Map<ByteKey, T>();

  get size(): number {
    return this.#keys.length;
  }

  get(key: string): T | undefined {
    return this.#values.get(toByteKey(key));
  }

  set(key: string, value: T): void {
    const bytes = toByteKey(key);
    if (!this.#values.has(bytes)) this.#keys.splice(this.seek(bytes), 0, bytes);
    this.#values.set(bytes, value);
  }

  delete(key: string): void {
    const bytes = toByteKey(key);
    if (this.#values.delete(bytes)) this.#keys.splice(this.seek(bytes), 1);
  }

  /** All at once, sorting once: for the start. */
  load(entries: Iterable<readonly [key: string, value: T]>): void {
    for (const [key, value] of entries) this.#values.set(toByteKey(key), value);
    this.#keys = [...this.#values.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** Position of the first key at or after `from` (any text in byte form). */
  seek(from: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] as ByteKey) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(position: number): { key: ByteKey; value: T } | undefined {
    const key = this.#keys[position];
    if (key === undefined) return undefined;
    return { key, value: this.#values.get(key) as T };
  }
}
