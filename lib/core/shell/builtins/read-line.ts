import * as limits from '../../limits.ts';
import { ShellError, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import type { Input } from '../streams/input.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';

/** Bytes up to `delimiter` (-1: none); the rest goes back to the input for whoever reads next. `ended`: the input did before. */
export function* readUntil(input: Input, delimiter: number, maxCharacters: number): Step<{ bytes: Uint8Array; ended: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (maxCharacters === 0) return { bytes: new Uint8Array(0), ended: false };
  for (;;) {
    const pulled = input.pull();
    const chunk = pulled instanceof Promise ? yield* wait(pulled) : pulled;
    if (chunk === undefined) return { bytes: concatBytes(chunks), ended: true };
    const at = delimiter < 0 ? -1 : chunk.indexOf(delimiter);
    const piece = at < 0 ? chunk : chunk.subarray(0, at);
    if (size + piece.length >= maxCharacters) {
      const all = concatBytes([...chunks, piece]);
      const characters = Array.from(decodeText(all));
      if (characters.length >= maxCharacters) {
        const taken = encodeText(characters.slice(0, maxCharacters).join('')).length;
        if (at >= 0) input.unread(chunk.subarray(at));
        input.unread(all.slice(taken));
        return { bytes: all.subarray(0, taken), ended: false };
      }
    }
    chunks.push(piece);
    size += piece.length;
    if (size > limits.shellValueMaxUnits) throw new ShellError('read: the line is too long');
    if (at >= 0) {
      input.unread(chunk.subarray(at + 1));
      return { bytes: concatBytes(chunks), ended: false };
    }
  }
}

/** One line of standard input; on the person's terminal after a question. undefined at the end. */
export function* readLine(shell: Interpreter, prompt: string): Step<string | undefined> {
  const input = shell.fds[0]?.input;
  if (input === undefined) return undefined;
  const { terminal } = shell.run;
  if (terminal !== undefined && input.isTerminal) {
    let isEnd = false;
    const line = yield* wait(terminal.ask(prompt, { onEnd: () => (isEnd = true) }));
    return isEnd ? undefined : line;
  }
  shell.fds[2]?.output?.put(encodeText(prompt));
  const { bytes, ended } = yield* readUntil(input, 10, Number.POSITIVE_INFINITY);
  return ended && bytes.length === 0 ? undefined : decodeText(bytes);
}
