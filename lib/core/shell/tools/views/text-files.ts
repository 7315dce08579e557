import { FsError, type Files } from '../../../fs/files.ts';
import { directoryOf, joinPath } from '../../../fs/path.ts';
import * as limits from '../../../limits.ts';
import type { CommandContext } from '../../command.ts';
import { decodeText, encodeText } from '../../text.ts';
import { UsageError } from '../options.ts';

/**
 * Small Markdown files that commands read and write beside the person, for `note`, `todo` and `journal`. They are changed by
 * lines: what a command does not understand stays as it is, byte for byte.
 */
export function readText(files: Files, path: string): string | undefined {
  return files.stat(path)?.kind === 'file' ? decodeText(files.read(path)) : undefined;
}

/** Writes the file, and its directories when they are missing. @throws FsError */
export function writeText(files: Files, path: string, text: string): void {
  makeDirectories(files, directoryOf(path));
  files.write(path, encodeText(text));
}

/** Adds lines at the end; the last line so far gets its line end first. @throws FsError */
export function appendText(files: Files, path: string, text: string): void {
  makeDirectories(files, directoryOf(path));
  const before = files.stat(path) === undefined ? '' : decodeText(files.read(path));
  files.append(path, encodeText(`${before === '' || before.endsWith('\n') ? '' : '\n'}${text}\n`));
}

export function makeDirectories(files: Files, path: string): void {
  if (files.stat(path)?.kind === 'directory') return;
  if (files.stat(path) !== undefined) throw new FsError('ENOTDIR', path);
  makeDirectories(files, directoryOf(path));
  files.makeDirectory(path);
}

/** All Markdown and text files below `directory`, by path; none when it is not there. */
export function textFilesBelow(files: Files, directory: string): string[] {
  if (files.stat(directory)?.kind !== 'directory') return [];
  return files.list(directory).flatMap(({ name, kind }) => {
    const path = joinPath(directory, name);
    if (kind === 'directory') return name.startsWith('.') ? [] : textFilesBelow(files, path);
    return /\.(md|markdown|txt)$/i.test(name) && kind === 'file' ? [path] : [];
  });
}

export interface FoundLine {
  path: string;
  /** From 1. */
  number: number;
  line: string;
}

/** Lines that hold all `words`, capitals aside. */
export async function findLines(context: CommandContext, paths: readonly string[], words: readonly string[]): Promise<FoundLine[]> {
  const wanted = words.map((word) => word.toLowerCase());
  const found: FoundLine[] = [];
  for (const path of paths) {
    const text = readText(context.files, path) ?? '';
    text.split('\n').forEach((line, index) => {
      const plain = line.toLowerCase();
      if (wanted.every((word) => plain.includes(word))) found.push({ path, number: index + 1, line });
    });
    await context.breathe();
  }
  return found;
}

/** Prints found lines as `name:3: line`; answers grep's status. */
export async function printFound(context: CommandContext, found: readonly FoundLine[], nameOf: (path: string) => string): Promise<number> {
  const colour = (style: string, text: string): string => (context.isTerminalOutput ? `\x1b[${style}m${text}\x1b[0m` : text);
  await printLines(context, found.map(({ path, number, line }) => `${colour('36', nameOf(path))}:${colour('90', String(number))}: ${line.trim()}`));
  return found.length > 0 ? 0 : 1;
}

/** Prints lines; control codes in them do not act on a terminal. */
export async function printLines(context: CommandContext, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  // eslint-disable-next-line no-control-regex
  const shown = context.isTerminalOutput ? lines.map((line) => line.replace(/\x1b(?!\[[\d;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]/g, '\ufffd')) : lines;
  await context.stdout.write(encodeText(`${shown.join('\n')}\n`));
}

export async function say(context: CommandContext, sentence: string): Promise<void> {
  await context.stdout.write(encodeText(`${sentence}\n`));
}

/** The words of an argument list as one line. @throws UsageError when there are none. */
export function requireWords(words: readonly string[], example: string): string {
  const text = words.join(' ').replace(/\s+/g, ' ').trim();
  if (text === '') throw new UsageError(`write something, as in: ${example}`);
  return text;
}

/** The person's home. */
export const homeOf = ({ env }: CommandContext): string => env['HOME'] ?? '/home/me';

/** Opens the editor on `path`, with its directory made. @throws UsageError where there is no screen. */
export async function editText(context: CommandContext, path: string): Promise<number> {
  if (context.terminal === undefined) throw new UsageError('there is no screen here; use it in the terminal');
  const size = context.files.stat(path)?.size ?? 0;
  if (size > limits.editorMaxBytes) throw new UsageError(`${path} is too large for the editor; use less`);
  makeDirectories(context.files, directoryOf(path));
  await context.terminal.edit(context.files.realPath(path));
  return 0;
}
