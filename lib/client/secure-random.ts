import 'client-only';

/** As `Math.random`, from 0 up to 1, and fit for secrets: people make passwords of /dev/urandom, shuf and uuidgen. */
export function secureRandom(crypto: Crypto): () => number {
  // One call of the browser for many numbers.
  const pool = new Uint32Array(1_024);
  let at = pool.length;
  return () => {
    if (at === pool.length) {
      crypto.getRandomValues(pool);
      at = 0;
    }
    const value = pool[at] as number;
    // What was given away is not kept.
    pool[at] = 0;
    at += 1;
    return value / 2 ** 32;
  };
}
