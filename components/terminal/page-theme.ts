import { keepTheme, paintPage, readKeptTheme } from './kept-theme.ts';
import { darkTheme, type Theme } from './theme.ts';

/**
 * Which theme the page shows. The first page brings the dark one along and what this browser showed last; the table of
 * all is fetched when another is wanted.
 */
export interface PageTheme {
  readonly current: Theme;
  /** Shows what is chosen, from now on also when the system changes. False for a name that there is not. */
  choose(choice: string): Promise<boolean>;
  /** Shows a theme without choosing it; undefined: what is chosen, again. */
  preview(name: string | undefined): Promise<void>;
  onChange(listener: (theme: Theme) => void): () => void;
  dispose(): void;
}

export function openPageTheme(view: Window, storage: Storage | undefined, initialChoice: string): PageTheme {
  const { document } = view;
  const light = view.matchMedia('(prefers-color-scheme: light)');
  const contrast = view.matchMedia('(prefers-contrast: more)');
  const listeners = new Set<(theme: Theme) => void>();
  let choice = initialChoice;
  const kept = readKeptTheme(storage);
  let current = kept?.choice === choice ? kept.theme : darkTheme;
  /** Which of several wishes under way is the last. */
  let wish = 0;

  const find = async (name: string): Promise<Theme | undefined> => {
    const { themeNamed } = await import('./themes.ts');
    return themeNamed(name, { isLight: light.matches, wantsContrast: contrast.matches });
  };
  const show = (theme: Theme) => {
    if (theme.name === current.name) return;
    current = theme;
    paint();
    for (const listener of [...listeners]) listener(theme);
  };
  const paint = () => {
    paintPage(document, choice === 'auto' && current.name === darkTheme.name ? undefined : current);
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.setAttribute('content', current.colors.bg);
  };
  const choose = async (next: string): Promise<boolean> => {
    const mine = ++wish;
    // The dark one is here; nothing has to be fetched for it.
    const theme = next === 'auto' && !contrast.matches ? darkTheme : await find(next).catch(() => undefined);
    if (theme === undefined) return false;
    if (mine !== wish) return true;
    choice = next;
    show(theme);
    keepTheme(storage, { choice, theme });
    return true;
  };
  const follow = () => void choose(choice);
  light.addEventListener('change', follow);
  contrast.addEventListener('change', follow);
  paint();
  void choose(choice);

  return {
    get current() {
      return current;
    },
    choose,
    async preview(name) {
      const mine = ++wish;
      const theme = await find(name ?? choice).catch(() => undefined);
      if (theme !== undefined && mine === wish) show(theme);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      wish += 1;
      light.removeEventListener('change', follow);
      contrast.removeEventListener('change', follow);
      listeners.clear();
    },
  };
}
