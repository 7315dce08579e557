import * as limits from '@/lib/core/limits.ts';
import type { Pane } from './pane.ts';
import { neighbourOf, panesOf, placesOf, removePane, setShare, splitPane, type Divider, type Layout, type Side } from './pane-layout.ts';
import { shownTab, type KeptPane, type KeptTab } from './kept-screens.ts';
import { addSheetElement, openInSheet, type FirstPane, type OnePane, type PanesOptions } from './panes.ts';
import { parseTabs } from './screen-keeper.ts';
import './arrange-panes.css';

/**
 * The tabs of the page, each with its panes; fetched behind the first prompt, it takes over the terminal that is there
 * (panes.ts). The tabs' own row is hidden while there is one tab, and a sheet without splits looks as if there were no
 * such thing. Panes are never moved in the document, only placed: xterm.js would lose its scroll position. A tab that
 * comes back after a reload opens its terminals when it is first shown.
 */
export interface ArrangeOptions extends Omit<PanesOptions, 'kept' | 'fetchArranger'> {
  /** The terminal that is there; it is the one that had the keys, where tabs come back. */
  first: FirstPane;
}

export interface ArrangedPanes extends OnePane {
  readonly tabs: number;
  newTab(): void;
  /** Of 1. */
  showTab(number: number): void;
  nextTab(by: 1 | -1): void;
  rename(name: string): void;
  /** Of the tab that is shown. */
  readonly name: string;
  split(direction: 'row' | 'column'): void;
  moveTo(side: Side): void;
  resize(side: Side): void;
  /** The pane that has the keys; with its last one a tab goes. */
  close(): void;
  /** `screenOf` answers what is kept of a pane that was opened. */
  keep(screenOf: (pane: Pane) => KeptPane): KeptTab[];
}

interface Sheet {
  id: number;
  name: string | undefined;
  element: HTMLElement;
  tab: HTMLButtonElement;
  layout: Layout;
  panes: Map<number, Pane>;
  active: number;
  /** Not opened yet. */
  asleep: KeptTab | undefined;
}

/** A divider moves by this much for a key. */
const STEP = 0.05;

