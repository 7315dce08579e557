import { expect, test } from 'vitest';
import { takeDrops } from './take-drops.ts';

function setUp() {
  const log: string[] = [];
  const root = Object.assign(new EventTarget(), { dataset: {} as Record<string, string>, contains: () => false });
  const state = { isReady: true, hasFiles: true };
  const stop = takeDrops(root as unknown as HTMLElement, {
    isReady: () => state.isReady, drop: () => { log.push('kept'); return state.hasFiles; }, run: () => log.push('import'), refuse: () => log.push('refused'),
  });
  const send = (type: string, types: string[] = ['Files']): boolean => {
    const event = Object.assign(new Event(type, { cancelable: true }), { dataTransfer: { types, dropEffect: '' } });
    root.dispatchEvent(event);
    return event.defaultPrevented;
  };
  return { log, root, state, stop, send };
}

test('files that are dropped are imported, and the browser does not leave the page for them', () => {
  const { log, root, send } = setUp();
  expect([send('dragover'), root.dataset['drop']]).toEqual([true, 'true']);
  expect([send('drop'), root.dataset['drop'], log]).toEqual([true, undefined, ['kept', 'import']]);
});

test('while a command runs nothing is typed into it: the drop is refused and said so', () => {
  const { log, state, send } = setUp();
  state.isReady = false;
  expect([send('drop'), log]).toEqual([true, ['refused']]);
});

test('text that is dragged is left to the browser, and a drop without files starts nothing', () => {
  const { log, state, send } = setUp();
  expect([send('dragover', ['text/plain']), send('drop', ['text/plain']), log]).toEqual([false, false, []]);
  state.hasFiles = false;
  send('drop');
  expect(log).toEqual(['kept']);
});

test('nothing is taken any more after it was stopped', () => {
  const { log, root, stop, send } = setUp();
  send('dragover');
  stop();
  expect([send('drop'), log, root.dataset['drop']]).toEqual([false, [], undefined]);
});
