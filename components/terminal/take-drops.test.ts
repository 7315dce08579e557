import { expect, test } from 'vitest';
import { takeDrops } from './take-drops.ts';

const entry = { name: 'photos' };
const folder = { kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null };
const picture = { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => 'picture' };
const text = { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null };

function setUp() {
  const log: unknown[] = [];
  const root = Object.assign(new EventTarget(), { dataset: {} as Record<string, string>, contains: () => false });
  const state = { isReady: true };
  const stop = takeDrops(root as unknown as HTMLElement, { isReady: () => state.isReady, take: (dropped) => log.push(dropped), refuse: () => log.push('refused') });
  const send = (type: string, types: string[] = ['Files'], items: unknown[] = [folder, picture, text]): boolean => {
    const event = Object.assign(new Event(type, { cancelable: true }), { dataTransfer: { types, items, dropEffect: '' } });
    root.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { log, root, state, stop, send };
}

test('files that are dropped are taken, with what has no place on a disk, and the browser does not leave the page for them', () => {
  const { log, root, send } = setUp();
  expect([send('dragover'), root.dataset['drop']]).toEqual([true, 'true']);
  expect([send('drop'), root.dataset['drop'], log]).toEqual([true, undefined, [{ entries: [entry], files: ['picture'] }]]);
});

test('while a command runs nothing is typed into it: the drop is refused and said so', () => {
  const { log, state, send } = setUp();
  state.isReady = false;
  expect([send('drop'), log]).toEqual([true, ['refused']]);
});

test('text that is dragged is left to the browser, and a drop without files starts nothing', () => {
  const { log, send } = setUp();
  expect([send('dragover', ['text/plain']), send('drop', ['text/plain']), log]).toEqual([false, false, []]);
  expect([send('drop', ['Files'], [text]), log]).toEqual([true, []]);
});

test('nothing is taken any more after it was stopped', () => {
  const { log, root, stop, send } = setUp();
  send('dragover');
  stop();
  expect([send('drop'), log, root.dataset['drop']]).toEqual([false, [], undefined]);
});
