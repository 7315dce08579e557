import { expect, test } from 'vitest';
import { drawOnce } from './draw-once.ts';

/** A terminal as far as it is reached into; `drawn` is what its selection asks to be drawn. */
function setUp() {
  const drawn: unknown[] = [];
  const selection = { hasSelection: false, refresh: (isOfMouse?: boolean) => void drawn.push([selection.hasSelection, isOfMouse]) };
  const active = { viewportY: 100, baseY: 100 };
  const terminal = { buffer: { active }, _core: { _selectionService: selection } };
  drawOnce(terminal as unknown as Parameters<typeof drawOnce>[0]);
  // What it may have drawn before.
  selection.refresh();
  expect(drawn.splice(0)).toEqual([[false, undefined]]);
  return { selection, active, taken: () => drawn.splice(0) };
}

test('at a scroll without a selection nothing is drawn for it', () => {
  const { selection, taken } = setUp();
  selection.refresh();
  selection.refresh(true);
  expect(taken()).toEqual([]);
});

test('a selection is drawn, and once more when it is gone', () => {
  const { selection, taken } = setUp();
  selection.hasSelection = true;
  selection.refresh(true);
  selection.refresh();
  selection.hasSelection = false;
  selection.refresh();
  selection.refresh();
  expect(taken()).toEqual([[true, true], [true, undefined], [false, undefined]]);
});

test('where the person has scrolled up all is drawn as ever', () => {
  const { selection, active, taken } = setUp();
  active.viewportY = 0;
  selection.refresh();
  selection.refresh();
  expect(taken()).toEqual([[false, undefined], [false, undefined]]);
});

test('a terminal that looks otherwise inside is left as it is', () => {
  const terminal = { _core: { _selectionService: { refresh: undefined } } };
  drawOnce(terminal as unknown as Parameters<typeof drawOnce>[0]);
  drawOnce({} as Parameters<typeof drawOnce>[0]);
  expect(terminal).toEqual({ _core: { _selectionService: { refresh: undefined } } });
});
