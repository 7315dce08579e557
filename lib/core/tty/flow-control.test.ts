import { expect, test } from 'vitest';
import { limits } from '../limits.ts';
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
  for (let index = 1; index < high; index += 1) expect(flow.write(KIB)).toBeUndefined();
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
