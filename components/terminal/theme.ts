import type { ITheme } from '@xterm/xterm';

/**
 * The colours of everything: page, xterm.js, editor. A theme is one table; the page and the editor see it as custom
 * properties (`--bg`, `--ansi-red`), which shadow roots inherit, and xterm.js as its own object.
 */
export interface Theme {
  /** As it is typed. */
  name: string;
  label: string;
  scheme: 'dark' | 'light';
  colors: Readonly<Record<ColorName, string>>;
}

const PAGE_COLORS = ['bg', 'surface', 'raised', 'fg', 'muted', 'accent', 'on-accent', 'border', 'control', 'selection'] as const;
const ANSI_COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;

export type ColorName = (typeof PAGE_COLORS)[number] | (typeof ANSI_COLORS)[number] | `bright-${(typeof ANSI_COLORS)[number]}`;

/** In the order in which a theme's table names them. */
export const colorNames: readonly ColorName[] = [...PAGE_COLORS, ...ANSI_COLORS, ...ANSI_COLORS.map((name) => `bright-${name}` as const)];

/** `page`, `ansi` and `bright`: #rrggbb, in the order of `colorNames`, with a blank between two. */
export function makeTheme(name: string, label: string, scheme: 'dark' | 'light', page: string, ansi: string, bright: string): Theme {
  const values = `${page} ${ansi} ${bright}`.split(' ');
  return { name, label, scheme, colors: Object.fromEntries(colorNames.map((color, index) => [color, values[index]])) as Record<ColorName, string> };
}

/** What is there before anybody chooses, and the one that the first page needs; the others are in themes.ts. */
export const darkTheme = makeTheme('dark', 'Dark', 'dark',
  '#0b1015 #141c24 #22303c #dfe7ee #98a8b8 #62cbd9 #06222a #2b3744 #6d8093 #2f5d75',
  '#4a5868 #ff8a84 #74d28f #e6b84a #77b0ff #d79cf0 #62cbd9 #c9d4dd',
  '#8494a4 #ffaca7 #9be6b0 #f5d27c #a3caff #e6bff7 #93e1ec #ffffff');

/** `--bg` and the like, with what the pages of the account call good, doubtful and wrong. */
export function propertiesOf({ colors }: Theme): [name: string, value: string][] {
  const isAnsi = (name: ColorName) => !(PAGE_COLORS as readonly string[]).includes(name);
  return [
    ...colorNames.map((name): [string, string] => [isAnsi(name) ? `--ansi-${name}` : `--${name}`, colors[name]]),
    ['--ok', colors.green], ['--warn', colors.yellow], ['--error', colors.red],
  ];
}

export function xtermTheme({ colors }: Theme): ITheme {
  const bright = (name: (typeof ANSI_COLORS)[number]) => colors[`bright-${name}`];
  return {
    background: colors.bg,
    foreground: colors.fg,
    cursor: colors.accent,
    cursorAccent: colors.bg,
    selectionBackground: colors.selection,
    selectionInactiveBackground: colors.raised,
    scrollbarSliderBackground: `${colors.muted}33`,
    scrollbarSliderHoverBackground: `${colors.muted}66`,
    scrollbarSliderActiveBackground: `${colors.muted}99`,
    black: colors.black,
    red: colors.red,
    green: colors.green,
    yellow: colors.yellow,
    blue: colors.blue,
    magenta: colors.magenta,
    cyan: colors.cyan,
    white: colors.white,
    brightBlack: bright('black'),
    brightRed: bright('red'),
    brightGreen: bright('green'),
    brightYellow: bright('yellow'),
    brightBlue: bright('blue'),
    brightMagenta: bright('magenta'),
    brightCyan: bright('cyan'),
    brightWhite: bright('white'),
  };
}

/** What the system has; a prompt that must come without a network cannot wait for a font. */
export const fontFamily =
  "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
