import type { SerializeAddon } from '@xterm/addon-serialize';
import { storageKeys } from '@/lib/client/storage-keys.ts';
import * as limits from '@/lib/core/limits.ts';
import type { ArrangedPanes } from './arrange-panes.ts';
import type { KeptPane, KeptTab } from './kept-screens.ts';
import { panesOf, type Layout } from './pane-layout.ts';
import type { Pane } from './pane.ts';

/** Writes what kept-screens.ts tells of. */
export interface ScreenKeeper {
  save(owner: string, panes: Pick<ArrangedPanes, 'keep'>): void;
}

export function screenKeeper(storage: () => Storage | undefined, make: () => SerializeAddon): ScreenKeeper {
  const serializers = new WeakMap<Pane, SerializeAddon>();

  const screenOf = (pane: Pane, lines: number): KeptPane => {
    const { directory } = pane;
    if (lines === 0 || pane.isSecret) return { screen: '', directory };
    // Nothing ran since it was restored: as it was, without a second rule below it.
    if (pane.lastLine === undefined) return { screen: pane.restored ?? '', directory };
    let serializer = serializers.get(pane);
    if (serializer === undefined) {
      serializer = make();
      pane.terminal.loadAddon(serializer);
      serializers.set(pane, serializer);
    }
    const end = pane.promptRow() - 1;
    const screen = end < 0 ? '' : serializer.serialize({ range: { start: Math.max(0, end - lines), end }, excludeModes: true, excludeAltBuffer: true });
    return { screen, directory };
  };

  return {
    save(owner, panes) {
      for (const lines of [limits.keptScrollbackLines, limits.keptScrollbackLines / 4, 50, 0]) {
        const text = JSON.stringify(panes.keep((pane) => screenOf(pane, lines)));
        if (text.length > limits.keptScreensMaxUnits) continue;
        try {
          storage()?.setItem(storageKeys.screensOf(owner), text);
        } catch {
          // Full or denied: the next start is an empty screen.
        }
        return;
      }
    },
  };
}

/** What was kept, if it is that; a page of another version may have written it. */
export function parseTabs(value: unknown): KeptTab[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > limits.panesMax) return undefined;
  const tabs: KeptTab[] = [];
  const seen = new Set<number>();
  for (const each of value as unknown[]) {
    if (!isObject(each)) return undefined;
    const { name, layout, panes, active, isShown } = each;
    if (!isLayout(layout, 0) || !isObject(panes) || typeof active !== 'number') return undefined;
    if (name !== undefined && (typeof name !== 'string' || name.length > 60)) return undefined;
    const ids = panesOf(layout);
    if (!ids.includes(active) || ids.some((id) => seen.has(id))) return undefined;
    for (const id of ids) seen.add(id);
    const kept: Record<string, KeptPane> = {};
    for (const id of ids) {
      const pane = panes[String(id)];
      if (!isObject(pane) || typeof pane['screen'] !== 'string') return undefined;
      const { screen, directory } = pane;
      kept[String(id)] = { screen, directory: typeof directory === 'string' ? directory : undefined };
    }
    tabs.push({ name, layout, panes: kept, active, isShown: isShown === true });
  }
  return seen.size <= limits.panesMax ? tabs : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function isLayout(value: unknown, depth: number): value is Layout {
  if (!isObject(value) || depth > limits.panesMax) return false;
  if ('pane' in value) return Number.isInteger(value['pane']) && Object.keys(value).length === 1;
  const { direction, share, first, second } = value;
  return (direction === 'row' || direction === 'column') && typeof share === 'number' && share > 0 && share < 1
    && isLayout(first, depth + 1) && isLayout(second, depth + 1);
}
