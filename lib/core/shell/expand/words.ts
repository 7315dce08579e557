import { parse, type ArithmeticExpansionPart, type ArithmeticExpression, type Command, type Word, type WordPart } from 'unbash';
import { ArithmeticTemplate, evaluateArithmetic, hole, plainInteger } from '../arithmetic.ts';
import { decodeEscapes } from '../escapes.ts';
import { later, type Soon, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { escapeGlob } from '../regex/glob.ts';
import { substitute } from '../substitution.ts';
import { FieldBuilder, PatternBuilder, RegexBuilder, ReplacementBuilder, TextBuilder, type Builder } from './builders.ts';
import { expandBraces } from './braces.ts';
import { expandParameter, type WordExpander } from './parameters.ts';
import { expandPath } from './path-expansion.ts';

/**
 * Word expansion in bash's order: braces, tilde, parameters, arithmetic, substitutions, splitting, paths. Each entry
 * point first takes the way out for plain words, which most are; only a word that has to wait (`$(...)`) answers steps.
 */
export function expandFields(shell: Interpreter, word: Word, fields: string[]): Soon<void> {
  const parts = word.parts;
  if (parts === undefined) {
    fields.push(word.text.charCodeAt(0) === 126 ? expandTilde(shell, word.value) : word.text.includes('=~') ? argumentTilde(shell, word) : word.value);
    return undefined;
  }
  const { flags } = shell.state;
  if (flags.braceexpand && hasBraces(parts)) return bracedFields(shell, word, fields);
  const builder = new FieldBuilder(
    fields,
    shell.state.get('IFS'),
    flags.noglob ? undefined : (pattern) => expandPath(shell.run.files, shell.state.cwd, pattern, flags),
    flags,
  );
  const steps = pour(shell, word, builder, false);
  if (steps !== undefined) return thenEnd(steps, builder);
  builder.end();
  return undefined;
}

function hasBraces(parts: readonly WordPart[]): boolean {
  for (const part of parts) if (part.type === 'BraceExpansion') return true;
  return false;
}

function* bracedFields(shell: Interpreter, word: Word, fields: string[]): Step<void> {
  for (const piece of bracedWords(word)) {
    if (typeof piece === 'string') {
      fields.push(piece);
      continue;
    }
    const steps = expandFields(shell, piece, fields);
    if (steps !== undefined) yield* steps;
  }
}

function* thenEnd(steps: Step<void>, builder: FieldBuilder): Step<void> {
  yield* steps;
  builder.end();
}

function* thenText(steps: Step<void>, builder: TextBuilder): Step<string> {
  yield* steps;
  return builder.text;
}

/** No splitting, no paths. */
export function expandText(shell: Interpreter, word: Word, isAssignment = false): Soon<string> {
  if (word.parts === undefined) {
    return word.text.includes('~') ? (isAssignment ? assignmentTilde(shell, word.value, word.text) : word.text.startsWith('~') ? expandTilde(shell, word.value) : word.value) : word.value;
  }
  const builder = new TextBuilder();
  const steps = pour(shell, word, builder, isAssignment);
  return steps === undefined ? builder.text : thenText(steps, builder);
}

/** The pattern form: quoted characters escaped. */
export function expandPattern(shell: Interpreter, word: Word): Soon<string> {
  if (word.parts === undefined) return escapeGlob(word.text.startsWith('~') ? expandTilde(shell, word.value) : word.value);
  const builder = new PatternBuilder();
  const steps = pour(shell, word, builder, false);
  return steps === undefined ? builder.text : thenText(steps, builder);
}

/** The pattern of `${x#pattern}` and its like, where the parser leaves `+(a)` as it is written. */
export function* expandOperandPattern(shell: Interpreter, word: Word): Step<string> {
  const { extglob } = shell.state.flags;
  if (word.parts === undefined && word.text.startsWith('~')) return escapeGlob(expandTilde(shell, word.value));
  if (word.parts === undefined) return writtenPattern(word.text, extglob);
  const builder = new PatternBuilder();
  for (const part of word.parts) {
    if (part.type === 'Literal') builder.pattern(writtenPattern(part.text, extglob));
    else yield* later(pourPart(shell, part, builder));
  }
  return builder.text;
}

/** Unquoted text is a pattern already; without `extglob` a parenthesis in it is one. */
function writtenPattern(text: string, extglob: boolean): string {
  const joined = text.includes('\\\n') ? text.replaceAll('\\\n', '') : text;
  return extglob || !joined.includes('(') ? joined : joined.replace(/\\[\s\S]|[?*+@!]\(/g, (pair) => (pair[0] === '\\' ? pair : `${pair[0]}\\(`));
}

/** The replacement of `${x/a/b}`: an active `&`, which stands for the match, becomes MATCHED. */
export function* expandReplacement(shell: Interpreter, word: Word): Step<string> {
  if (!shell.state.flags.patsubReplacement) return yield* later(expandText(shell, word));
  if (word.parts === undefined && !/[&~]/.test(word.text)) return word.value;
  const builder = new ReplacementBuilder();
  if (word.parts === undefined) builder.raw(word.text.startsWith('~') ? expandTilde(shell, word.value) : word.text);
  else {
    for (const part of word.parts) {
      if (part.type === 'Literal') builder.raw(part.text);
      else yield* later(pourPart(shell, part, builder));
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
    else yield* later(pourPart(shell, part, builder));
  }
  return builder.text;
}

/** Text with `$` expansions only, as in a here-document or `((...))`. */
export function expandQuotedText(shell: Interpreter, text: string): Soon<string> {
  if (!/[$`\\]/.test(text)) return text;
  const builder = new TextBuilder();
  const steps = pourQuoted(shell, hereDocumentParts(text), builder, 0);
  return steps === undefined ? builder.text : thenText(steps, builder);
}

/** Parts that stand in quotes, from one of them on. */
function pourQuoted(shell: Interpreter, parts: readonly WordPart[], builder: Builder, from: number): Soon<void> {
  for (let index = from; index < parts.length; index += 1) {
    const part = parts[index] as WordPart;
    if (part.type === 'Literal') builder.quoted(part.value);
    else {
      const steps = pourPart(shell, part, builder, true);
      if (steps !== undefined) return thenQuoted(steps, shell, parts, builder, index + 1);
    }
  }
  return undefined;
}

function* thenQuoted(steps: Step<void>, shell: Interpreter, parts: readonly WordPart[], builder: Builder, from: number): Step<void> {
  yield* steps;
  yield* later(pourQuoted(shell, parts, builder, from));
}

function* thenPour(steps: Step<void>, shell: Interpreter, word: Word, builder: Builder, isAssignment: boolean, from: number): Step<void> {
  yield* steps;
  yield* later(pour(shell, word, builder, isAssignment, from));
}

function pour(shell: Interpreter, word: Word, builder: Builder, isAssignment: boolean, from = 0): Soon<void> {
  const parts = word.parts as readonly WordPart[];
  for (let index = from; index < parts.length; index += 1) {
    const part = parts[index] as WordPart;
    if (part.type === 'Literal' && part.text.includes('~')) {
      const isWhole = index === parts.length - 1 || part.value.includes('/');
      if (isAssignment) builder.quoted(assignmentTilde(shell, part.value, part.text, index === 0, isWhole));
      else if (index === 0 && part.text.startsWith('~') && isWhole) builder.quoted(expandTilde(shell, part.value));
      else builder.quoted(part.value);
      continue;
    }
    const steps = pourPart(shell, part, builder);
    if (steps !== undefined) return thenPour(steps, shell, word, builder, isAssignment, index + 1);
  }
  return undefined;
}

/** Pours the parts of an operand, as in `${x:-operand}`. */
function* pourWord(shell: Interpreter, word: Word, builder: Builder, isQuoted = false): Step<void> {
  if (word.parts === undefined) {
    if (word.value !== '') {
      if (word.text.startsWith('~') && !isQuoted) builder.quoted(expandTilde(shell, word.value));
      else if (word.text === word.value) builder.raw(word.value);
      else builder.quoted(word.value);
    }
    return;
  }
  for (const part of word.parts) {
    if (part.type === 'Literal' && part.text === part.value) builder.raw(part.value);
    else yield* later(pourPart(shell, part, builder));
  }
}

function put(builder: Builder, text: string, quoted: boolean): undefined {
  if (quoted) builder.quoted(text);
  else builder.raw(text);
}

function* putLater(builder: Builder, steps: Step<string>, quoted: boolean): Step<void> {
  put(builder, yield* steps, quoted);
}

function pourPart(shell: Interpreter, part: WordPart, builder: Builder, quoted = false): Soon<void> {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted': return put(builder, part.value, true);
    case 'AnsiCQuoted': return put(builder, /[^\x00-\x7f]|\\[xX0-7uUc]/.test(part.text) ? decodeEscapes(part.text.slice(2, -1), 'quote').text : part.value, true);
    case 'Glob':
      if (quoted) builder.quoted(part.text);
      else if (part.kind === 'bracket') return pourPattern(builder, bracketPattern(shell, part.text, part.parts));
      else builder.pattern(part.value);
      return undefined;
    case 'ExtendedGlob':
      if (part.parts !== undefined) return pourPattern(builder, extendedPattern(shell, part.operator, part.parts));
      builder.pattern(part.text);
      return undefined;
    case 'BraceExpansion': return put(builder, part.text, true);
    case 'DoubleQuoted':
    case 'LocaleString':
      if (part.parts.length === 0) builder.touch();
      return pourQuoted(shell, part.parts, builder, 0);
    case 'SimpleExpansion':
    case 'ParameterExpansion': return expandParameter(shell, part, builder, quoted, expander);
    case 'CommandExpansion': return putLater(builder, substitute(shell, part.script), quoted);
    case 'ArithmeticExpansion': {
      const value = evaluateText(shell, writtenExpression(part));
      return typeof value === 'string' ? put(builder, value, quoted) : putLater(builder, value, quoted);
    }
    case 'ProcessSubstitution':
      return part.operator === '>' ? put(builder, shell.substitutions.outputFile(shell, part.script), true) : putLater(builder, shell.substitutions.inputFile(shell, part.script), true);
  }
}

function* pourPattern(builder: Builder, steps: Step<string>): Step<void> {
  builder.pattern(yield* steps);
}

function* extendedPattern(shell: Interpreter, operator: string, parts: readonly WordPart[]): Step<string> {
  return `${operator}(${yield* patternOfParts(shell, parts)})`;
}

function* bracketPattern(shell: Interpreter, text: string, parts: readonly WordPart[]): Step<string> {
  if (parts.every((part) => part.type === 'Literal')) return text;
  return `[${yield* patternOfParts(shell, parts)}]`;
}

function* patternOfParts(shell: Interpreter, parts: readonly WordPart[]): Step<string> {
  const builder = new PatternBuilder();
  for (const part of parts) {
    if (part.type === 'Literal') builder.raw(part.text);
    else yield* later(pourPart(shell, part, builder));
  }
  return builder.text;
}

/** An expression as it is written, taken apart once: loops evaluate the same ones again and again. */
interface Expression {
  /** Literals, and what is expanded between them. */
  parts: readonly WordPart[];
  /** Missing where it has to be read anew each time. */
  template: ArithmeticTemplate | undefined;
}

const expressions = new Map<string, Expression>();

function expressionOf(text: string): Expression {
  let expression = expressions.get(text);
  if (expression === undefined) {
    const parts: readonly WordPart[] = /[$`\\]/.test(text) ? hereDocumentParts(text) : [{ type: 'Literal', pos: 0, end: 0, value: text, text }];
    let holes = 0;
    expression = { parts, template: ArithmeticTemplate.parse(parts.map((part) => (part.type === 'Literal' ? part.value : hole(holes++))).join('')) };
    if (expressions.size >= 500) expressions.clear();
    expressions.set(text, expression);
  }
  return expression;
}

/** `$((text))` as text; expands first, as bash does. */
export function evaluateText(shell: Interpreter, text: string): Soon<string> {
  const { parts, template } = expressionOf(text);
  const values: number[] = [];
  let expanded = '';
  let fits = template !== undefined;
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] as WordPart;
    if (part.type === 'Literal') {
      expanded += part.value;
      continue;
    }
    const builder = new TextBuilder();
    const steps = pourPart(shell, part, builder, true);
    if (steps !== undefined) return evaluateLater(shell, steps, builder, parts, at, expanded);
    expanded += builder.text;
    const value = plainInteger(builder.text);
    if (value < 0) fits = false;
    values.push(value);
  }
  return fits ? String((template as ArithmeticTemplate).evaluate(values, shell.state.arithmetic)) : evaluateNow(shell, expanded);
}

function* evaluateLater(shell: Interpreter, steps: Step<void>, builder: TextBuilder, parts: readonly WordPart[], at: number, before: string): Step<string> {
  yield* steps;
  const rest = new TextBuilder();
  yield* later(pourQuoted(shell, parts, rest, at + 1));
  return evaluateNow(shell, before + builder.text + rest.text);
}

/** An expression whose `$` are already expanded. */
export function evaluateNow(shell: Interpreter, text: string): string {
  return String(evaluateArithmetic(text.includes('"') ? text.replaceAll('"', '') : text, shell.state.arithmetic));
}

const arithmeticTexts = new WeakMap<ArithmeticExpression | ArithmeticExpansionPart, string>();

/** What stands in `$((...))` or `$[...]`. */
function writtenExpression(part: ArithmeticExpansionPart): string {
  let text = arithmeticTexts.get(part);
  if (text === undefined) {
    text = part.text.startsWith('$((') ? part.text.slice(3, -2) : part.text.slice(2, -1);
    arithmeticTexts.set(part, text);
  }
  return text;
}

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
export function indexText(shell: Interpreter, name: string, index: Word): Soon<string> {
  if (shell.state.isMap(name)) return expandText(shell, index);
  return index.parts === undefined ? index.value : expandText(shell, index);
}

const expander: WordExpander = { expandText, expandOperandPattern, expandReplacement, expandQuotedText, pourWord, evaluateText, indexText };

function expandTilde(shell: Interpreter, text: string): string {
  const slash = text.indexOf('/');
  const prefix = slash < 0 ? text : text.slice(0, slash);
  const rest = slash < 0 ? '' : text.slice(slash);
  const home = shell.state.get('HOME') ?? '/';
  if (prefix === '~') return home + rest;
  if (prefix === '~+') return shell.state.cwd + rest;
  if (prefix === '~-') return (shell.state.get('OLDPWD') ?? prefix) + rest;
  const numbered = /^~([-+]?)(\d+)$/.exec(prefix);
  if (numbered !== null) {
    const stack = [shell.state.cwd, ...shell.state.directories];
    return (stack.at(numbered[1] === '-' ? -1 - Number(numbered[2]) : Number(numbered[2])) ?? prefix) + rest;
  }
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

const bracedCache = new WeakMap<Word, (Word | string)[]>();
/** What every expansion leaves as it is. */
const UNCHANGED = /^[\w./:%+,-]+$/;

/** What the braces of a word make; a string is a field already, as each of `{1..5000}`. */
function bracedWords(word: Word): (Word | string)[] {
  let words = bracedCache.get(word);
  if (words === undefined) {
    words = expandBraces(word.text).map((text) => (UNCHANGED.test(text) ? text : parseWord(text))).filter((piece) => piece !== undefined);
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
