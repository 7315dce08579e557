import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { limits } from '@/lib/core/limits.ts';
import type { TerminalPort } from '@/lib/core/tty/tty.ts';
import { codePointWidth, joinState } from '@/lib/core/tty/width.ts';
import { decideKey } from './browser-keys.ts';
import { linkProvider } from './link-provider.ts';
import { guardOutput } from './output-guard.ts';
import { fontFamily, theme } from './theme.ts';
import { touchScroll } from './touch-scroll.ts';
import { xtermStyles } from './xterm-styles.ts';

/** xterm.js in `host`, set up as Selkie needs it, behind the tty's port. */
export interface OpenTerminal {
  terminal: Terminal;
  port: TerminalPort;
  /** Fits the grid to the host; answers whether its size changed. */
  fit(): boolean;
  dispose(): void;
}

const DESK_FONT_PX = 14;
const PHONE_FONT_PX = 13;
const PHONE_MAX_PX = 480;

const fontSizeFor = (width: number) => (width <= PHONE_MAX_PX ? PHONE_FONT_PX : DESK_FONT_PX);

export function openTerminal(host: HTMLElement): OpenTerminal {
  const document = host.ownerDocument;
  const view = document.defaultView as Window;
  const styles = xtermStyles(document);
  const terminal = styles.capture(() => {
    const made = new Terminal({
      allowProposedApi: true,
      convertEol: true,
      cursorBlink: !view.matchMedia('(prefers-reduced-motion: reduce)').matches,
      cursorStyle: 'bar',
      cursorWidth: 2,
      // Bold is bold; bright colours are asked for by their own codes.
      drawBoldTextInBrightColors: false,
      fontFamily,
      fontSize: fontSizeFor(host.clientWidth),
      lineHeight: 1.25,
      scrollback: limits.terminalScrollbackLines,
      theme,
    });
    // Before the first write: what is on the grid keeps the widths that it was written with.
    made.unicode.register({ version: 'selkie', wcwidth: codePointWidth, charProperties: joinState });
    made.unicode.activeVersion = 'selkie';
    made.open(host);
    return made;
  });
  const fitAddon = new FitAddon();
  terminal.loadAddon(fitAddon);
  const guard = guardOutput(terminal);
  const links = terminal.registerLinkProvider(linkProvider(terminal, (address) => {
    view.open(address, '_blank', 'noopener,noreferrer');
  }));

  terminal.attachCustomKeyEventHandler((event) => {
    const decision = decideKey(event, terminal.hasSelection());
    if (decision === 'copy' && event.type === 'keydown') {
      if (event.shiftKey) {
        // Otherwise Chromium opens its developer tools.
        event.preventDefault();
        document.execCommand('copy');
      }
      // After the browser's copy event has read the selection.
      view.setTimeout(() => terminal.clearSelection());
    }
    return decision === 'terminal';
  });
  const stopTouch = touchScroll(terminal, host);

  return {
    terminal,
    port: {
      write: (data, done) => terminal.write(data, done),
      columns: () => terminal.cols,
      rows: () => terminal.rows,
      cursorColumn: () => Math.min(terminal.buffer.active.cursorX, terminal.cols - 1),
      isAlternateScreen: () => terminal.buffer.active.type === 'alternate',
      clear: () => terminal.clear(),
    },
    fit() {
      const { cols, rows } = terminal;
      const fontSize = fontSizeFor(host.clientWidth);
      if (terminal.options.fontSize !== fontSize) terminal.options.fontSize = fontSize;
      // A hidden host has no size; a grid of one cell would break every line.
      if (host.clientWidth > 0 && host.clientHeight > 0) fitAddon.fit();
      return terminal.cols !== cols || terminal.rows !== rows;
    },
    dispose() {
      stopTouch();
      links.dispose();
      guard.dispose();
      terminal.dispose();
      styles.dispose();
    },
  };
}
