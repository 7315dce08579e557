import { expandQuotedText } from './expand/words.ts';
import { atOnce } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { decodePrompt } from './prompt-string.ts';
import { hasMetas, quoteText } from './quote.ts';

/** What stands before a line of `set -x`: PS4, its first character once more for each `eval`, `source` and `$(...)` around. */
export function tracePrefix(shell: Interpreter): string {
  const { state } = shell;
  const prefix = expanded(shell, state.get('PS4') ?? '+ ');
  const [first = ''] = prefix;
  return first.repeat(state.textDepth) + prefix;
}

/** A command in it that has to be waited for is left as it is written: lines are traced where nothing waits. */
function expanded(shell: Interpreter, template: string): string {
  if (!/[$`\\]/.test(template)) return template;
  const { flags } = shell.state;
  flags.xtrace = false;
  try {
    return atOnce(expandQuotedText(shell, decodePrompt(shell, template, 1))) ?? template;
  } finally {
    flags.xtrace = true;
  }
}

/** A word as `set -x` shows it. */
export function traced(word: string): string {
  if (word === '') return "''";
  if (hasMetas(word)) return word === "'" ? "\\'" : `'${word.replaceAll("'", "'\\''")}'`;
  // eslint-disable-next-line no-control-regex
  return /[\x00-\x1f\x7f]/.test(word) ? quoteText(word) : word;
}
