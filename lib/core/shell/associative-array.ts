import { encodeText } from './text.ts';

/**
 * The elements of `declare -A`. They are listed in the order of bash's hash table (hashlib.c): by bucket, within one the
 * newest first. No script should rely on it, but what scripts print depends on it.
 */
const BUCKETS = 1024;
/** With so many elements for each bucket the table grows. */
const LOAD = 2;
const GROWTH = 4;

/** FNV-1 over the bytes, which are signed in C. */
function hashOf(key: string): number {
  let hash = 2_166_136_261;
  for (const byte of encodeText(key)) hash = Math.imul(hash, 16_777_619) ^ ((byte << 24) >> 24);
  return hash >>> 0;
}

export class AssociativeArray {
  /** In the order in which they came; since the table grew, in the order in which it was filled anew. */
  #elements = new Map<string, string>();
  #buckets = BUCKETS;
  #listed: string[] | undefined;

  get size(): number {
    return this.#elements.size;
  }

  get(key: string): string | undefined {
    return this.#elements.get(key);
  }

  set(key: string, value: string): void {
    if (!this.#elements.has(key)) {
      if (this.#elements.size >= this.#buckets * LOAD) this.#grow();
      this.#listed = undefined;
    }
    this.#elements.set(key, value);
  }

  delete(key: string): void {
    if (this.#elements.delete(key)) this.#listed = undefined;
  }

  keys(): readonly string[] {
    if (this.#listed === undefined) {
      const places = [...this.#elements.keys()].reverse().map((key) => ({ key, bucket: hashOf(key) & (this.#buckets - 1) }));
      this.#listed = places.sort((left, right) => left.bucket - right.bucket).map(({ key }) => key);
    }
    return this.#listed;
  }

  values(): string[] {
    return this.keys().map((key) => this.#elements.get(key) as string);
  }

  entries(): [key: string, value: string][] {
    return this.keys().map((key) => [key, this.#elements.get(key) as string]);
  }

  copy(): AssociativeArray {
    const copy = new AssociativeArray();
    copy.#elements = new Map(this.#elements);
    copy.#buckets = this.#buckets;
    copy.#listed = this.#listed;
    return copy;
  }

  #grow(): void {
    this.#elements = new Map(this.entries());
    this.#buckets *= GROWTH;
  }
}
