import type { HereDoc, Redirect, Redirection } from 'unbash';
import { FsError } from '../fs/files.ts';
import * as limits from '../limits.ts';
import { releaseOne, retainOne, type Descriptor, type DescriptorTable } from './descriptors.ts';
import { DeviceInput } from './device-input.ts';
import { DirectoryInput } from './directory-input.ts';
import { expandFields, expandQuotedText, expandText } from './expand/words.ts';
import { later, ShellError, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { locate, locateEntry } from './locate.ts';
import { BytesInput, FileInput } from './streams/input.ts';
import { FileOutput } from './streams/file-output.ts';
import { ReadWriteFile } from './streams/read-write-file.ts';
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
      const text = redirect.type === 'HereDoc' ? yield* hereDocument(shell, redirect) : `${yield* later(expandText(shell, redirect.target!))}\n`;
      put(shell, table, redirect, 0, { input: new BytesInput(encodeText(text)) });
      continue;
    }
    const { operator } = redirect;
    const piped = pipedTo(shell, redirect);
    const target = piped === undefined ? yield* targetText(shell, redirect.target!) : '';
    if (operator === '<&' || operator === '>&') {
      const name = redirect.descriptor?.type === 'FileDescriptorVariable' ? redirect.descriptor.name : undefined;
      if (name !== undefined && target === '-') {
        const match = /^(\w+)\[(.*)\]$/.exec(name);
        const value = (match === null ? shell.state.get(name) : shell.state.element(match[1] as string, match[2] as string)) ?? '';
        const number = Number(value);
        if (!/^\d+$/.test(value)) throw new ShellError(`${name}: ambiguous redirect`);
        replace(table, number, undefined);
        replace(shell.fds, number, undefined);
        continue;
      }
      if (duplicate(shell, table, target, redirect, operator === '<&' ? 0 : 1)) continue;
      if (operator === '<&') throw new ShellError(`${target}: ambiguous redirect`);
    }
    const isBoth = operator === '&>' || operator === '&>>' || (operator === '>&' && redirect.descriptor === undefined);
    const descriptor = piped ?? open(shell, operator, target, onStoreError, table);
    if (shell.run.isBackground) shell.run.kept.watch(descriptor);
    put(shell, table, redirect, isBoth ? 1 : operator === '<' || operator === '<>' ? 0 : 1, descriptor);
    if (isBoth) replace(table, 2, descriptor);
  }
}

/** Puts `descriptor` where the redirection says; `{name}>` chooses a free number, which stays open after the command. */
function put(shell: Interpreter, table: DescriptorTable, redirect: Redirection, otherwise: number, descriptor: Descriptor): void {
  const where = redirect.descriptor;
  if (where?.type === 'FileDescriptorVariable') {
    let number = freeDescriptor(shell.fds, 10);
    while (table[number] !== undefined) number += 1;
    shell.state.assign(where.name, String(number));
    replace(table, number, descriptor);
    replace(shell.fds, number, descriptor);
    shell.run.kept.watch(descriptor);
    return;
  }
  const number = where?.value ?? otherwise;
  if (number > limits.shellMaxDescriptor) throw new ShellError(`${number}: Bad file descriptor`);
  replace(table, number, descriptor);
}

/** The first number from `from` on that nothing is open at. */
export function freeDescriptor(table: DescriptorTable, from: number): number {
  let number = from;
  while (table[number] !== undefined) number += 1;
  return number;
}

/** `< <(...)` and `> >(...)` need no file between. */
function pipedTo(shell: Interpreter, redirect: Redirect): Descriptor | undefined {
  const parts = redirect.target?.parts;
  const only = parts?.length === 1 ? parts[0] : undefined;
  if (only?.type !== 'ProcessSubstitution') return undefined;
  if (redirect.operator === '<' && only.operator === '<') return { input: shell.substitutions.inputPipe(shell, only.script) };
  if ((redirect.operator === '>' || redirect.operator === '>>' || redirect.operator === '&>') && only.operator === '>') return { output: shell.substitutions.outputPipe(shell, only.script) };
  return undefined;
}

function replace(table: DescriptorTable, number: number, descriptor: Descriptor | undefined): void {
  retainOne(descriptor);
  releaseOne(table[number]);
  table[number] = descriptor;
}

function* targetText(shell: Interpreter, word: Parameters<typeof expandFields>[1]): Step<string> {
  const fields: string[] = [];
  yield* later(expandFields(shell, word, fields));
  if (fields.length !== 1) throw new ShellError(`${word.text}: ambiguous redirect`);
  return fields[0] as string;
}

/** `n>&m`, `n>&-`, `n>&m-`; false when the target is a file's name. */
function duplicate(shell: Interpreter, table: DescriptorTable, target: string, redirect: Redirection, otherwise: number): boolean {
  const number = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : otherwise;
  if (target === '-') {
    replace(table, number, undefined);
    return true;
  }
  const match = /^(\d{1,3})(-?)$/.exec(target);
  if (match === null) return false;
  const from = Number(match[1]);
  const source = table[from];
  if (source === undefined) throw new ShellError(`${from}: Bad file descriptor`);
  put(shell, table, redirect, otherwise, source);
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
  if (isReading && target === '/dev/zero') return { input: new DeviceInput() };
  if (isReading && (target === '/dev/urandom' || target === '/dev/random')) return { input: new DeviceInput(() => Math.floor(shell.state.random() * 256)) };
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
      shell.run.kept.store();
      const stat = files.stat(path);
      if (operator === '<') return { input: stat?.kind === 'directory' ? new DirectoryInput() : new FileInput(files.read(path)) };
      const output = new ReadWriteFile(files, path, (error) => onStoreError(`${target}: ${error.message}`));
      return { input: output.input, output };
    }
    if (target.endsWith('/')) throw new FsError('EISDIR', path);
    shell.run.kept.store(path);
    const there = files.stat(path) ?? files.linkStat(path);
    if (operator === '>' && shell.state.flags.noclobber && (there?.kind === 'file' || there?.kind === 'link')) {
      throw new ShellError(`${target}: cannot overwrite existing file`);
    }
    return {
      output: new FileOutput(files, path, operator === '>>' || operator === '&>>' ? 'append' : 'write', (error) => onStoreError(`${target}: ${error.message}`)),
    };
  } catch (error) {
    if (error instanceof FsError) throw new ShellError(`${target}: ${error.message}`);
    throw error;
  }
}

function* hereDocument(shell: Interpreter, redirect: HereDoc): Step<string> {
  let { text } = redirect.body;
  if (redirect.operator === '<<-') text = text.replace(/^\t+/gm, '');
  if (redirect.delimiter?.quoted !== true) text = text.replace(/((?:^|[^\\])(?:\\\\)*)\\\n/g, '$1');
  if (redirect.closing === undefined) {
    warnOfEnd(shell, redirect);
    if (text !== '' && !text.endsWith('\n')) text += '\n';
  }
  return redirect.delimiter?.quoted === true ? text : yield* later(expandQuotedText(shell, text));
}

/** The text ended before the here-document did. */
function warnOfEnd(shell: Interpreter, { pos, delimiter }: HereDoc): void {
  const { source } = shell.state;
  const place = source.file === undefined ? '' : `${source.file}: line ${source.lineAt(source.text.length - 1)}: `;
  shell.complain(`${place}warning: here-document at line ${source.lineAt(pos)} delimited by end-of-file (wanted \`${delimiter?.value ?? ''}')`);
}
