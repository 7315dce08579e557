import type { IDisposable, Terminal } from '@xterm/xterm';

/**
 * What a command prints may come from anywhere: `cat` of a file somebody sent is enough. These sequences make
 * a terminal do more than show text, so they are swallowed:
 *
 * - questions (device attributes, status, modes, colours, window size): xterm would answer them as if the
 *   person had typed the answer, into the next prompt;
 * - clipboard (OSC 52), title, colour changes, and hyperlinks, whose text may name another place than their
 *   target (links are made from what can be read instead, see `link-provider.ts`);
 * - mouse and focus reports, which end up as keys too;
 * - what no soft reset undoes: what a newline means, tab stops, the cursor's shape, drawing held back;
 * - counts without end: xterm.js scrolls, repeats and tabs as often as it is told, two thousand million times, or
 *   fetches as much memory for it.
 *
 * Movement, colours, erasing and the alternate screen are harmless: the tty undoes them before each prompt.
 */
const OSC = [0, 1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 50, 52, 99, 104, 105, 110, 111, 112, 117, 119, 777, 1337];

const CSI = [
  { final: 'c' }, { prefix: '>', final: 'c' }, { prefix: '=', final: 'c' },
  { final: 'n' }, { prefix: '?', final: 'n' },
  { intermediates: '$', final: 'p' }, { prefix: '?', intermediates: '$', final: 'p' },
  { final: 't' }, { prefix: '>', final: 'q' }, { final: 'x' },
  { final: 'g' }, { intermediates: ' ', final: 'q' },
];

/** Of these the first parameter is a number of turns of a loop. */
const COUNTED = [
  { final: 'b' }, { final: 'I' }, { final: 'L' }, { final: 'M' }, { final: 'S' }, { final: 'T' }, { final: 'Z' },
  { final: '@' }, { final: 'P' }, { intermediates: ' ', final: '@' }, { intermediates: ' ', final: 'A' },
  { intermediates: "'", final: '}' }, { intermediates: "'", final: '~' },
];
/** More than any screen has cells in a row or rows. */
const COUNT_MAX = 2_000;

/** X10, normal, button and any-event mouse, focus, and their encodings. */
const REPORTING_MODES: readonly number[] = [9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 1016];
/** Blinking, and drawing that is held back until further notice. */
const LASTING_MODES: readonly number[] = [12, 2026];
/** Whether a newline also returns to the first column. */
const NEWLINE_MODE = 20;

/** Registers the handlers; the last one registered is asked first, so xterm's own are never reached. */
export function guardOutput(terminal: Pick<Terminal, 'parser'>): IDisposable {
  const { parser } = terminal;
  const handlers: IDisposable[] = [
    ...OSC.map((identifier) => parser.registerOscHandler(identifier, () => true)),
    ...CSI.map((identifier) => parser.registerCsiHandler(identifier, () => true)),
    parser.registerDcsHandler({ intermediates: '$', final: 'q' }, () => true),
    parser.registerDcsHandler({ intermediates: '+', final: 'q' }, () => true),
    parser.registerEscHandler({ final: 'H' }, () => true),
    // The test picture would stay around the next prompt.
    parser.registerEscHandler({ intermediates: '#', final: '8' }, () => true),
    ...COUNTED.map((identifier) => parser.registerCsiHandler(identifier, ([count]) => typeof count === 'number' && count > COUNT_MAX)),
    parser.registerCsiHandler({ prefix: '?', final: 'h' }, (parameters) =>
      parameters.flat().some((mode) => REPORTING_MODES.includes(mode) || LASTING_MODES.includes(mode))),
    parser.registerCsiHandler({ prefix: '?', final: 'l' }, (parameters) => parameters.flat().some((mode) => LASTING_MODES.includes(mode))),
    ...['h', 'l'].map((final) => parser.registerCsiHandler({ final }, (parameters) => parameters.flat().includes(NEWLINE_MODE))),
  ];
  return { dispose: () => handlers.forEach((handler) => handler.dispose()) };
}
