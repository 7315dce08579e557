import { expect, test } from 'vitest';
import { pacedWrites } from './paced-writes.ts';

function setUp() {
  const log: string[] = [];
  let clock = 0;
  let isHeld = false;
  let parse: (() => void) | undefined;
  let turn: (() => void) | undefined;
  let frame: (() => void) | undefined;
  let rested: (() => void) | undefined;
  const write = pacedWrites({
    write(data, done) {
      log.push(`${String(data)}${isHeld ? ' held' : ''}`);
      parse = done;
    },
    frames: {
      run: (work) => work(),
      hold: () => { isHeld = true; },
      release() {
        isHeld = false;
        log.push('release');
      },
    },
    now: () => clock,
    nextTurn: () => new Promise((resolve) => {
      log.push('turn');
      turn = resolve;
    }),
    onFrame: (work) => { frame = work; },
    after: (_ms, work) => { rested = work; },
  });
  const taken = () => log.splice(0);
  return {
    taken,
    write: (data: string, isOutput = true, more?: () => void) => write(data, () => {
      log.push(`${data}.`);
      more?.();
    }, isOutput),
    /** The piece that is parsed took this long. */
    parsed(ms = 3) {
      clock += ms;
      const done = parse;
      parse = undefined;
      done?.();
    },
    async nextTurn() {
      turn?.();
      await Promise.resolve();
    },
    frame: () => frame?.(),
    rest: () => rested?.(),
  };
}

test('a piece goes through at once, and those behind it one after the other until the slice is over', async () => {
  const { taken, write, parsed, nextTurn } = setUp();
  for (const piece of ['a', 'b', 'c', 'd', 'e']) write(piece);
  expect(taken()).toEqual(['a']);
  for (let count = 0; count < 3; count += 1) parsed();
  expect(taken()).toEqual(['a.', 'b', 'b.', 'c', 'c.', 'turn']);
  await nextTurn();
  for (let count = 0; count < 2; count += 1) parsed();
  expect(taken()).toEqual(['d held', 'd.', 'e held', 'e.']);
});

test('what a piece brings about when it is done comes after what waits', () => {
  const { taken, write, parsed } = setUp();
  write('a', true, () => write('c'));
  write('b');
  for (let count = 0; count < 3; count += 1) parsed(1);
  expect(taken()).toEqual(['a', 'a.', 'b', 'b.', 'c', 'c.']);
});

test('after a rest the next piece waits for no turn, however long the last one took', () => {
  const { taken, write, parsed } = setUp();
  write('a');
  parsed(100);
  write('b');
  parsed();
  expect(taken()).toEqual(['a', 'a.', 'b', 'b.']);
});

test('much output is drawn now and then, and once when it ends', async () => {
  const { taken, write, parsed, nextTurn, frame, rest } = setUp();
  for (const piece of ['a', 'b', 'c', 'd', 'e', 'f']) write(piece);
  parsed(6);
  parsed(6);
  expect(taken()).toEqual(['a', 'a.', 'b', 'b.', 'turn']);
  await nextTurn();
  parsed(50);
  parsed(50);
  expect(taken()).toEqual(['c held', 'c.', 'd held', 'd.', 'release', 'turn']);
  await nextTurn();
  parsed(6);
  // Not held again before it was drawn.
  write('g');
  parsed(6);
  expect(taken()).toEqual(['e', 'e.', 'f', 'f.', 'turn']);
  frame();
  for (const piece of ['h', 'i', 'j']) write(piece);
  await nextTurn();
  parsed(6);
  parsed(6);
  expect(taken()).toEqual(['g', 'g.', 'h', 'h.', 'turn']);
  await nextTurn();
  parsed();
  parsed();
  expect(taken()).toEqual(['i held', 'i.', 'j held', 'j.']);
  rest();
  expect(taken()).toEqual(['release']);
});

test('of much output at once nothing is drawn before the rest of it, unless there is a rest', () => {
  const { taken, write, parsed, rest } = setUp();
  const much = 'x'.repeat(32 * 1024);
  write(much);
  write('and more');
  parsed(1);
  parsed(1);
  expect(taken()).toEqual([`${much} held`, `${much}.`, 'and more held', 'and more.']);
  rest();
  expect(taken()).toEqual(['release']);
});

test('what the tty draws is drawn in its frame, however much it is', () => {
  const { taken, write, parsed } = setUp();
  const much = 'x'.repeat(32 * 1024);
  write(much, false);
  parsed(1);
  expect(taken()).toEqual([much, `${much}.`]);
});

test('a burst that goes on before the rest is over is held on', async () => {
  const { taken, write, parsed, nextTurn, rest } = setUp();
  for (const piece of ['a', 'b', 'c']) write(piece);
  parsed(6);
  parsed(6);
  await nextTurn();
  parsed();
  write('d');
  taken();
  rest();
  expect(taken()).toEqual([]);
  parsed();
  expect(taken()).toEqual(['d.']);
  rest();
  expect(taken()).toEqual(['release']);
});

test('what the tty draws itself is seen in the next frame', async () => {
  const { taken, write, parsed, nextTurn } = setUp();
  for (const piece of ['a', 'b', 'c']) write(piece);
  write('prompt', false);
  parsed(6);
  parsed(6);
  await nextTurn();
  parsed();
  expect(taken()).toEqual(['a', 'a.', 'b', 'b.', 'turn', 'c held', 'c.', 'release', 'prompt']);
});
