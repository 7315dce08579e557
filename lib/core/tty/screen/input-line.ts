import { type Key, pastedText } from '../keys.ts';
import { LineReader } from '../line-reader.ts';
import { clusters, textWidth } from '../width.ts';
import type { CellGrid } from './cell-grid.ts';
import type { CursorPlace } from './paint-frame.ts';

/** One line asked for inside of a view, with the keys of the prompt. */
export class InputLine {
  readonly #reader: LineReader;
  readonly #question: string;

  constructor(question: string, initial = '', history: readonly string[] = []) {
    this.#question = question;
    this.#reader = new LineReader({ prompt: question, initial, history });
  }

  get text(): string {
    return this.#reader.text;
  }

  /** `done`: Enter. `left`: Escape, or deleting what is not there. */
  press(key: Key): 'done' | 'left' | undefined {
    if (key.type === 'key') {
      const { name } = key;
      if (name === 'escape' || name === 'ctrl-g') return 'left';
      if (name === 'backspace' && this.text === '') return 'left';
      if (name === 'tab') return undefined;
    }
    // Nothing here shows a control character, so none may be in the answer.
    // oxlint-disable-next-line no-control-regex
    const outcome = this.#reader.press(key.type === 'paste' ? { ...key, text: pastedText(key.text).replace(/[\x00-\x1f\x7f-\x9f]/g, ' ') } : key);
    return outcome?.type === 'line' ? 'done' : outcome?.type === 'end' ? 'left' : undefined;
  }

  /** Draws into a row; a text that does not fit is shown around its cursor. Answers where the cursor stands. */
  draw(grid: CellGrid, row: number, style = ''): CursorPlace {
    const { cursor } = this.#reader.view();
    const question = textWidth(this.#question) < grid.columns - 10 ? this.#question : '';
    grid.fill(row, style);
    const start = grid.put(row, 0, question, style);
    const room = grid.columns - start - 1;
    let from = 0;
    const before = clusters(this.text).filter((cluster) => cluster.start < cursor);
    let width = before.reduce((sum, cluster) => sum + cluster.width, 0);
    for (const cluster of before) {
      if (width <= room) break;
      width -= cluster.width;
      from = cluster.start + cluster.text.length;
    }
    grid.put(row, start, this.text.slice(from), style);
    return { row, column: start + width };
  }
}
