import { forEachChild, parse, type ParsedScript, type Statement, type SyntaxNode } from 'unbash';
import * as limits from '../limits.ts';

/**
 * The parser's adapter. `unbash` tolerates errors and parses substitutions lazily; a shell must refuse before
 * anything has run, so the whole tree is visited once and the errors of nested scripts count too.
 */
export type ParseOutcome =
  | { kind: 'ok'; script: ParsedScript }
  | { kind: 'incomplete' | 'error'; message: string; line: number; column: number };

const OPENERS = /^(unterminated|expected)/;
const AT_END = /^(\s|#[^\n]*(\n|$)|\\\n)*$/;

/** Parses a line or script; the result is immutable and may be kept. */
export function parseScript(source: string): ParseOutcome {
  if (source.length > limits.shellSourceMaxBytes) {
    return { kind: 'error', message: 'the script is too long', line: 1, column: 1 };
  }
  const script = parse(source);
  const errors = script.errors;
  if (errors !== undefined && errors.length > 0) return judgeErrors(source, errors);
  let nested: { message: string; pos: number } | undefined;
  const stack: SyntaxNode[] = [script];
  for (let node = stack.pop(); node !== undefined && nested === undefined; node = stack.pop()) {
    if (node !== script && node.type === 'Script') {
      const error = (node as ParsedScript).errors?.[0];
      if (error !== undefined) nested = error;
    } else if ((node.type === 'For' || node.type === 'Select') && !isName(node.name.text)) {
      nested = { message: `'${node.name.text}' is not a name that '${node.type.toLowerCase()}' can use`, pos: node.name.pos };
    }
    forEachChild(node, (child) => stack.push(child));
  }
  if (nested !== undefined) return { kind: 'error', message: nested.message, ...place(source, nested.pos) };
  return { kind: 'ok', script };
}

/** So many places are tried for where the good part of a script ends: each takes a parse. */
const MOST_CUTS = 64;

/**
 * How much of a text with an error in `line` (from 1) stands on its own before it: whole lines, which bash has run by the time
 * it reads the one that is wrong. 0: nothing.
 */
export function soundLength(source: string, line: number): number {
  const isSound = (length: number): boolean => {
    const before = source.slice(0, length);
    return !isUnfinished(before) && parseScript(before).kind === 'ok';
  };
  // The wrong line itself may have made no command.
  const wrong = source.split('\n', line - 1).join('\n').length + 1;
  if (line > 1 && isSound(wrong)) return wrong;
  let cuts = 0;
  const { commands } = parse(source);
  for (let at = commands.length - 1; at > 0 && cuts < MOST_CUTS; at -= 1) {
    const { pos } = commands[at] as Statement;
    const start = source.lastIndexOf('\n', pos - 1) + 1;
    if (start === 0 || start >= wrong || source.slice(start, pos).trim() !== '') continue;
    cuts += 1;
    if (isSound(start)) return start;
  }
  return 0;
}

/** Whether the text is a variable's or function's name. */
export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** Whether more lines could make it a whole command: for the second prompt. */
export function isUnfinished(source: string): boolean {
  if (/(^|[^\\])(\\\\)*\\\n?$/.test(source)) return true;
  const outcome = parseScript(source);
  if (outcome.kind !== 'ok') return outcome.kind === 'incomplete';
  const stack: SyntaxNode[] = [outcome.script];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.type === 'HereDoc' && node.closing === undefined) return true;
    forEachChild(node, (child) => stack.push(child));
  }
  return false;
}

function judgeErrors(source: string, errors: readonly { message: string; pos: number }[]): ParseOutcome {
  const first = errors[0] as { message: string; pos: number };
  const isOpen = errors.every(
    (error) => OPENERS.test(error.message) && error.message !== 'expected redirect target',
  );
  const reachesEnd = errors.some(
    (error) => error.message.startsWith('unterminated') || AT_END.test(source.slice(error.pos)) ||
      (error.message.startsWith('expected command after') && AT_END.test(source.slice(error.pos).replace(/^\s*[|&]+/, ''))),
  );
  const kind = isOpen && reachesEnd ? 'incomplete' : 'error';
  return { kind, message: first.message, ...place(source, first.pos) };
}

function place(source: string, pos: number): { line: number; column: number } {
  const before = source.slice(0, pos);
  const line = before.split('\n').length;
  return { line, column: pos - before.lastIndexOf('\n') };
}
