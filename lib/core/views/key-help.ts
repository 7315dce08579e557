import { wrapWords } from '../tty/wrap-words.ts';
import { encodeText } from '../shell/text.ts';
import type { PagerSource } from './pager-source.ts';

/** Keys of a view and what they do, under headings. */
export type KeyHelp = readonly (readonly [heading: string, keys: readonly (readonly [keys: string, does: string])[]])[];

const KEY_CELLS = 22;
const NARROW_COLUMNS = 56;

/** The help of a view as a text for the pager, laid out for the width of the screen. */
export function keyHelpSource(title: string, help: KeyHelp, columns: () => number): PagerSource {
  return {
    title,
    isWhole: true,
    followsWidth: true,
    async *open() {
      yield encodeText(keyHelpLines(title, help, columns()).map((line) => `${line}\n`).join(''));
    },
  };
}

/** On a narrow screen what a key does stands below it. */
function keyHelpLines(title: string, help: KeyHelp, columns: number): string[] {
  const isNarrow = columns < NARROW_COLUMNS;
  const indent = isNarrow ? 4 : KEY_CELLS + 2;
  const lines = [`\x1b[1m${title}\x1b[0m`];
  for (const [heading, keys] of help) {
    lines.push('', `\x1b[36m${heading}\x1b[0m`);
    for (const [names, does] of keys) {
      const [first = '', ...rest] = wrapWords(does, columns - indent - 1);
      if (isNarrow) lines.push(`  \x1b[1m${names}\x1b[0m`, `${' '.repeat(indent)}${first}`);
      else lines.push(`  \x1b[1m${names}\x1b[0m${' '.repeat(Math.max(1, KEY_CELLS - names.length))}${first}`);
      lines.push(...rest.map((line) => `${' '.repeat(indent)}${line}`));
    }
  }
  return lines;
}
