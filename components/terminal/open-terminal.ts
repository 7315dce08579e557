import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import * as limits from '@/lib/core/limits.ts';
import { markRow } from '@/lib/core/tty/mark-row.ts';
import type { TerminalPort } from '@/lib/core/tty/tty.ts';
import { codePointWidth, joinState } from '@/lib/core/tty/width.ts';
import { blinkCursor } from './blink-cursor.ts';
import { decideKey } from './browser-keys.ts';
import { drawOnce } from './draw-once.ts';
import { fittingFontSize } from './fitting-font-size.ts';
import { heldFrames } from './held-frames.ts';
import { linkProvider } from './link-provider.ts';
import { guardOutput } from './output-guard.ts';
import { pacedWrites } from './paced-writes.ts';
import { fontFamily, xtermTheme, type Theme } from './theme.ts';
import { touchScroll } from './touch-scroll.ts';
import { xtermStyles } from './xterm-styles.ts';

/** xterm.js in `host`, set up as Selkie needs it, behind the tty's port. */
export interface OpenTerminal {
  terminal: Terminal;
  port: TerminalPort;
  setLook(look: Look): void;
  /** Fits the grid to the host; answers whether its size changed. */
  fit(): boolean;
  dispose(): void;
}

/** What of the settings a terminal shows. */
export interface Look {
  theme: Theme;
  /** Pixels; undefined: what fits the screen. */
  fontSize: number | undefined;
  cursor: 'bar' | 'block' | 'underline';
  isBlinking: boolean;
  /** Rows that a screen reader can walk through. */
  isReadOut: boolean;
}

const isSameLook = (one: Look, other: Look) =>
  one.theme === other.theme && one.fontSize === other.fontSize && one.cursor === other.cursor && one.isBlinking === other.isBlinking && one.isReadOut === other.isReadOut;

/** `nextTurn`: see page-turns.ts. */
export function openTerminal(host: HTMLElement, firstLook: Look, nextTurn: () => Promise<void>): OpenTerminal {
  const document = host.ownerDocument;
  const view = document.defaultView as Window;
  const styles = xtermStyles(document);
  let look = firstLook;
  const optionsOf = (now: Look) => ({
    cursorStyle: now.cursor,
    cursorInactiveStyle: now.cursor,
    fontSize: now.fontSize ?? fittingFontSize(view),
    screenReaderMode: now.isReadOut,
    theme: xtermTheme(now.theme),
  });
  const terminal = styles.capture(() => {
    const made = new Terminal({
      allowProposedApi: true,
      convertEol: true,
      cursorWidth: 2,
      // Bold is bold; bright colours are asked for by their own codes.
      drawBoldTextInBrightColors: false,
      fontFamily,
      lineHeight: 1.25,
      scrollback: limits.terminalScrollbackLines,
      ...optionsOf(look),
    });
    // Before the first write: what is on the grid keeps the widths that it was written with.
    made.unicode.register({ version: 'selkie', wcwidth: codePointWidth, charProperties: joinState });
    made.unicode.activeVersion = 'selkie';
    made.open(host);
    return made;
  });
  drawOnce(terminal);
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
  const blinking = blinkCursor(host, () => `${terminal.buffer.active.cursorX},${terminal.buffer.active.baseY + terminal.buffer.active.cursorY}`);
  blinking.setBlinking(look.isBlinking);
  const stopTouch = touchScroll(terminal, host);
  /** xterm.js would read out every row that is drawn, the line that is typed included; what is said comes from announcer.ts. */
  const hush = () => {
    for (const region of host.querySelectorAll('.live-region')) region.setAttribute('aria-live', 'off');
  };
  hush();

  return {
    terminal,
    port: {
      write: pacedWrites({
        write: (data, done) => terminal.write(data, done),
        frames: heldFrames(view),
        now: () => view.performance.now(),
        nextTurn,
        onFrame: (work) => void view.requestAnimationFrame(work),
        after: (ms, work) => void view.setTimeout(work, ms),
      }),
      columns: () => terminal.cols,
      rows: () => terminal.rows,
      cursorColumn: () => Math.min(terminal.buffer.active.cursorX, terminal.cols - 1),
      isAlternateScreen: () => terminal.buffer.active.type === 'alternate',
      markRow: (rowsUp) => markRow(terminal, rowsUp),
      clear: () => terminal.clear(),
    },
    setLook(next) {
      // Each option that is set anew makes xterm.js write its style sheets and draw all rows again.
      if (isSameLook(next, look)) return;
      look = next;
      // Its own, where it makes its rows anew.
      styles.capture(() => Object.assign(terminal.options, optionsOf(look)));
      blinking.setBlinking(look.isBlinking);
      hush();
    },
    fit() {
      const { cols, rows } = terminal;
      const fontSize = look.fontSize ?? fittingFontSize(view);
      if (terminal.options.fontSize !== fontSize) terminal.options.fontSize = fontSize;
      // A hidden host has no size; a grid of one cell would break every line.
      if (host.clientWidth > 0 && host.clientHeight > 0) fitAddon.fit();
      return terminal.cols !== cols || terminal.rows !== rows;
    },
    dispose() {
      stopTouch();
      blinking.dispose();
      links.dispose();
      guard.dispose();
      terminal.dispose();
      styles.dispose();
    },
  };
}
