/**
 * How the panes of one tab share its room: a tree whose leaves are panes and whose knots are splits, as in tmux.
 * Pure, so that it can be kept over a reload and every order of splits and closings be tested. Rejected: a flat row of
 * panes, in which a split of one pane moves all others.
 */
export type Layout = { pane: number } | Split;

interface Split {
  /** `row`: side by side; `column`: one above the other. */
  direction: 'row' | 'column';
  /** What the first one gets of the whole, 0 to 1. */
  share: number;
  first: Layout;
  second: Layout;
}

export type Side = 'left' | 'right' | 'up' | 'down';

/** In parts of the whole, 0 to 1. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The line between two parts; `path` leads to its split: `f` and `s` for first and second. */
export interface Divider {
  path: string;
  direction: 'row' | 'column';
  share: number;
  /** Of the split as a whole. */
  box: Box;
}

/** Below it neither side of a split could be read. */
export const MIN_SHARE = 0.1;

const isSplit = (layout: Layout): layout is Split => 'first' in layout;

/** The panes in reading order. */
export function panesOf(layout: Layout): number[] {
  return isSplit(layout) ? [...panesOf(layout.first), ...panesOf(layout.second)] : [layout.pane];
}

const WHOLE: Box = { x: 0, y: 0, width: 1, height: 1 };

function halves({ direction, share }: Split, box: Box): [Box, Box] {
  if (direction === 'row') {
    const width = box.width * share;
    return [{ ...box, width }, { ...box, x: box.x + width, width: box.width - width }];
  }
  const height = box.height * share;
  return [{ ...box, height }, { ...box, y: box.y + height, height: box.height - height }];
}

/** Where each pane and each divider is. */
export function placesOf(layout: Layout): { panes: Map<number, Box>; dividers: Divider[] } {
  const panes = new Map<number, Box>();
  const dividers: Divider[] = [];
  const place = (part: Layout, box: Box, path: string): void => {
    if (!isSplit(part)) {
      panes.set(part.pane, box);
      return;
    }
    dividers.push({ path, direction: part.direction, share: part.share, box });
    const [first, second] = halves(part, box);
    place(part.first, first, `${path}f`);
    place(part.second, second, `${path}s`);
  };
  place(layout, WHOLE, '');
  return { panes, dividers };
}

/** `pane` gives half of its room to `fresh`, right of it or below. */
export function splitPane(layout: Layout, pane: number, direction: 'row' | 'column', fresh: number): Layout {
  if (!isSplit(layout)) return layout.pane === pane ? { direction, share: 0.5, first: layout, second: { pane: fresh } } : layout;
  return { ...layout, first: splitPane(layout.first, pane, direction, fresh), second: splitPane(layout.second, pane, direction, fresh) };
}

/** Its neighbour gets its room; undefined when it was the last. */
export function removePane(layout: Layout, pane: number): Layout | undefined {
  if (!isSplit(layout)) return layout.pane === pane ? undefined : layout;
  const first = removePane(layout.first, pane);
  const second = removePane(layout.second, pane);
  if (first === undefined || second === undefined) return first ?? second;
  return { ...layout, first, second };
}

/** The pane on that side of `pane` with the longest common edge; undefined at the rim. */
export function neighbourOf(layout: Layout, pane: number, side: Side): number | undefined {
  const { panes } = placesOf(layout);
  const own = panes.get(pane);
  if (own === undefined) return undefined;
  const touches = (a: number, b: number) => Math.abs(a - b) < 1e-6;
  const common = (from: number, length: number, otherFrom: number, otherLength: number) =>
    Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom);
  let best: { pane: number; edge: number } | undefined;
  for (const [other, box] of panes) {
    const isThere = {
      left: touches(box.x + box.width, own.x), right: touches(own.x + own.width, box.x),
      up: touches(box.y + box.height, own.y), down: touches(own.y + own.height, box.y),
    }[side];
    if (!isThere) continue;
    const edge = side === 'left' || side === 'right' ? common(own.y, own.height, box.y, box.height) : common(own.x, own.width, box.x, box.width);
    if (edge > 1e-6 && edge > (best?.edge ?? 0)) best = { pane: other, edge };
  }
  return best?.pane;
}

/** The divider at `path` is moved; it stays where both sides can be read. */
export function setShare(layout: Layout, path: string, share: number): Layout {
  if (!isSplit(layout)) return layout;
  if (path === '') return { ...layout, share: Math.min(1 - MIN_SHARE, Math.max(MIN_SHARE, share)) };
  return path.startsWith('f')
    ? { ...layout, first: setShare(layout.first, path.slice(1), share) }
    : { ...layout, second: setShare(layout.second, path.slice(1), share) };
}
