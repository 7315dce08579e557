import { storageKeys } from '@/lib/client/storage-keys.ts';
import { colorNames, darkTheme, makeTheme, propertiesOf, type Theme } from './theme.ts';

/**
 * The theme that was shown last, in this browser: a page has its colours from it before it has its files, and the pages
 * of the account, which open no files, have theirs at all. Small, because every page runs it before anything else.
 */
export interface KeptTheme {
  /** What was chosen, e.g. `system`. */
  choice: string;
  theme: Theme;
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;

const COLOR = /^#[0-9a-f]{6}$/;

/** Undefined when there is none, or what is there is none. */
export function readKeptTheme(storage: Store): KeptTheme | undefined {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(storageKeys.theme) ?? 'null');
    if (!Array.isArray(kept)) return undefined;
    const [choice, name, scheme, ...colors] = kept as unknown[];
    if (typeof choice !== 'string' || typeof name !== 'string' || (scheme !== 'dark' && scheme !== 'light')) return undefined;
    if (colors.length !== colorNames.length || !colors.every((color) => typeof color === 'string' && COLOR.test(color))) return undefined;
    return { choice, theme: makeTheme(name, name, scheme, (colors as string[]).join(' '), '', '') };
  } catch {
    return undefined;
  }
}

/** Storage that is full or denied costs the colours of the first moment. */
export function keepTheme(storage: Store, { choice, theme }: KeptTheme): void {
  try {
    if (choice === 'auto' && theme.name === darkTheme.name) storage?.removeItem(storageKeys.theme);
    else storage?.setItem(storageKeys.theme, JSON.stringify([choice, theme.name, theme.scheme, ...colorNames.map((name) => theme.colors[name])]));
  } catch {
    // As it says above.
  }
}

/** Gives the whole page these colours; undefined: those of the style sheets. By CSSOM, which the policy allows. */
export function paintPage(document: Document, theme: Theme | undefined): void {
  const { style } = document.documentElement;
  for (const [name, value] of propertiesOf(theme ?? darkTheme)) {
    if (theme === undefined) style.removeProperty(name);
    else style.setProperty(name, value);
  }
  style.colorScheme = theme?.scheme ?? '';
}

/** Before the page is drawn. Who chose nothing, or the system's own, has that from the style sheets on pages without a terminal. */
export function paintKeptTheme(document: Document, storage: Store): void {
  const kept = readKeptTheme(storage);
  const isChosen = kept !== undefined && kept.choice !== 'auto' && kept.choice !== 'system';
  if (isChosen || (kept !== undefined && document.querySelector('.terminal-page') !== null)) paintPage(document, kept.theme);
}
