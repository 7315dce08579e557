import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { OutputQueue } from './output-queue.ts';
import { unseenLines } from './unseen-lines.ts';

const KIB = 1024;
const encoder = new TextEncoder();
/** As many lines are kept in these tests. */
const KEPT = 100;
/** 64 bytes each, by number. */
const line = (number: number) => `${String(number).padStart(63, '.')}\n`;
const ALL = Array.from({ length: limits.terminalHandedOverBytes / 64 + 16_000 }, (_, number) => line(number)).join('');
const lines = (from: number, to: number) => ALL.slice(from * 64, to * 64);

function setUp() {
  const written: { data: string | Uint8Array; done: () => void }[] = [];
  const queue = new OutputQueue((data, done) => written.push({ data, done }));
  queue.leaveOut(unseenLines(KEPT));
  let over = 0;
  let shown = '';
  const decoder = new TextDecoder();
  return {
    queue,
    /** Of a command, in pieces of 32 KiB. */
    print(output: string | Uint8Array) {
      const bytes = typeof output === 'string' ? encoder.encode(output) : output;
      for (let from = 0; from < bytes.length; from += 32 * KIB) queue.write(bytes.subarray(from, from + 32 * KIB), () => { over += 1; }, true);
    },
    over: () => over,
    /** All that the terminal gets, when it parses. */
    parse() {
      for (let next = written.shift(); next !== undefined; next = written.shift()) {
        shown += typeof next.data === 'string' ? next.data : decoder.decode(next.data, { stream: true });
        next.done();
      }
      return shown;
    },
  };
}
/** Fills what the terminal has at once, so that what follows waits. */
const HEAD = lines(0, limits.terminalHandedOverBytes / 64);
const HEAD_LINES = limits.terminalHandedOverBytes / 64;
const MUCH = HEAD_LINES + 16_000;

test('what waits and can never be seen is left out, and its writers are told that it is done', () => {
  const { print, over, parse } = setUp();
  print(HEAD);
  print(lines(HEAD_LINES, MUCH));
  const pieces = Math.ceil(HEAD.length / (32 * KIB)) + Math.ceil((16_000 * 64) / (32 * KIB));
  expect(over()).toBeGreaterThan(pieces / 2);
  const shown = parse();
  expect(over()).toBe(pieces);
  expect(shown.length).toBeLessThan(HEAD.length + 3 * 32 * KIB);
  // All of what the terminal already had, the line at the seam, and at least as many of the last ones as are kept.
  expect(shown.startsWith(lines(0, HEAD_LINES + 1))).toBe(true);
  expect(shown.endsWith(lines(MUCH - KEPT, MUCH))).toBe(true);
  const last = shown.slice(HEAD.length + 64);
  expect(last).toBe(lines(MUCH - last.length / 64, MUCH));
});

test('as many lines are kept as can be scrolled back to, to the line', () => {
  const { print, parse } = setUp();
  print(HEAD);
  const count = 2 * 512;
  for (let number = 0; number < count; number += 1) print(line(number));
  expect(parse().slice(HEAD.length)).toBe(line(0) + lines(count - KEPT, count));
});

test('where output came before it is known what may be left out, all is shown until the terminal is set to rights', () => {
  const written: string[] = [];
  const waiting: (() => void)[] = [];
  const queue = new OutputQueue((data, done) => {
    written.push(new TextDecoder().decode(data as Uint8Array));
    waiting.push(done);
  });
  const output = HEAD + lines(0, 8_000);
  const print = () => {
    for (let from = 0; from < output.length; from += 32 * KIB) queue.write(encoder.encode(output.slice(from, from + 32 * KIB)), () => undefined, true);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    return written.splice(0).join('');
  };
  expect(print()).toBe(output);
  queue.leaveOut(unseenLines(KEPT));
  expect(print()).toBe(output);
  queue.restored();
  expect(print().length).toBeLessThan(output.length / 2);
});

test('what no more than fits waits for is all shown', () => {
  const { print, parse } = setUp();
  print(HEAD + lines(0, KEPT));
  expect(parse()).toBe(HEAD + lines(0, KEPT));
});

test.each(['\x07', '\x1b[5;10r', '\x1b[?1049h', '\x1b[A', '\x1bM', '\x1b]0;title\x07', '\x0e', '\u009b5A', '\0'])('after %j all is shown, until the terminal is set to rights', (sequence) => {
  const { queue, print, parse } = setUp();
  const output = HEAD + lines(0, 10) + sequence + lines(10, 8_000);
  print(output);
  expect(parse()).toBe(output);
  print(output);
  expect(parse()).toBe(output + output);
  queue.restored();
  const plain = HEAD + lines(0, 8_000);
  print(plain);
  expect(parse().length).toBeLessThan(2 * output.length + plain.length / 2);
});

test('the colours that what is left out ends with are there for what follows', () => {
  const { print, parse } = setUp();
  print(HEAD);
  print(`${lines(0, 10)}\x1b[1m\x1b[44m${lines(10, 20)}\x1b[0;4m\x1b[31m${lines(20, 4_000).replaceAll('.....', '\x1b[38;5;2m\x1b[31m')}${lines(4_000, 8_000)}`);
  const shown = parse().slice(HEAD.length);
  expect(shown.startsWith(`${line(0)}\x1b[0;4m\x1b[38;5;2m\x1b[31m${'.'.repeat(59)}`)).toBe(true);
});

test('what the tty draws in between is drawn where it belongs', () => {
  const { queue, print, parse } = setUp();
  print(HEAD + lines(0, 4_000));
  queue.write('^C', () => undefined, false);
  print(lines(4_000, 8_000));
  const shown = parse();
  const at = shown.indexOf('^C');
  expect(shown.slice(0, at).endsWith(lines(4_000 - KEPT, 4_000))).toBe(true);
  expect(shown.slice(at + 2).startsWith(line(4_000))).toBe(true);
  expect(shown.endsWith(lines(8_000 - KEPT, 8_000))).toBe(true);
});

test('what is forgotten is output that the terminal does not have yet, and its writers are told', () => {
  const { queue, print, over, parse } = setUp();
  print(HEAD + lines(0, 1_000));
  queue.write('drawn', () => undefined, false);
  print(lines(1_000, 2_000));
  queue.discard();
  print('after');
  expect(parse()).toBe(`${HEAD}drawnafter`);
  expect(over()).toBe(HEAD.length / (32 * KIB) + 2 + 2 + 1);
});

test('a character that comes in pieces reaches the terminal in one', () => {
  const written: Uint8Array[] = [];
  const queue = new OutputQueue((data, done) => {
    written.push(data as Uint8Array);
    done();
  });
  let over = 0;
  for (const byte of encoder.encode('a。é👍')) queue.write(Uint8Array.of(byte), () => { over += 1; }, true);
  expect(written.filter(({ length }) => length > 0).map((bytes) => new TextDecoder().decode(bytes))).toEqual(['a', '。', 'é', '👍']);
  expect(over).toBe(10);
});
