import type { Builtin } from '../builtin.ts';
import { later, wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { decodeText, encodeText } from '../text.ts';
import { parseOptions, UsageError } from '../tools/options.ts';

/** How many lines `fc -l` shows by itself. */
const LISTED = 16;

/** What was entered before this very line. */
function linesBefore(shell: Interpreter): string[] {
  const records = shell.run.history?.records() ?? [];
  const isThisLine = records.length > 0 && records[records.length - 1]!.status === undefined;
  return (isThisLine ? records.slice(0, -1) : records).map(({ line }) => line);
}

/** Of a number, one from the end, or how a line begins, as POSIX has it. @throws UsageError */
function indexOf(lines: readonly string[], wanted: string): number {
  if (/^-?\d+$/.test(wanted)) {
    const number = Number(wanted);
    return Math.min(lines.length - 1, Math.max(0, number > 0 ? number - 1 : lines.length + (number === 0 ? -1 : number)));
  }
  const found = lines.findLastIndex((line) => line.startsWith(wanted));
  if (found < 0) throw new UsageError('no command found', 1);
  return found;
}

function* execute(shell: Interpreter, text: string): Step<number> {
  shell.report(text.replace(/\n$/, ''));
  return yield* later(shell.evaluate(text));
}

function* again(shell: Interpreter, lines: readonly string[], operands: readonly string[]): Step<number> {
  const changes = operands.filter((word, index) => word.includes('=') && operands.slice(0, index).every((before) => before.includes('=')));
  let line = lines[indexOf(lines, operands[changes.length] ?? '-1')] as string;
  for (const change of changes) {
    const at = change.indexOf('=');
    if (at > 0) line = line.replaceAll(change.slice(0, at), () => change.slice(at + 1));
  }
  return yield* execute(shell, line);
}

function* edited(shell: Interpreter, lines: readonly string[]): Step<number> {
  const { terminal, files } = shell.run;
  if (terminal === undefined) throw new UsageError('there is no screen to edit on; `fc -s` runs a line again', 1);
  let serial = 0;
  while (files.stat(`/tmp/fc-${serial}.sh`) !== undefined) serial += 1;
  const path = `/tmp/fc-${serial}.sh`;
  files.write(path, encodeText(`${lines.join('\n')}\n`));
  try {
    yield* wait(terminal.edit(path));
    return yield* execute(shell, decodeText(files.read(path)));
  } finally {
    if (files.stat(path) !== undefined) files.remove(path);
  }
}

export const fcBuiltin: Builtin = {
  name: 'fc',
  summary: 'List lines that were entered, or run them again',
  usage: 'fc -l [-nr] [FIRST [LAST]] | fc -s [OLD=NEW]... [LINE] | fc [FIRST [LAST]]',
  help: "fc -l              # the last sixteen\nfc -l -5           # the last five\nfc -s              # the last line again\nfc -s txt=md cp    # the last line that begins with cp, with md for txt\nfc                 # the last line in the editor; it runs when you leave\nalias r='fc -s'    # then `r cp` runs the last cp",
  options: [['-l', 'list instead of run'], ['-n', 'with -l: without numbers'], ['-r', 'the newest first'], ['-s', 'run without the editor; also `-e -`'], ['-e EDITOR', 'taken, and without effect: there is one editor']],
  *run(shell, args) {
    // `-5` is a line, not an option.
    const first = args.findIndex((word) => /^-\d+$/.test(word));
    const options = parseOptions(first < 0 ? args : [...args.slice(0, first), '--', ...args.slice(first)], { short: 'lnrse:', stopAtOperand: true });
    const lines = linesBefore(shell);
    if (lines.length === 0) {
      if (options.has('l') && options.operands.length === 0) return 0;
      throw new UsageError('history specification out of range', 1);
    }
    if (options.has('s') || options.value('e') === '-') return yield* again(shell, lines, options.operands);
    const [from = options.has('l') ? `-${LISTED}` : '-1', to = options.has('l') ? '-1' : from] = options.operands;
    const [start, end] = [indexOf(lines, from), indexOf(lines, to)];
    const chosen = lines.slice(Math.min(start, end), Math.max(start, end) + 1).map((line, index) => ({ line, number: Math.min(start, end) + index + 1 }));
    if (start > end !== options.has('r')) chosen.reverse();
    if (!options.has('l')) return yield* edited(shell, chosen.map(({ line }) => line));
    shell.print(chosen.map(({ line, number }) => `${options.has('n') ? '' : number}\t ${line}\n`).join(''));
    return 0;
  },
};
