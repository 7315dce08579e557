import { expect, test } from 'vitest';
import { decideKey } from './browser-keys.ts';

const key = (name: string, { ctrl = false, shift = false, alt = false } = {}) =>
  ({ key: name, ctrlKey: ctrl, shiftKey: shift, altKey: alt }) as KeyboardEvent;

test('Ctrl-C copies what is selected and interrupts otherwise; paste, reload and tabs are the browser\'s, the size of the letters and the palette the page\'s', () => {
  const ctrl = { ctrl: true };
  expect([
    decideKey(key('c', ctrl), true), decideKey(key('c', ctrl), false), decideKey(key('C', { ctrl: true, shift: true }), false),
    decideKey(key('v', ctrl), false), decideKey(key('F5'), false), decideKey(key('+', ctrl), false), decideKey(key('Tab', ctrl), false),
    decideKey(key('r', ctrl), false), decideKey(key('w', ctrl), false), decideKey(key('Tab'), false), decideKey(key('F2'), false),
    decideKey(key('v', { ctrl: true, alt: true }), false), decideKey(key('F1'), false),
  ]).toEqual([
    'copy', 'terminal', 'copy', 'browser', 'browser', 'page', 'browser', 'terminal', 'terminal', 'terminal', 'terminal', 'terminal', 'page',
  ]);
});
