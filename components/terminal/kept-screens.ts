import { storageKeys } from '@/lib/client/storage-keys.ts';
import type { Layout } from './pane-layout.ts';

/**
 * The terminals as they were before the page was loaded anew: tabs, splits, directories and what was on the screens. In
 * sessionStorage, so that it lives as long as the browser's tab and no other sees it; under its owner, and gone with
 * them: `keepOnly` throws away everybody else's at the start and at each change of owner. A secret that was asked
 * for is not on the screen, hence not here; a screen that shows one (`mfa`) is not kept; nor is the line that is being
 * typed. What the prompt needs is here; what reads the rest and writes is screen-keeper.ts.
 */
export interface KeptPane {
  screen: string;
  directory: string | undefined;
}

export interface KeptTab {
  name: string | undefined;
  layout: Layout;
  /** By the numbers of `layout`. */
  panes: Record<string, KeptPane>;
  /** Which of its panes had the keys. */
  active: number;
  isShown: boolean;
}

/** What was kept for this owner, unread; undefined when there is nothing. */
export function loadScreens(storage: () => Storage | undefined, owner: string): unknown {
  try {
    return JSON.parse(storage()?.getItem(storageKeys.screensOf(owner)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function keepOnlyScreensOf(storage: () => Storage | undefined, owner: string): void {
  try {
    const store = storage();
    for (let index = (store?.length ?? 0) - 1; index >= 0; index -= 1) {
      const key = store?.key(index);
      if (key?.startsWith(storageKeys.screens) === true && key !== storageKeys.screensOf(owner)) store?.removeItem(key);
    }
  } catch {
    // Storage that is denied holds nothing.
  }
}

/** Of the tabs the one that was shown. */
export const shownTab = <Tab extends { isShown: boolean }>(tabs: readonly Tab[]): Tab | undefined => tabs.find(({ isShown }) => isShown) ?? tabs[0];

/** The pane that had the keys, of what `loadScreens` read: a page of another version may have written it. */
export function firstKept(kept: unknown): KeptPane | undefined {
  try {
    const tab = shownTab(kept as KeptTab[]);
    const { screen, directory } = tab?.panes[tab.active] ?? {};
    return typeof screen === 'string' ? { screen, directory: typeof directory === 'string' ? directory : undefined } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether other tabs or panes come back beside it. */
export function hasMoreThanOne(kept: unknown): boolean {
  return Array.isArray(kept) && (kept.length > 1 || Object.keys((kept as Partial<KeptTab>[])[0]?.panes ?? {}).length > 1);
}
