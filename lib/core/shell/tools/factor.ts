import type { Command } from '../command.ts';
import { complain, lineBatches, TextWriter } from './files-in.ts';
import { parseOptions } from './options.ts';

/** Small primes by division, what is left by Miller and Rabin's test and Pollard's rho (Brent's turn of it), on BigInt. */
const SMALL_LIMIT = 2_000;
const WITNESSES = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Certain below 3.3e24 (Sorenson and Webster); past it a composite passes with a chance below 4^-13. */
function isPrime(value: bigint): boolean {
  for (const witness of WITNESSES) if (value % witness === 0n) return value === witness;
  let odd = value - 1n;
  let twos = 0;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos += 1;
  }
  return WITNESSES.every((witness) => {
    let x = power(witness, odd, value);
    if (x === 1n || x === value - 1n) return true;
    for (let round = 1; round < twos; round += 1) {
      x = (x * x) % value;
      if (x === value - 1n) return true;
    }
    return false;
  });
}

const divisor = (one: bigint, two: bigint): bigint => {
  let [a, b] = [one, two];
  while (b > 0n) [a, b] = [b, a % b];
  return a;
};

async function findFactor(value: bigint, breathe: () => Promise<void> | undefined): Promise<bigint> {
  for (let shift = 1n; ; shift += 1n) {
    const step = (x: bigint): bigint => (x * x + shift) % value;
    let slow = 2n;
    let fast = 2n;
    let found = 1n;
    while (found === 1n) {
      const [slowBefore, fastBefore] = [slow, fast];
      let product = 1n;
      for (let count = 0; count < 128; count += 1) {
        slow = step(slow);
        fast = step(step(fast));
        product = (product * (slow > fast ? slow - fast : fast - slow)) % value;
      }
      found = divisor(product, value);
      const rest = breathe();
      if (rest !== undefined) await rest;
      if (found !== value) continue;
      // Several met in one batch: again, one by one.
      [slow, fast, found] = [slowBefore, fastBefore, 1n];
      while (found === 1n) {
        slow = step(slow);
        fast = step(step(fast));
        found = divisor(slow > fast ? slow - fast : fast - slow, value);
      }
      break;
    }
    if (found !== value) return found;
  }
}

async function factorsOf(number: bigint, breathe: () => Promise<void> | undefined): Promise<bigint[]> {
  const factors: bigint[] = [];
  let rest = number;
  for (let prime = 2n; prime < SMALL_LIMIT && prime * prime <= rest; prime += prime === 2n ? 1n : 2n) {
    while (rest % prime === 0n) {
      factors.push(prime);
      rest /= prime;
    }
  }
  const open = rest > 1n ? [rest] : [];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value < SMALL_LIMIT * SMALL_LIMIT || isPrime(value)) factors.push(value);
    else {
      const found = await findFactor(value, breathe);
      open.push(found, value / found);
    }
  }
  return factors.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

export const factor: Command = {
  name: 'factor',
  summary: 'Print the prime factors of numbers',
  usage: 'factor [-h] [NUMBER]...',
  help: 'factor 360            # 360: 2 2 2 3 3 5\nfactor -h 360         # 360: 2^3 3^2 5\nseq 10 | factor',
  options: [['-h, --exponents', 'repeated factors as p^e']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'h', long: { exponents: 'h' } });
    const out = new TextWriter(context);
    let status = 0;
    const one = async (word: string): Promise<void> => {
      if (!/^\+?\d+$/.test(word) || word.length > 1_000) {
        status = 1;
        await out.flush();
        await complain(context, `'${word}' is not a valid positive integer`);
        return;
      }
      const number = BigInt(word.replace(/^\+/, ''));
      const factors = await factorsOf(number, () => context.breathe());
      const shown = !options.has('h') ? factors.map(String) : [...new Set(factors)].map((prime) => {
        const times = factors.filter((each) => each === prime).length;
        return times > 1 ? `${prime}^${times}` : String(prime);
      });
      await out.add(`${number}:${shown.map((each) => ` ${each}`).join('')}\n`);
    };
    if (options.operands.length > 0) for (const word of options.operands) await one(word);
    else {
      for await (const { lines } of lineBatches(context.stdin)) {
        for (const line of lines) for (const word of line.split(/\s+/)) if (word !== '') await one(word);
        await out.flush();
      }
    }
    await out.flush();
    return status;
  },
};
