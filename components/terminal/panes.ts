import type { ArrangedPanes, ArrangeOptions } from './arrange-panes.ts';
import { firstKept, type KeptPane } from './kept-screens.ts';
import type { Pane } from './pane.ts';

/**
 * The terminals of the page. The prompt waits for one: of those that were there before a reload the one that had the keys.
 * Tabs and splits (arrange-panes.ts) are fetched behind it, and take that one over where it stands.
 */
export interface OnePane {
  /** It has the keys. */
  readonly active: Pane;
  all(): Pane[];
  fit(): void;
  /** The files have another owner: nothing of what was shown may be kept or come back. */
  forget(): void;
  dispose(): void;
}

export interface Panes extends OnePane {
  /** Rejects when the code cannot be had; the next call tries again. */
  arranged(): Promise<ArrangedPanes>;
}

export interface PanesOptions {
  /** Gets a sheet for each tab. */
  frame: HTMLElement;
  /** Gets the tabs' row. */
  bar: HTMLElement;
  open: (element: HTMLElement, kept: KeptPane | undefined) => Pane;
  /** What is to come back, as it was read (kept-screens.ts). */
  kept: unknown;
  fetchArranger: () => Promise<(options: ArrangeOptions, kept: unknown) => ArrangedPanes>;
  /** Another pane has the keys, or a tab came, went or was named. */
  onChange: () => void;
  /** Says why something cannot be done. */
  refuse: (sentence: string) => void;
}

/** The terminal that was there before there were others. */
export interface FirstPane {
  sheet: HTMLElement;
  pane: Pane;
}

export function openPanes({ kept: read, fetchArranger, ...shared }: PanesOptions): Panes {
  let kept = read;
  const sheet = addSheetElement(shared.frame, null);
  const pane = openInSheet(sheet, shared.open, firstKept(kept), null);
  let isGone = false;
  let now: OnePane = {
    active: pane,
    all: () => [pane],
    fit: () => pane.fit(),
    forget() {
      kept = undefined;
      pane.forget();
    },
    dispose() {
      pane.dispose();
      sheet.remove();
    },
  };
  let arranged: ArrangedPanes | undefined;
  const arrange = async (): Promise<ArrangedPanes> => {
    const arrangePanes = await fetchArranger();
    if (isGone) throw new Error('The page’s terminals are gone.');
    now = arranged ??= arrangePanes({ ...shared, first: { sheet, pane } }, kept);
    // All the screens of the page before, which need no second place.
    kept = undefined;
    return arranged;
  };

  return {
    get active() { return now.active; },
    all: () => now.all(),
    fit: () => now.fit(),
    forget: () => now.forget(),
    arranged: arrange,
    dispose() {
      isGone = true;
      now.dispose();
    },
  };
}

/** Room for the panes of a tab. */
export function addSheetElement(frame: HTMLElement, before: HTMLElement | null): HTMLElement {
  const made = frame.ownerDocument.createElement('div');
  made.className = 'terminal-sheet';
  frame.insertBefore(made, before);
  return made;
}

export function openInSheet(sheet: HTMLElement, open: PanesOptions['open'], kept: KeptPane | undefined, before: HTMLElement | null): Pane {
  const { ownerDocument: document } = sheet;
  const element = document.createElement('div');
  element.className = 'terminal-pane';
  sheet.insertBefore(element, before);
  const pane = open(element, kept);
  element.addEventListener('click', () => {
    if (document.defaultView?.getSelection()?.isCollapsed !== false) pane.focus();
  });
  return pane;
}
