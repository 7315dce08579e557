import { parse, type ArithmeticExpression, type Command, type Word, type WordPart } from 'unbash';
import { evaluateArithmetic } from '../arithmetic.ts';
import { decodeEscapes } from '../escapes.ts';
import type { Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { escapeGlob } from '../regex/glob.ts';
import { substitute } from '../substitution.ts';
import { FieldBuilder, PatternBuilder, RegexBuilder, ReplacementBuilder, TextBuilder, type Builder } from './builders.ts';
import { expandBraces } from './braces.ts';
import { expandParameter, type WordExpander } from './parameters.ts';
import { expandPath } from './path-expansion.ts';

/**
 * Word expansion in bash's order: braces, tilde, parameters, arithmetic, substitutions, splitting, paths. Each entry
 * point first takes the way out for plain words, which most are.
 */
export function* expandFields(shell: Interpreter, word: Word, fields: string[]): Step<void> {
  const parts = word.parts;
  if (parts === undefined) {
    fields.push(word.text.charCodeAt(0) === 126 ? expandTilde(shell, word.value) : word.text.includes('=~') ? argumentTilde(shell, word) : word.value);
    return;
  }
  if (shell.state.flags.braceexpand && parts.some((part) => part.type === 'BraceExpansion')) {
    for (const piece of bracedWords(word)) yield* expandFields(shell, piece, fields);
    return;
  }
  const { flags } = shell.state;
  const builder = new FieldBuilder(
    fields,
    shell.state.get('IFS'),
    flags.noglob ? undefined : (pattern) => expandPath(shell.run.files, shell.state.cwd, pattern, flags),
    flags,
  );
  yield* pour(shell, word, builder, false);
  builder.end();
}

/** No splitting, no paths. */
export function* expandText(shell: Interpreter, word: Word, isAssignment = false): Step<string> {
  if (word.parts === undefined) {
    return word.text.includes('~') ? (isAssignment ? assignmentTilde(shell, word.value, word.text) : word.text.startsWith('~') ? expandTilde(shell, word.value) : word.value) : word.value;
  }
  const builder = new TextBuilder();
  yield* pour(shell, word, builder, isAssignment);
  return builder.text;
}

/** The pattern form: quoted characters escaped. */
export function* expandPattern(shell: Interpreter, word: Word): Step<string> {
  if (word.parts === undefined) return escapeGlob(word.text.startsWith('~') ? expandTilde(shell, word.value) : word.value);
  const builder = new PatternBuilder();
  yield* pour(shell, word, builder, false);
  return builder.text;
}

/** The replacement of `${x/a/b}`: an active `&`, which stands for the match, becomes MATCHED. */
export function* expandReplacement(shell: Interpreter, word: Word): Step<string> {
  if (!shell.state.flags.patsubReplacement) return yield* expandText(shell, word);
  if (word.parts === undefined && !/[&~]/.test(word.text)) return word.value;
  const builder = new ReplacementBuilder();
  if (word.parts === undefined) builder.raw(word.text.startsWith('~') ? expandTilde(shell, word.value) : word.text);
  else {
    for (const part of word.parts) {
      if (part.type === 'Literal') builder.raw(part.text);
      else yield* pourPart(shell, part, builder);
    }
  }
  return builder.text;
}

/** The right side of `=~`. */
export function* expandRegex(shell: Interpreter, word: Word): Step<string> {
  if (word.parts === undefined) return word.text;
  const builder = new RegexBuilder();
  for (const part of word.parts) {
    if (part.type === 'Literal') builder.raw(part.text);
    else if (part.type === 'Glob' || part.type === 'ExtendedGlob' || part.type === 'BraceExpansion') builder.raw(part.text);
    else yield* pourPart(shell, part, builder);
  }
  return builder.text;
}

/** Text with `$` expansions only, as in a here-document or `((...))`. */
export function* expandQuotedText(shell: Interpreter, text: string): Step<string> {
  if (!/[$`\\]/.test(text)) return text;
  const parts = hereDocumentParts(text);
  const builder = new TextBuilder();
  for (const part of parts) yield* pourPart(shell, part, builder, true);
  return builder.text;
}

function* pour(shell: Interpreter, word: Word, builder: Builder, isAssignment: boolean): Step<void> {
  const parts = word.parts as readonly WordPart[];
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] as WordPart;
    if (part.type === 'Literal' && part.text.includes('~')) {
      const isWhole = index === parts.length - 1 || part.value.includes('/');
      if (isAssignment) builder.quoted(assignmentTilde(shell, part.value, part.text, index === 0, isWhole));
      else if (index === 0 && part.text.startsWith('~') && isWhole) builder.quoted(expandTilde(shell, part.value));
      else builder.quoted(part.value);
      continue;
    }
    yield* pourPart(shell, part, builder);
  }
}

/** Pours the parts of an operand, as in `${x:-operand}`. */
function* pourWord(shell: Interpreter, word: Word, builder: Builder): Step<void> {
  if (word.parts === undefined) {
    if (word.value !== '') {
      if (word.text.startsWith('~')) builder.quoted(expandTilde(shell, word.value));
      else if (word.text === word.value) builder.raw(word.value);
      else builder.quoted(word.value);
    }
    return;
  }
  for (const part of word.parts) {
    if (part.type === 'Literal' && part.text === part.value) builder.raw(part.value);
    else yield* pourPart(shell, part, builder);
  }
}

function* pourPart(shell: Interpreter, part: WordPart, builder: Builder, quoted = false): Step<void> {
  switch (part.type) {
    case 'Literal':
      builder.quoted(part.value);
      return;
    case 'SingleQuoted':
      builder.quoted(part.value);
      return;
    case 'AnsiCQuoted':
      builder.quoted(/[^\x00-\x7f]|\\[xX0-7uUc]/.test(part.text) ? decodeEscapes(part.text.slice(2, -1), 'quote').text : part.value);
      return;
    case 'Glob':
      if (quoted) builder.quoted(part.text);
      else if (part.kind === 'bracket') builder.pattern(yield* bracketPattern(shell, part.text, part.parts));
      else builder.pattern(part.value);
      return;
    case 'ExtendedGlob':
      builder.pattern(part.parts === undefined ? part.text : `${part.operator}(${yield* patternOfParts(shell, part.parts)})`);
      return;
    case 'BraceExpansion':
      builder.quoted(part.text);
      return;
    case 'DoubleQuoted':
    case 'LocaleString': {
      if (part.parts.length === 0) builder.touch();
      for (const child of part.parts) {
        if (child.type === 'Literal') builder.quoted(child.value);
        else yield* pourPart(shell, child, builder, true);
      }
      return;
    }
    case 'SimpleExpansion':
    case 'ParameterExpansion':
      yield* expandParameter(shell, part, builder, quoted, expander);
      return;
    case 'CommandExpansion': {
      const text = yield* substitute(shell, part.script);
      if (quoted) builder.quoted(text);
      else builder.raw(text);
      return;
    }
    case 'ArithmeticExpansion': {
      const text = part.text.startsWith('$((') ? part.text.slice(3, -2) : part.text.slice(2, -1);
      const value = yield* evaluateText(shell, text);
      if (quoted) builder.quoted(value);
      else builder.raw(value);
      return;
    }
    case 'ProcessSubstitution': {
      builder.quoted(part.operator === '>' ? shell.substitutions.outputFile(shell, part.script) : yield* shell.substitutions.inputFile(shell, part.script));
      return;
    }
  }
}

function* bracketPattern(shell: Interpreter, text: string, parts: readonly WordPart[]): Step<string> {
  if (parts.every((part) => part.type === 'Literal')) return text;
  return `[${yield* patternOfParts(shell, parts)}]`;
}

function* patternOfParts(shell: Interpreter, parts: readonly WordPart[]): Step<string> {
  const builder = new PatternBuilder();
  for (const part of parts) {
    if (part.type === 'Literal') builder.raw(part.text);
    else yield* pourPart(shell, part, builder);
  }
  return builder.text;
}

/** `$((text))` as text; expands first, as bash does. */
export function* evaluateText(shell: Interpreter, text: string): Step<string> {
  const expanded = /[$`\\]/.test(text) ? yield* expandQuotedText(shell, text) : text;
  return evaluateNow(shell, expanded);
}

/** An expression whose `$` are already expanded. */
export function evaluateNow(shell: Interpreter, text: string): string {
  return String(evaluateArithmetic(text.includes('"') ? text.replaceAll('"', '') : text, shell.state.arithmetic));
}

const arithmeticTexts = new WeakMap<ArithmeticExpression, string>();

/** The source of a parsed expression: `for ((...))` keeps no text of its three parts. */
export function arithmeticText(expression: ArithmeticExpression): string {
  let text = arithmeticTexts.get(expression);
  if (text === undefined) {
    text = printArithmetic(expression);
    arithmeticTexts.set(expression, text);
  }
  return text;
}

function printArithmetic(expression: ArithmeticExpression): string {
  switch (expression.type) {
    case 'ArithmeticBinary': return `(${printArithmetic(expression.left)}) ${expression.operator} (${printArithmetic(expression.right)})`;
    case 'ArithmeticUnary': return expression.prefix ? `${expression.operator} (${printArithmetic(expression.operand)})` : `${printArithmetic(expression.operand)}${expression.operator}`;
    case 'ArithmeticTernary': return `(${printArithmetic(expression.test)}) ? (${printArithmetic(expression.consequent)}) : (${printArithmetic(expression.alternate)})`;
    case 'ArithmeticGroup': return `(${printArithmetic(expression.expression)})`;
    case 'ArithmeticWord': return expression.value;
    case 'ArithmeticCommandExpansion': return expression.text;
  }
}

/** The text of `[index]`: a key for a map, else an expression left to arithmetic. */
export function* indexText(shell: Interpreter, name: string, index: Word): Step<string> {
  if (shell.state.isMap(name)) return yield* expandText(shell, index);
  return index.parts === undefined ? index.value : yield* expandText(shell, index);
}

const expander: WordExpander = { expandText, expandPattern, expandReplacement, expandQuotedText, pourWord, evaluateText, indexText };

function expandTilde(shell: Interpreter, text: string): string {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? text : text.slice(0, slash);
  const rest = slash < 0 ? '' : text.slice(slash);
  const home = shell.state.get('HOME') ?? '/';
  if (prefix === '~') return home + rest;
  if (prefix === '~+') return shell.state.cwd + rest;
  if (prefix === '~-') return (shell.state.get('OLDPWD') ?? prefix) + rest;
  if (prefix === `~${shell.state.get('USER') ?? ''}`) return home + rest;
  return text;
}

/** `name=~/x` as an argument, as bash has it outside POSIX mode. */
function argumentTilde(shell: Interpreter, word: Word): string {
  const match = /^([A-Za-z_]\w*=)(~[\s\S]*)$/.exec(word.text);
  return match === null || word.text !== word.value ? word.value : (match[1] as string) + assignmentTilde(shell, match[2] as string, match[2] as string);
}

/** In `PATH=~/a:~/b` each part after a colon counts. */
function assignmentTilde(shell: Interpreter, value: string, text: string, isStart = true, isWhole = true): string {
  if (text !== value) return text.startsWith('~') && isStart && isWhole ? expandTilde(shell, value) : value;
  return value
    .split(':')
    .map((piece, index) => (piece.startsWith('~') && (index > 0 || isStart) && isWhole ? expandTilde(shell, piece) : piece))
    .join(':');
}

const bracedCache = new WeakMap<Word, Word[]>();

function bracedWords(word: Word): Word[] {
  let words = bracedCache.get(word);
  if (words === undefined) {
    words = expandBraces(word.text).map(parseWord).filter((piece) => piece !== undefined);
    bracedCache.set(word, words);
  }
  return words;
}

/** A word from its source text; undefined when it is empty. Braces that did not expand stay as they are. */
function parseWord(text: string): Word | undefined {
  if (text === '') return undefined;
  const statement = parse(`: ${text}`).commands[0];
  const argument = (statement?.command as Command | undefined)?.args[0];
  if (argument === undefined || argument.type !== 'Word') return { type: 'Word', text, value: text, pos: 0, end: text.length };
  if (!argument.parts?.some((part) => part.type === 'BraceExpansion')) return argument;
  const literal = (value: string): WordPart => ({ type: 'Literal', pos: 0, end: 0, value, text: value });
  const parts = argument.parts.flatMap((part): readonly WordPart[] => {
    if (part.type !== 'BraceExpansion') return [part];
    return part.parts === undefined ? [literal(part.text)] : [literal('{'), ...part.parts, literal('}')];
  });
  return { type: 'Word', text, value: argument.value, pos: 0, end: text.length, parts };
}

const hereDocumentCache = new Map<string, readonly WordPart[]>();
const DELIMITER = '\u0001selkie-end';

/** Parses text the way the body of an unquoted here-document is. */
function hereDocumentParts(text: string): readonly WordPart[] {
  let parts = hereDocumentCache.get(text);
  if (parts === undefined) {
    const command = parse(`: <<${DELIMITER}\n${text}\n${DELIMITER}\n`).commands[0]?.command as Command | undefined;
    const redirect = command?.redirects[0];
    const body = redirect?.type === 'HereDoc' ? redirect.body : undefined;
    const found = [...(body?.parts ?? [{ type: 'Literal', pos: 0, end: 0, value: `${text.replace(/\\([$`\\])|\\\n/g, '$1')}\n`, text } as const])];
    const last = found[found.length - 1];
    if (last?.type === 'Literal' && last.value.endsWith('\n')) {
      found[found.length - 1] = { ...last, type: 'Literal', pos: last.pos, end: last.end, text: last.text, value: last.value.slice(0, -1) };
    }
    parts = found;
    if (hereDocumentCache.size >= 200) hereDocumentCache.clear();
    hereDocumentCache.set(text, parts);
  }
  return parts;
}