/** @param kept what is to come back; of what is none, nothing does. */
export function arrangePanes({ frame, bar, open, first, onChange, refuse }: ArrangeOptions, kept: unknown): ArrangedPanes {
  const { ownerDocument: document } = frame;
  const sheets: Sheet[] = [];
  let shown: Sheet;
  let serial = 0;

  const fresh = () => ++serial;
  const count = () => sheets.reduce((sum, { layout }) => sum + panesOf(layout).length, 0);
  const hasRoom = () => {
    if (count() < limits.panesMax) return true;
    refuse(`There are ${limits.panesMax} terminals open, which is as many as a page holds; close one first.`);
    return false;
  };

  const add = (sheet: Sheet, id: number, pane: Pane) => {
    sheet.panes.set(id, pane);
    pane.element.addEventListener('focusin', () => {
      if (sheet.active === id) return;
      sheet.active = id;
      mark(sheet);
      onChange();
    });
  };
  const openIn = (sheet: Sheet, id: number, from?: KeptPane, before: HTMLElement | null = null) => add(sheet, id, openInSheet(sheet.element, open, from, before));

  const mark = (sheet: Sheet) => {
    for (const [id, pane] of sheet.panes) pane.element.dataset['active'] = String(id === sheet.active);
  };

  /** Puts each pane of a sheet in its place. By CSSOM, which the policy allows. */
  const place = (sheet: Sheet) => {
    const { panes, dividers } = placesOf(sheet.layout);
    const percent = (part: number) => `${part * 100}%`;
    for (const [id, box] of panes) {
      const style = sheet.panes.get(id)?.element.style;
      if (style === undefined) continue;
      style.inset = `${percent(box.y)} ${percent(1 - box.x - box.width)} ${percent(1 - box.y - box.height)} ${percent(box.x)}`;
    }
    sheet.element.dataset['split'] = String(panes.size > 1);
    const focused = (document.activeElement as HTMLElement | null)?.dataset['path'];
    for (const old of sheet.element.querySelectorAll(':scope > .terminal-divider')) old.remove();
    for (const divider of dividers) {
      const made = dividerOf(sheet, divider);
      sheet.element.append(made);
      if (divider.path === focused) made.focus();
    }
    mark(sheet);
    if (sheet === shown) for (const pane of sheet.panes.values()) pane.fit();
  };

  const moveDivider = (sheet: Sheet, path: string, share: number) => {
    sheet.layout = setShare(sheet.layout, path, share);
    place(sheet);
  };

  const dividerOf = (sheet: Sheet, { path, direction, share, box }: Divider): HTMLElement => {
    const isRow = direction === 'row';
    const made = document.createElement('div');
    made.className = 'terminal-divider';
    made.tabIndex = 0;
    made.dataset['path'] = path;
    made.setAttribute('role', 'separator');
    made.setAttribute('aria-label', 'Size of the panes');
    made.setAttribute('aria-orientation', isRow ? 'vertical' : 'horizontal');
    made.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    made.setAttribute('aria-valuemin', '10');
    made.setAttribute('aria-valuemax', '90');
    const percent = (part: number) => `${part * 100}%`;
    made.style.left = percent(isRow ? box.x + box.width * share : box.x);
    made.style.top = percent(isRow ? box.y : box.y + box.height * share);
    made.style[isRow ? 'height' : 'width'] = percent(isRow ? box.height : box.width);
    made.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: isRow ? -STEP : 0, ArrowRight: isRow ? STEP : 0, ArrowUp: isRow ? 0 : -STEP, ArrowDown: isRow ? 0 : STEP }[event.key];
      if (event.key === 'Escape' || event.key === 'Enter') sheet.panes.get(sheet.active)?.focus();
      else if (by === undefined || by === 0) return;
      else moveDivider(sheet, path, share + by);
      event.preventDefault();
    });
    made.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      // The sheet hears the rest: a moved divider is made anew.
      const onMove = (moved: PointerEvent) => {
        const whole = sheet.element.getBoundingClientRect();
        const at = isRow ? (moved.clientX - whole.left) / whole.width : (moved.clientY - whole.top) / whole.height;
        moveDivider(sheet, path, isRow ? (at - box.x) / box.width : (at - box.y) / box.height);
      };
      const onUp = () => {
        document.removeEventListener('pointermove', onMove);
        document.removeEventListener('pointerup', onUp);
        document.removeEventListener('pointercancel', onUp);
      };
      document.addEventListener('pointermove', onMove);
      document.addEventListener('pointerup', onUp);
      document.addEventListener('pointercancel', onUp);
    });
    return made;
  };

  const nameOf = (sheet: Sheet) => sheet.name ?? `Terminal ${sheet.id}`;
  const showBar = () => {
    bar.hidden = sheets.length < 2;
    for (const sheet of sheets) {
      const isShown = sheet === shown;
      sheet.tab.textContent = nameOf(sheet);
      sheet.tab.setAttribute('aria-selected', String(isShown));
      sheet.tab.tabIndex = isShown ? 0 : -1;
      sheet.element.hidden = !isShown;
      if (sheets.length > 1) {
        sheet.element.setAttribute('role', 'tabpanel');
        sheet.element.setAttribute('aria-labelledby', sheet.tab.id);
      } else {
        sheet.element.removeAttribute('role');
        sheet.element.removeAttribute('aria-labelledby');
      }
    }
  };

  const wake = (sheet: Sheet) => {
    const { asleep } = sheet;
    if (asleep === undefined) return;
    sheet.asleep = undefined;
    // In reading order, also around the one that is there.
    let before = sheet.panes.get(sheet.active)?.element ?? null;
    for (const id of panesOf(sheet.layout)) {
      if (sheet.panes.has(id)) before = null;
      else openIn(sheet, id, asleep.panes[String(id)], before);
    }
  };

  /** A terminal says how it stands as soon as it is opened, so a sheet counts as shown only when its panes are there. */
  const show = (sheet: Sheet, isFocused = true) => {
    sheet.element.hidden = false;
    wake(sheet);
    shown = sheet;
    showBar();
    place(sheet);
    onChange();
    if (isFocused) sheet.panes.get(sheet.active)?.focus();
  };

  const tabs = document.createElement('div');
  tabs.className = 'terminal-tabs-list';
  const button = (label: string, name: string, run: () => void) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'terminal-tab-button';
    made.textContent = label;
    made.setAttribute('aria-label', name);
    made.addEventListener('click', run);
    return made;
  };
  tabs.setAttribute('role', 'tablist');
  tabs.setAttribute('aria-label', 'Terminals');
  bar.append(tabs, button('+', 'New tab', () => newTab()), button('×', 'Close this terminal', () => close()));

  const addSheet = (element: HTMLElement, layout: Layout, active: number, name?: string, asleep?: KeptTab): Sheet => {
    const id = sheets.reduce((most, sheet) => Math.max(most, sheet.id), 0) + 1;
    element.id = `terminal-sheet-${id}`;
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.className = 'terminal-tab';
    tab.id = `terminal-tab-${id}`;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', element.id);
    const sheet: Sheet = { id, name, element, tab, layout, panes: new Map(), active, asleep };
    tab.addEventListener('click', () => show(sheet));
    tab.addEventListener('keydown', (event) => {
      const index = sheets.indexOf(sheet);
      const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: sheets.length - 1 }[event.key];
      if (next === undefined) return;
      const to = sheets[(next + sheets.length) % sheets.length] as Sheet;
      event.preventDefault();
      show(to, false);
      to.tab.focus();
    });
    tabs.append(tab);
    sheets.push(sheet);
    return sheet;
  };

  const newTab = () => {
    if (!hasRoom()) return;
    const id = fresh();
    const sheet = addSheet(addSheetElement(frame, null), { pane: id }, id);
    openIn(sheet, id);
    show(sheet);
  };

  const close = () => {
    const sheet = shown;
    const pane = sheet.panes.get(sheet.active);
    const layout = removePane(sheet.layout, sheet.active);
    if (layout === undefined && sheets.length === 1) {
      refuse('This is the only terminal of the page; close the browser’s tab to leave.');
      return;
    }
    pane?.dispose();
    pane?.element.remove();
    sheet.panes.delete(sheet.active);
    if (layout !== undefined) {
      sheet.layout = layout;
      sheet.active = panesOf(layout)[0] as number;
      show(sheet);
      return;
    }
    const index = sheets.indexOf(sheet);
    sheets.splice(index, 1);
    sheet.element.remove();
    sheet.tab.remove();
    show(sheets[Math.min(index, sheets.length - 1)] as Sheet);
  };

  const restored = parseTabs(kept) ?? [];
  const there = shownTab(restored);
  let isBehind = false;
  for (const tab of restored) {
    isBehind ||= tab === there;
    const element = tab === there ? first.sheet : addSheetElement(frame, isBehind ? null : first.sheet);
    addSheet(element, tab.layout, tab.active, tab.name, tab).element.hidden = tab !== there;
    serial = Math.max(serial, ...panesOf(tab.layout));
  }
  const id = fresh();
  shown = sheets.find(({ asleep }) => asleep === there) ?? addSheet(first.sheet, { pane: id }, id);
  add(shown, shown.active, first.pane);
  wake(shown);
  showBar();
  place(shown);

  return {
    get active() { return shown.panes.get(shown.active) as Pane; },
    get tabs() { return sheets.length; },
    all: () => sheets.flatMap(({ panes }) => [...panes.values()]),
    newTab,
    showTab(number) {
      const sheet = sheets[number - 1];
      if (sheet !== undefined) show(sheet);
    },
    nextTab(by) {
      show(sheets[(sheets.indexOf(shown) + by + sheets.length) % sheets.length] as Sheet);
    },
    rename(name) {
      shown.name = name.trim() === '' ? undefined : name.trim().slice(0, 60);
      showBar();
      onChange();
    },
    get name() { return nameOf(shown); },
    split(direction) {
      if (!hasRoom()) return;
      const id = fresh();
      shown.layout = splitPane(shown.layout, shown.active, direction, id);
      openIn(shown, id);
      shown.active = id;
      show(shown);
    },
    moveTo(side) {
      const next = neighbourOf(shown.layout, shown.active, side);
      if (next !== undefined) shown.panes.get(next)?.focus();
    },
    resize(side) {
      const direction = side === 'left' || side === 'right' ? 'row' : 'column';
      const { panes, dividers } = placesOf(shown.layout);
      const own = panes.get(shown.active);
      if (own === undefined) return;
      // The innermost split of that direction around the pane.
      const divider = dividers.filter(({ direction: each, box }) => each === direction
        && box.x <= own.x + 1e-9 && box.y <= own.y + 1e-9 && box.x + box.width >= own.x + own.width - 1e-9 && box.y + box.height >= own.y + own.height - 1e-9).at(-1);
      if (divider !== undefined) moveDivider(shown, divider.path, divider.share + (side === 'right' || side === 'down' ? STEP : -STEP));
    },
    close,
    fit() {
      for (const pane of shown.panes.values()) pane.fit();
    },
    keep: (screenOf) => sheets.map((sheet) => sheet.asleep !== undefined ? { ...sheet.asleep, name: sheet.name, isShown: sheet === shown } : {
      name: sheet.name,
      layout: sheet.layout,
      active: sheet.active,
      isShown: sheet === shown,
      panes: Object.fromEntries([...sheet.panes].map(([id, pane]) => [String(id), screenOf(pane)])),
    }),
    forget() {
      for (const sheet of sheets) {
        sheet.name = undefined;
        const nothing = Object.fromEntries(panesOf(sheet.layout).map((id) => [String(id), { screen: '', directory: undefined }]));
        if (sheet.asleep !== undefined) sheet.asleep = { ...sheet.asleep, panes: nothing };
        for (const pane of sheet.panes.values()) pane.forget();
      }
      showBar();
    },
    dispose() {
      for (const sheet of sheets) {
        for (const pane of sheet.panes.values()) pane.dispose();
        sheet.element.remove();
      }
      bar.replaceChildren();
      bar.hidden = true;
    },
  };
}
