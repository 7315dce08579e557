import type { ParsedScript } from 'unbash';
import * as limits from '../limits.ts';
import { ShellError, wait, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { plainOutput } from './streams/output.ts';
import { concatBytes, decodeText } from './text.ts';

/** `$(...)`: the output without its last newlines. */
export function* substitute(shell: Interpreter, script: ParsedScript | undefined): Step<string> {
  if (script === undefined) return '';
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  const redirect = only?.type === 'Command' && only.name === undefined && only.prefix.length === 1 ? only.prefix[0] : undefined;
  const bytes = redirect?.type === 'Redirect' && redirect.operator === '<'
    ? yield* capture(shell, function* (child) {
      return yield* child.withRedirections([redirect], function* () {
        const input = child.fds[0]?.input;
        const chunk = input?.pull();
        const content = chunk instanceof Promise ? yield* wait(chunk) : chunk;
        if (content !== undefined) child.fds[1]?.output?.put(content);
        return 0;
      });
    })
    : yield* capture(shell, (child) => child.nested(script));
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 10) end -= 1;
  const text = decodeText(bytes.subarray(0, end));
  return text.includes('\0') ? text.replaceAll('\0', '') : text;
}

/** Runs `body` in a subshell and answers what it wrote. */
function* capture(shell: Interpreter, body: (child: Interpreter) => Step<number>): Step<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  const outer = shell.fds;
  const table = outer.slice();
  table[1] = {
    output: plainOutput((bytes) => {
      size += bytes.length;
      if (size > limits.shellValueMaxUnits) throw new ShellError('$(...): the output is too long for a variable; use a file or a pipe');
      chunks.push(bytes.slice());
      if (chunks.length > 1024) chunks = [concatBytes(chunks)];
    }),
  };
  shell.fds = table;
  try {
    shell.substitutionStatus = yield* shell.subshell((child) => {
      child.state.textDepth += 1;
      if (!child.state.flags.inheritErrexit) child.state.flags.errexit = false;
      return body(child);
    });
  } finally {
    shell.fds = outer;
  }
  return concatBytes(chunks);
}
