import { expect, test } from 'vitest';
import { blinkCursor } from './blink-cursor.ts';

function setUp() {
  const timers = new Set<() => void>();
  const dataset: Record<string, string> = {};
  const host = Object.assign(new EventTarget(), {
    dataset,
    contains: () => false,
    ownerDocument: {
      activeElement: null,
      defaultView: {
        setInterval: (work: () => void) => {
          timers.add(work);
          return work;
        },
        clearInterval: (work: () => void) => timers.delete(work),
      },
    },
  });
  let place = '0,0';
  const blinking = blinkCursor(host as unknown as HTMLElement, () => place);
  const half = () => {
    for (const work of timers) work();
    return dataset['blink'];
  };
  return { host, blinking, half, timers, dataset, move: (to: string) => { place = to; } };
}

test('it blinks while its terminal has the keys, and stands while it moves', () => {
  const { host, blinking, half, move } = setUp();
  blinking.setBlinking(true);
  expect(half()).toBeUndefined();
  host.dispatchEvent(new Event('focusin'));
  half();
  expect([half(), half(), half()]).toEqual(['off', 'on', 'off']);
  move('1,0');
  expect(half()).toBe('on');
  move('2,0');
  expect(half()).toBe('on');
  expect(half()).toBe('off');
  host.dispatchEvent(new Event('focusout'));
  expect(half()).toBeUndefined();
});

test('it does not blink where nobody wants that, and leaves no timer behind', () => {
  const { host, blinking, half, timers, dataset } = setUp();
  host.dispatchEvent(new Event('focusin'));
  expect([half(), timers.size]).toEqual([undefined, 0]);
  blinking.setBlinking(true);
  blinking.setBlinking(true);
  expect([dataset['blink'], timers.size]).toEqual(['on', 1]);
  blinking.setBlinking(false);
  expect([dataset['blink'], timers.size]).toEqual([undefined, 0]);
  for (let count = 0; count < 50; count += 1) {
    blinking.setBlinking(true);
    blinking.dispose();
  }
  host.dispatchEvent(new Event('focusin'));
  expect([dataset['blink'], timers.size]).toEqual([undefined, 0]);
});
