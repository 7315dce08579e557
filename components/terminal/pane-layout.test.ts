import fc from 'fast-check';
import { expect, test } from 'vitest';
import { propertyRuns } from '@/lib/core/testing/property-runs.ts';
import { type Layout, neighbourOf, panesOf, placesOf, removePane, setShare, splitPane } from './pane-layout.ts';

/**
 * ┌───┬───┐
 * │ 1 │ 2 │
 * │   ├───┤
 * │   │ 3 │
 * └───┴───┘
 */
const three = splitPane(splitPane({ pane: 1 }, 1, 'row', 2), 2, 'column', 3);

test('a split halves the room of one pane and leaves the others alone', () => {
  expect(placesOf(three)).toEqual({
    panes: new Map([
      [1, { x: 0, y: 0, width: 0.5, height: 1 }], [2, { x: 0.5, y: 0, width: 0.5, height: 0.5 }], [3, { x: 0.5, y: 0.5, width: 0.5, height: 0.5 }],
    ]),
    dividers: [
      { path: '', direction: 'row', share: 0.5, box: { x: 0, y: 0, width: 1, height: 1 } },
      { path: 's', direction: 'column', share: 0.5, box: { x: 0.5, y: 0, width: 0.5, height: 1 } },
    ],
  });
});

test('the neighbours are those that can be seen, and the rim has none', () => {
  expect((['left', 'right', 'up', 'down'] as const).map((side) => [1, 2, 3].map((pane) => neighbourOf(three, pane, side)))).toEqual([
    [undefined, 1, 1], [2, undefined, undefined], [undefined, undefined, 2], [undefined, 3, undefined],
  ]);
});

test('a closed pane leaves its room to its neighbour, and the last one leaves nothing', () => {
  expect(removePane(three, 1)).toEqual({ direction: 'column', share: 0.5, first: { pane: 2 }, second: { pane: 3 } });
  expect(removePane({ pane: 1 }, 1)).toBeUndefined();
});

test('a divider moves alone and stops where one side could not be read', () => {
  expect([...placesOf(setShare(three, 's', 0.25)).panes.values()].map(({ height }) => height)).toEqual([1, 0.25, 0.75]);
  expect(placesOf(setShare(three, '', -4)).dividers[0]?.share).toBe(0.1);
  expect(placesOf(setShare(three, '', 9)).dividers[0]?.share).toBe(0.9);
});

test('whatever is split, moved and closed, the panes fill the whole and do not overlap', () => {
  const step = fc.record({ kind: fc.constantFrom('row', 'column', 'close', 'move'), at: fc.nat(7), share: fc.double({ min: 0, max: 1, noNaN: true }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    let layout: Layout = { pane: 0 };
    let serial = 0;
    for (const { kind, at, share } of steps) {
      const panes = panesOf(layout);
      const pane = panes[at % panes.length] as number;
      const { dividers } = placesOf(layout);
      if (kind === 'row' || kind === 'column') layout = splitPane(layout, pane, kind, ++serial);
      else if (kind === 'close') layout = removePane(layout, pane) ?? layout;
      else if (dividers.length > 0) layout = setShare(layout, (dividers[at % dividers.length] as { path: string }).path, share);
    }
    const boxes = [...placesOf(layout).panes.values()];
    const area = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(area).toBeCloseTo(1, 6);
    for (const [index, one] of boxes.entries()) {
      for (const other of boxes.slice(index + 1)) {
        const isApart = one.x + one.width <= other.x + 1e-9 || other.x + other.width <= one.x + 1e-9
          || one.y + one.height <= other.y + 1e-9 || other.y + other.height <= one.y + 1e-9;
        expect(isApart).toBe(true);
      }
    }
  }), { numRuns: propertyRuns(15) });
});
