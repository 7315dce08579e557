import type { ITheme } from '@xterm/xterm';

/** Dark at any hour; every colour on the background holds a contrast of at least 4.5 : 1 but black, as it must. */
export const theme: ITheme = {
  background: '#0b1015',
  foreground: '#dfe7ee',
  cursor: '#62cbd9',
  cursorAccent: '#0b1015',
  selectionBackground: '#2f5d75',
  selectionInactiveBackground: '#2a3f4e',
  scrollbarSliderBackground: '#98a8b833',
  scrollbarSliderHoverBackground: '#98a8b866',
  scrollbarSliderActiveBackground: '#98a8b899',
  black: '#4a5868',
  red: '#ff8a84',
  green: '#74d28f',
  yellow: '#e6b84a',
  blue: '#77b0ff',
  magenta: '#d79cf0',
  cyan: '#62cbd9',
  white: '#c9d4dd',
  brightBlack: '#8494a4',
  brightRed: '#ffaca7',
  brightGreen: '#9be6b0',
  brightYellow: '#f5d27c',
  brightBlue: '#a3caff',
  brightMagenta: '#e6bff7',
  brightCyan: '#93e1ec',
  brightWhite: '#ffffff',
};

/** What the system has; a prompt that must come without a network cannot wait for a font. */
export const fontFamily =
  "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace";
