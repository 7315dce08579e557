import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { FlowControl } from './flow-control.ts';

const KIB = 'x'.repeat(1024);

function setUp() {
  const pending: (() => void)[] = [];
  const flow = new FlowControl((_data, done) => pending.push(done));
  const parse = (count: number) => pending.splice(0, count).forEach((done) => done());
  return { flow, pending, parse };
}

test('writes go through at once below the high-water mark, and the writer waits above it until the low one', async () => {
  const { flow, pending, parse } = setUp();
  const high = limits.terminalHighWaterBytes / 1024;
  const low = limits.terminalLowWaterBytes / 1024;
  expect(Array.from({ length: high - 1 }, () => flow.write(KIB)).every((wait) => wait === undefined)).toBe(true);
  const wait = flow.write(KIB);
  expect(wait).toBeInstanceOf(Promise);
  let isFree = false;
  void wait?.then(() => { isFree = true; });
  parse(high - low);
  await Promise.resolve();
  expect([isFree, pending.length]).toEqual([false, low]);
  parse(1);
  await wait;
  expect(isFree).toBe(true);
});

test('a long output goes in pieces, in order and whole, and is waited for as one', async () => {
  const pieces: { data: string | Uint8Array; done: () => void }[] = [];
  const flow = new FlowControl((data, done) => pieces.push({ data, done }));
  const bytes = Uint8Array.from({ length: 150_000 }, (_, index) => index % 251);
  void flow.write(bytes);
  void flow.write('x'.repeat(70_000));
  const [one, two, three, ...text] = pieces;
  expect(Buffer.concat([one, two, three].map((piece) => piece?.data as Uint8Array)).equals(bytes)).toBe(true);
  expect(text.map(({ data }) => data.length)).toEqual([limits.terminalPieceBytes, 70_000 - limits.terminalPieceBytes]);
  let isFlushed = false;
  const flushed = flow.flushed().then(() => { isFlushed = true; });
  for (const { done } of pieces.slice(0, -1)) done();
  await Promise.resolve();
  expect(isFlushed).toBe(false);
  pieces.at(-1)?.done();
  await flushed;
});

test('flushed waits for everything written before it', async () => {
  const { flow, parse } = setUp();
  await flow.flushed();
  void flow.write('a');
  void flow.write('b');
  let isFlushed = false;
  const flushed = flow.flushed().then(() => { isFlushed = true; });
  parse(1);
  await Promise.resolve();
  expect(isFlushed).toBe(false);
  parse(1);
  await flushed;
});
