import type { IDecoration, Terminal } from '@xterm/xterm';
import { compileFind, findAll, type Found } from './find-in-rows.ts';
import './page-actions.css';

/**
 * The bar in which one searches what the screen and its scrollback hold. It starts at the newest place; Enter goes to
 * older ones, Shift-Enter back. The place it is at is selected, so that Ctrl-C copies it; the others in sight have a
 * frame. What is printed meanwhile is searched too.
 */
export interface FindView {
  focus(): void;
  close(): void;
}

/** After the last letter or the last output, before the search begins anew. */
const SETTLE_MS = 60;
const TURN_MS = 8;
/** Frames drawn at one time. */
const FRAMES_MAX = 300;

export function openFind(element: HTMLElement, terminal: Terminal, onClose: () => void): FindView {
  const { ownerDocument: document } = element;
  const view = document.defaultView as Window & typeof globalThis;
  const bar = document.createElement('div');
  bar.className = 'terminal-find';
  bar.setAttribute('role', 'search');
  bar.setAttribute('aria-label', 'Search in the output');
  const input = document.createElement('input');
  input.type = 'text';
  input.setAttribute('aria-label', 'Search for');
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.setAttribute('autocapitalize', 'off');
  const count = document.createElement('span');
  count.className = 'terminal-find-count';
  count.setAttribute('role', 'status');
  const button = (label: string, name: string, press: (own: HTMLButtonElement) => void) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.textContent = label;
    made.title = name;
    made.setAttribute('aria-label', name);
    made.addEventListener('click', () => press(made));
    return made;
  };
  const toggle = (label: string, name: string) => {
    const made = button(label, name, () => {
      made.setAttribute('aria-pressed', String(made.getAttribute('aria-pressed') !== 'true'));
      void search();
    });
    made.setAttribute('aria-pressed', 'false');
    return made;
  };
  const isOn = (made: HTMLButtonElement) => made.getAttribute('aria-pressed') === 'true';
  const matchCase = toggle('Aa', 'Match case');
  const expression = toggle('.*', 'Regular expression, as of grep -E');
  const older = button('↑', 'Older match', () => step(-1));
  const newer = button('↓', 'Newer match', () => step(1));
  bar.append(input, count, matchCase, expression, older, newer, button('×', 'Close the search', () => close()));
  element.append(bar);

  let found: Found[] = [];
  let isCut = false;
  let at = -1;
  let run = 0;
  let timer: number | undefined;
  let frames: IDecoration[] = [];

  const say = (text: string, tone = 'plain') => {
    if (count.textContent !== text) count.textContent = text;
    count.dataset['tone'] = tone;
  };
  const unframe = () => {
    for (const frame of frames) {
      frame.marker.dispose();
      frame.dispose();
    }
    frames = [];
  };
  /** Frames what is in sight; a place that goes on in the next row has a frame in each. */
  const frame = () => {
    unframe();
    const buffer = terminal.buffer.active;
    if (buffer.type !== 'normal') return;
    const [top, bottom] = [buffer.viewportY, buffer.viewportY + terminal.rows];
    const cursor = buffer.baseY + buffer.cursorY;
    for (const { row, column, length } of found) {
      if (row >= bottom || frames.length >= FRAMES_MAX) break;
      for (let cell = column, left = length; left > 0;) {
        const line = row + Math.floor(cell / terminal.cols);
        const width = Math.min(left, terminal.cols - (cell % terminal.cols));
        if (line >= top && line < bottom) {
          const marker = terminal.registerMarker(line - cursor);
          const decoration = marker && terminal.registerDecoration({ marker, x: cell % terminal.cols, width });
          decoration?.onRender((mark) => mark.classList.add('terminal-found'));
          if (decoration !== undefined) frames.push(decoration);
        }
        cell += width;
        left -= width;
      }
    }
  };
  const show = (isMoved: boolean) => {
    const current = found[at];
    if (current === undefined) {
      terminal.clearSelection();
      say(input.value === '' ? '' : 'no match', 'warn');
    } else {
      say(`${at + 1} of ${found.length}${isCut ? '+' : ''}`);
      if (isMoved) {
        const { viewportY } = terminal.buffer.active;
        if (current.row < viewportY || current.row >= viewportY + terminal.rows) terminal.scrollToLine(Math.max(0, current.row - (terminal.rows >> 1)));
      }
      terminal.select(current.column, current.row, current.length);
    }
    frame();
  };
  const step = (by: 1 | -1) => {
    if (found.length === 0) return;
    at = (at + by + found.length) % found.length;
    show(true);
  };
  const search = async (isAgain = false) => {
    const mine = ++run;
    view.clearTimeout(timer);
    timer = undefined;
    const matcher = compileFind({ text: input.value, isExpression: isOn(expression), matchesCase: isOn(matchCase) });
    if (matcher === undefined || 'problem' in matcher) {
      found = [];
      at = -1;
      show(false);
      if (matcher !== undefined) say(matcher.problem, 'warn');
      return;
    }
    let turn = view.performance.now();
    const before = found[at];
    const all = await findAll(terminal.buffer.active, matcher, terminal.cols, () => {
      if (mine !== run || view.performance.now() - turn < TURN_MS) return undefined;
      return new Promise((resolve) => view.setTimeout(() => {
        turn = view.performance.now();
        resolve();
      }));
    });
    if (mine !== run) return;
    ({ found, isCut } = all);
    const same = isAgain && before !== undefined ? found.findIndex(({ row, column }) => row === before.row && column === before.column) : -1;
    at = same >= 0 ? same : found.length - 1;
    show(!isAgain);
  };
  const settle = (isAgain: boolean) => {
    view.clearTimeout(timer);
    timer = view.setTimeout(() => void search(isAgain), SETTLE_MS);
  };

  const subscriptions = [
    terminal.onWriteParsed(() => { if (input.value !== '') settle(true); }),
    terminal.onScroll(frame),
    terminal.onResize(() => settle(true)),
  ];
  const close = () => {
    run += 1;
    view.clearTimeout(timer);
    for (const subscription of subscriptions) subscription.dispose();
    unframe();
    terminal.clearSelection();
    bar.remove();
    onClose();
  };
  input.addEventListener('input', () => settle(false));
  bar.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && event.target === input) step(event.shiftKey ? 1 : -1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'ArrowDown') step(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // A click in the bar is none on the terminal, which would take the keys.
  bar.addEventListener('click', (event) => event.stopPropagation());
  input.focus();
  return {
    focus() {
      input.focus();
      input.select();
    },
    close,
  };
}
