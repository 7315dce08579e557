import { expect, test } from 'vitest';
import { heldFrames } from './held-frames.ts';

function setUp() {
  const frames: FrameRequestCallback[] = [];
  const timers: (() => void)[] = [];
  const view = {
    requestAnimationFrame: (work: FrameRequestCallback) => frames.push(work),
    setTimeout: ((work: () => void) => timers.push(work)) as Window['setTimeout'],
  };
  const ran: string[] = [];
  return {
    view,
    held: heldFrames(view),
    ask: (name: string) => view.requestAnimationFrame(() => ran.push(name)),
    tick: () => timers.splice(0).forEach((work) => work()),
    draw() {
      for (const work of frames.splice(0)) work(0);
      return ran.splice(0);
    },
  };
}

test('frames that are asked for by what runs are kept until they are let go, those not drawn yet too, all others come as ever', () => {
  const { held, ask, draw } = setUp();
  held.run(() => ask('drawn'));
  expect(draw()).toEqual(['drawn']);
  held.run(() => ask('before'));
  held.hold();
  const numbers: number[] = [];
  held.run(() => numbers.push(ask('one'), ask('two')));
  ask('beside');
  expect(numbers.every((number) => number !== 0)).toBe(true);
  expect(draw()).toEqual(['beside']);
  held.run(() => ask('three'));
  held.release();
  held.run(() => ask('after'));
  expect(draw()).toEqual(['one', 'two', 'before', 'three', 'after']);
  held.release();
  expect(draw()).toEqual([]);
});

test('so are those that are asked for in its timers, and in the timers of these', () => {
  const { view, held, ask, tick, draw } = setUp();
  held.run(() => view.setTimeout(() => {
    ask('first');
    view.setTimeout(() => ask('second'));
  }));
  view.setTimeout(() => ask('beside'));
  held.hold();
  tick();
  tick();
  expect(draw()).toEqual(['beside']);
  held.release();
  expect(draw()).toEqual(['first', 'second']);
});

test('the window has its own functions back, also after what throws', () => {
  const { view, held } = setUp();
  const before = { ...view };
  expect(() => held.run(() => {
    held.run(() => undefined);
    throw new Error('no');
  })).toThrow('no');
  expect({ ...view }).toEqual(before);
});
