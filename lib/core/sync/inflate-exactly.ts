import { Inflate, inflateSync } from 'fflate';

/** Deflate grows 1,032 times at most: a body of this size cannot become a bomb, and a larger one is noticed after each slice. */
const SLICE = 4096;

/** Inflates to exactly `length` bytes; undefined for anything else, without ever holding much more. */
export function inflateExactly(body: Uint8Array, length: number): Uint8Array | undefined {
  const out = new Uint8Array(length + 1);
  try {
    if (body.length <= SLICE) {
      const whole = inflateSync(body, { out });
      return whole.length === length ? whole : undefined;
    }
    let at = 0;
    let isWhole = true;
    const stream = new Inflate((chunk) => {
      if (at + chunk.length > length) isWhole = false;
      else out.set(chunk, at);
      at += chunk.length;
    });
    for (let start = 0; isWhole && start < body.length; start += SLICE) {
      stream.push(body.subarray(start, start + SLICE), start + SLICE >= body.length);
    }
    return isWhole && at === length ? out.subarray(0, length) : undefined;
  } catch {
    return undefined;
  }
}
