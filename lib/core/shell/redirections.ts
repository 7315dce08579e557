import type { HereDoc, Redirection } from 'unbash';
import { FsError } from '../fs/files.ts';
import { releaseOne, retainOne, type Descriptor, type DescriptorTable } from './descriptors.ts';
import { expandFields, expandQuotedText, expandText } from './expand/words.ts';
import { ShellError, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { locate, locateEntry } from './locate.ts';
import { BytesInput, FileInput } from './streams/input.ts';
import { FileOutput } from './streams/file-output.ts';
import { nullOutput } from './streams/output.ts';
import { encodeText } from './text.ts';

/**
 * Applies `redirects` to `table` (a copy that the caller made) from left to right. Every descriptor put into it is
 * retained; the caller releases what it had changed.
 * @throws ShellError with bash's words; what was opened before it stays in the table for the caller to release.
 */
export function* applyRedirections(
  shell: Interpreter,
  redirects: readonly Redirection[],
  table: DescriptorTable,
  onStoreError: (message: string) => void,
): Step<void> {
  for (const redirect of redirects) {
    if (redirect.type === 'HereDoc' || redirect.type === 'HereString') {
      const text = redirect.type === 'HereDoc' ? yield* hereDocument(shell, redirect) : `${yield* expandText(shell, redirect.target!)}\n`;
      replace(table, numberOf(redirect, 0), { input: new BytesInput(encodeText(text)) });
      continue;
    }
    const { operator } = redirect;
    const target = yield* targetText(shell, redirect.target!);
    if (operator === '<&' || operator === '>&') {
      if (duplicate(table, target, numberOf(redirect, operator === '<&' ? 0 : 1))) continue;
      if (operator === '<&') throw new ShellError(`${target}: ambiguous redirect`);
    }
    const isBoth = operator === '&>' || operator === '&>>' || operator === '>&';
    const descriptor = open(shell, operator, target, onStoreError, table);
    const number = isBoth ? 1 : numberOf(redirect, operator === '<' || operator === '<>' ? 0 : 1);
    replace(table, number, descriptor);
    if (isBoth) replace(table, 2, descriptor);
  }
}

function numberOf(redirect: Redirection, otherwise: number): number {
  const { descriptor } = redirect;
  if (descriptor === undefined) return otherwise;
  if (descriptor.type === 'FileDescriptorVariable') throw new ShellError(`{${descriptor.name}}: name the descriptor by a number here`);
  if (descriptor.value > 255) throw new ShellError(`${descriptor.value}: Bad file descriptor`);
  return descriptor.value;
}

function replace(table: DescriptorTable, number: number, descriptor: Descriptor | undefined): void {
  retainOne(descriptor);
  releaseOne(table[number]);
  table[number] = descriptor;
}

function* targetText(shell: Interpreter, word: Parameters<typeof expandFields>[1]): Step<string> {
  const fields: string[] = [];
  yield* expandFields(shell, word, fields);
  if (fields.length !== 1) throw new ShellError(`${word.text}: ambiguous redirect`);
  return fields[0] as string;
}

/** `n>&m`, `n>&-`, `n>&m-`; false when the target is a file's name. */
function duplicate(table: DescriptorTable, target: string, number: number): boolean {
  if (target === '-') {
    replace(table, number, undefined);
    return true;
  }
  const match = /^(\d{1,3})(-?)$/.exec(target);
  if (match === null) return false;
  const from = Number(match[1]);
  const source = table[from];
  if (source === undefined) throw new ShellError(`${from}: Bad file descriptor`);
  replace(table, number, source);
  if (match[2] === '-' && from !== number) replace(table, from, undefined);
  return true;
}

function open(
  shell: Interpreter,
  operator: string,
  target: string,
  onStoreError: (message: string) => void,
  table: DescriptorTable,
): Descriptor {
  const isReading = operator === '<' || operator === '<>';
  const device = /^\/dev\/(?:(null|tty|stdin|stdout|stderr)|fd\/(\d+))$/.exec(target);
  if (device !== null) {
    if (device[1] === 'null') return isReading ? { input: new BytesInput(new Uint8Array(0)) } : { output: nullOutput };
    const number = device[2] !== undefined ? Number(device[2]) : device[1] === 'stdin' || (device[1] === 'tty' && isReading) ? 0 : device[1] === 'stderr' ? 2 : 1;
    const descriptor = table[number];
    if (descriptor === undefined) throw new ShellError(`${target}: No such file or directory`);
    return descriptor;
  }
  const { files } = shell;
  try {
    const path = isReading ? locate(shell.place, target) : locateEntry(shell.place, target);
    if (isReading) {
      const stat = files.stat(path);
      if (stat?.kind === 'directory') return { input: new BytesInput(new Uint8Array(0)) };
      if (stat === undefined && operator === '<>') files.write(path, new Uint8Array(0));
      return { input: new FileInput(files.read(path)) };
    }
    if (target.endsWith('/')) throw new FsError('EISDIR', path);
    const there = files.stat(path) ?? files.linkStat(path);
    if (operator === '>' && shell.state.flags.noclobber && (there?.kind === 'file' || there?.kind === 'link')) {
      throw new ShellError(`${target}: cannot overwrite existing file`);
    }
    return {
      output: new FileOutput(files, path, operator === '>>' || operator === '&>>', (error) => onStoreError(`${target}: ${error.message}`)),
    };
  } catch (error) {
    if (error instanceof FsError) throw new ShellError(`${target}: ${error.message}`);
    throw error;
  }
}

function* hereDocument(shell: Interpreter, redirect: HereDoc): Step<string> {
  let { text } = redirect.body;
  if (redirect.operator === '<<-') text = text.replace(/^\t+/gm, '');
  if (redirect.closing === undefined && text !== '' && !text.endsWith('\n')) text += '\n';
  return redirect.delimiter?.quoted === true ? text : yield* expandQuotedText(shell, text);
}
