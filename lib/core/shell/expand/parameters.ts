import type { ParameterExpansionPart, ParameterOperation, SimpleExpansionPart, Word } from 'unbash';
import { later, ShellError, type Soon, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { globOf } from '../regex/glob.ts';
import { MATCHED, TextBuilder, type Builder } from './builders.ts';
import { attributeLetters, listAssignment } from '../variable-text.ts';
import { decodeEscapes } from '../escapes.ts';
import { decodePrompt } from '../prompt-string.ts';
import { quoteText } from '../quote.ts';

/** What operands need of word expansion; handed in by words.ts, which itself calls us for each `$name` in a word. */
export interface WordExpander {
  expandText(shell: Interpreter, word: Word): Soon<string>;
  expandOperandPattern(shell: Interpreter, word: Word): Step<string>;
  expandReplacement(shell: Interpreter, word: Word): Step<string>;
  expandQuotedText(shell: Interpreter, text: string): Soon<string>;
  /** @param isQuoted whether the expansion stands in double quotes, where a tilde is one. */
  pourWord(shell: Interpreter, word: Word, builder: Builder, isQuoted?: boolean): Step<void>;
  evaluateText(shell: Interpreter, text: string): Soon<string>;
  indexText(shell: Interpreter, name: string, index: Word): Soon<string>;
}

/** Undocumented and loved: `${x~}` and `${x~~}` change the case of the first letter, of all. */
const TOGGLES: ReadonlySet<string> = new Set(['~', '~~']);

/** `$name`, `${name...}`: one value, or the list of `$@`, `$*`, `${a[@]}`, `${a[*]}`. */
export function expandParameter(shell: Interpreter, part: SimpleExpansionPart | ParameterExpansionPart, builder: Builder, quoted: boolean, words: WordExpander): Soon<void> {
  const { state } = shell;
  if (part.type === 'SimpleExpansion') {
    const name = part.text.slice(1);
    if (name === '@' || name === '*') pourList(shell, state.positional, name === '*', builder, quoted);
    else pourValue(shell, name, state.get(name), builder, quoted);
    return undefined;
  }
  const { parameter, prefix, operation, index } = part;
  if ((operation !== undefined && (operation.type !== 'Default' || prefix !== undefined)) || prefix === '!' || parameter === '' || parameter === '@' || parameter === '*') return expandInFull(shell, part, builder, quoted, words);
  let value: string | undefined;
  if (index === undefined) value = state.get(parameter);
  else {
    if (index.text === '@' || index.text === '*') return expandInFull(shell, part, builder, quoted, words);
    const key = words.indexText(shell, parameter, index);
    if (typeof key !== 'string') return elementLater(shell, part, key, builder, quoted, words);
    value = state.element(parameter, key);
  }
  return pourOne(shell, part, value, builder, quoted, words);
}

function* elementLater(shell: Interpreter, part: ParameterExpansionPart, key: Step<string>, builder: Builder, quoted: boolean, words: WordExpander): Step<void> {
  yield* later(pourOne(shell, part, shell.state.element(part.parameter, yield* key), builder, quoted, words));
}

/** The value, with `#` its length; without one what `:-` and its like say. */
function pourOne(shell: Interpreter, { parameter, prefix, index, operation }: ParameterExpansionPart, value: string | undefined, builder: Builder, quoted: boolean, words: WordExpander): Soon<void> {
  if (operation?.type === 'Default' && (value === undefined || value === '' || operation.operator.endsWith('+'))) return applyDefault(words, shell, parameter, value, index, operation, builder, quoted);
  if (prefix !== '#') pourValue(shell, index === undefined ? parameter : `${parameter}[${index.text}]`, value, builder, quoted);
  else {
    if (value === undefined) requireUnbound(shell, parameter);
    builder.quoted(String(characterCount(value ?? '')));
  }
  return undefined;
}

function pourValue(shell: Interpreter, name: string, value: string | undefined, builder: Builder, quoted: boolean): void {
  if (value === undefined) requireUnbound(shell, name);
  if (quoted) {
    builder.quoted(value ?? '');
    builder.touch();
  } else if (value !== undefined) builder.raw(value);
}

function* expandInFull(shell: Interpreter, part: ParameterExpansionPart, builder: Builder, quoted: boolean, words: WordExpander): Step<void> {
  const { state } = shell;
  let name = part.parameter;
  let index = part.index;
  const { operation, prefix } = part;
  if ((operation?.type === 'Unknown' && !TOGGLES.has(operation.operator)) || name === '') throw new ShellError(`${part.text}: bad substitution`);
  if (operation?.type === 'Names') {
    const names = [...state.variables.keys()].filter((key) => key.startsWith(name)).sort();
    pourList(shell, names, operation.operator === '*', builder, quoted);
    return;
  }
  const isAll = (word: Word | undefined): boolean => word?.text === '@' || word?.text === '*';
  if (prefix === '!' && isAll(index)) {
    pourList(shell, state.keys(name), index?.text === '*', builder, quoted);
    return;
  }
  if (prefix === '!' && index === undefined && state.variables.get(name)?.reference === true) {
    builder.quoted(state.variables.get(name)?.value ?? '');
    return;
  }
  if (prefix === '!') {
    const target = index === undefined ? state.get(name) : state.element(name, yield* later(words.indexText(shell, name, index)));
    if (target === undefined || target === '') throw new ShellError(`${name}: invalid indirect expansion`);
    const match = /^([^[]+)(?:\[(.*)\])?$/.exec(target);
    name = match?.[1] ?? target;
    if (match?.[2] !== undefined) index = { type: 'Word', text: match[2], value: match[2], pos: 0, end: 0 };
    else index = undefined;
  }

  if (name === '@' || name === '*' || isAll(index)) {
    const isStar = name === '*' || index?.text === '*';
    const isPositional = name === '@' || name === '*';
    const items = isPositional ? state.positional : state.elements(name);
    if (prefix === '#') {
      builder.quoted(String(items.length));
      return;
    }
    if (operation?.type === 'Default') {
      if (items.length > 0 && (items.length > 1 || items[0] !== '' || !operation.operator.startsWith(':'))) {
        if (operation.operator.endsWith('+')) yield* pourOperand(words, shell, operation.operand, builder, quoted);
        else pourList(shell, items, isStar, builder, quoted);
      } else yield* applyDefault(words, shell, name, undefined, index, operation, builder, quoted);
      return;
    }
    if (operation?.type === 'Slice') {
      const source = isPositional ? [state.scriptName, ...items] : items;
      const keys = isPositional || state.isMap(name) ? [] : state.keys(name).map(Number);
      const last = keys[keys.length - 1] ?? -1;
      if (last >= keys.length) {
        // With holes in it, the offset is an index and the length a count.
        const [from, to] = yield* bounds(words, shell, operation, last + 1, 0, Number.POSITIVE_INFINITY);
        const first = keys.findIndex((key) => key >= from);
        pourList(shell, first < 0 ? [] : source.slice(first, first + (to - from)), isStar, builder, quoted);
        return;
      }
      const [from, to] = yield* bounds(words, shell, operation, source.length, isPositional ? 0 : undefined);
      pourList(shell, source.slice(from, to), isStar, builder, quoted);
      return;
    }
    if (operation?.type === 'Transform' && /^[AKk]$/.test(operation.operand.text)) {
      const variable = state.variables.get(name);
      const letter = operation.operand.text;
      if (letter === 'A') {
        if (variable !== undefined) builder.quoted(listAssignment(name, variable));
      } else {
        const pairs = state.keys(name).flatMap((key) => [key, letter === 'K' ? `"${state.element(name, key) ?? ''}"` : state.element(name, key) ?? '']);
        // As bash has it, with a blank behind each pair of a map, the last one too.
        if (letter === 'K') builder.quoted(pairs.join(' ') + (state.isMap(name) ? ' ' : ''));
        else pourList(shell, pairs, isStar, builder, quoted);
      }
      return;
    }
    const changed: string[] = [];
    for (const item of items) changed.push(operation === undefined ? item : yield* transform(words, shell, name, item, operation));
    pourList(shell, changed, isStar, builder, quoted);
    return;
  }

  let value: string | undefined;
  if (index === undefined) value = state.get(name);
  else value = state.element(name, yield* later(words.indexText(shell, name, index)));
  if (prefix === '#') {
    if (value === undefined) requireUnbound(shell, name);
    builder.quoted(String(characterCount(value ?? '')));
    return;
  }
  if (operation?.type === 'Default') {
    yield* applyDefault(words, shell, name, value, index, operation, builder, quoted);
    return;
  }
  if (value === undefined) requireUnbound(shell, index === undefined ? name : `${name}[${index.text}]`);
  let result = value ?? '';
  if (operation !== undefined) {
    if (operation.type === 'Slice') result = yield* slice(words, shell, result, operation);
    else if (value !== undefined || operation.type === 'Transform') result = yield* transform(words, shell, name, result, operation, value === undefined);
  }
  if (quoted) {
    builder.touch();
    builder.quoted(result);
  } else builder.raw(result);
}

function requireUnbound(shell: Interpreter, name: string): void {
  if (shell.state.flags.nounset && !/^[@*#?$!-]$/.test(name)) throw new ShellError(`${name}: unbound variable`, 127);
}

function characterCount(text: string): number {
  if (!/[\ud800-\udbff]/.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function pourList(shell: Interpreter, items: readonly string[], isStar: boolean, builder: Builder, quoted: boolean): void {
  if (quoted && isStar) {
    const ifs = shell.state.get('IFS');
    builder.touch();
    builder.quoted(items.join(ifs === undefined ? ' ' : ifs.slice(0, 1)));
    return;
  }
  if (isStar && builder instanceof TextBuilder) {
    const ifs = shell.state.get('IFS');
    builder.quoted(items.join(ifs === undefined ? ' ' : ifs.slice(0, 1)));
    return;
  }
  items.forEach((item, index) => {
    if (quoted) {
      if (index > 0) builder.boundary();
      builder.touch();
      builder.quoted(item);
    } else {
      // Unquoted, an empty element disappears; a text builder still gets its space.
      if (index > 0) separate(builder);
      builder.raw(item);
    }
  });
}

function separate(builder: Builder): void {
  const ends = builder as Builder & { end?: () => void };
  if (ends.end !== undefined) ends.end();
  else builder.boundary();
}

function* pourOperand(words: WordExpander, shell: Interpreter, operand: Word, builder: Builder, quoted: boolean): Step<void> {
  if (!quoted) {
    yield* words.pourWord(shell, operand, builder);
    return;
  }
  const text = new TextBuilder();
  yield* words.pourWord(shell, operand, text, true);
  builder.touch();
  builder.quoted(text.text);
}

function* applyDefault(
  words: WordExpander,
  shell: Interpreter,
  name: string,
  value: string | undefined,
  index: Word | undefined,
  operation: ParameterOperation & { type: 'Default' },
  builder: Builder,
  quoted: boolean,
): Step<void> {
  const { operator, operand } = operation;
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  const kind = operator[operator.length - 1];
  if (kind === '+' ? !isSet : isSet) {
    if (kind === '+') {
      if (quoted) builder.touch();
      return;
    }
    if (quoted) {
      builder.touch();
      builder.quoted(value ?? '');
    } else builder.raw(value ?? '');
    return;
  }
  if (kind === '-' || kind === '+') {
    yield* pourOperand(words, shell, operand, builder, quoted);
    return;
  }
  const text = new TextBuilder();
  yield* words.pourWord(shell, operand, text);
  if (kind === '?') {
    const message = text.text !== '' ? text.text : operator.startsWith(':') ? 'parameter null or not set' : 'parameter not set';
    throw new ShellError(`${name}: ${message}`, 127);
  }
  if (!/^[A-Za-z_]/.test(name)) throw new ShellError(`$${name}: cannot assign in this way`);
  shell.state.assign(name, text.text, index === undefined ? undefined : yield* later(words.indexText(shell, name, index)));
  const assigned = shell.state.get(name) ?? '';
  if (quoted) builder.quoted(assigned);
  else builder.raw(index === undefined ? assigned : text.text);
}

function* bounds(
  words: WordExpander,
  shell: Interpreter,
  operation: ParameterOperation & { type: 'Slice' },
  length: number,
  listBase?: number,
  end = length,
): Step<[number, number]> {
  const offset = Number(yield* later(words.evaluateText(shell, yield* later(words.expandText(shell, operation.offset)))));
  let from = offset < 0 ? length + offset : offset;
  if (from < 0) return [0, 0];
  if (from > length) from = length;
  if (operation.length === undefined) return [from, end];
  const count = Number(yield* later(words.evaluateText(shell, yield* later(words.expandText(shell, operation.length)))));
  if (count < 0) {
    if (listBase !== undefined || length + count < from) throw new ShellError(`${operation.length.text}: substring expression < 0`);
    return [from, length + count];
  }
  return [from, Math.min(end, from + count)];
}

function* slice(words: WordExpander, shell: Interpreter, value: string, operation: ParameterOperation & { type: 'Slice' }): Step<string> {
  if (/[\ud800-\udbff]/.test(value)) {
    const characters = Array.from(value);
    const [from, to] = yield* bounds(words, shell, operation, characters.length);
    return characters.slice(from, to).join('');
  }
  const [from, to] = yield* bounds(words, shell, operation, value.length);
  return value.slice(from, to);
}

function* transform(words: WordExpander, shell: Interpreter, name: string, value: string, operation: ParameterOperation, isUnset = false): Step<string> {
  switch (operation.type) {
    case 'Remove': {
      const glob = globOf(yield* words.expandOperandPattern(shell, operation.operand));
      return operation.operator.startsWith('#')
        ? glob.removePrefix(value, operation.operator === '##')
        : glob.removeSuffix(value, operation.operator === '%%');
    }
    case 'Replace': {
      const glob = globOf(yield* words.expandOperandPattern(shell, operation.pattern), shell.state.flags.nocasematch);
      const replacement = yield* words.expandReplacement(shell, operation.replacement);
      const anchor = operation.operator === '/#' ? 'start' : operation.operator === '/%' ? 'end' : undefined;
      return glob.replace(value, replacement, operation.operator === '//', anchor, MATCHED);
    }
    case 'CaseModification': {
      const pattern = operation.operand === undefined ? '' : yield* words.expandOperandPattern(shell, operation.operand);
      const glob = pattern === '' ? undefined : globOf(pattern);
      const change = (character: string): string =>
        glob !== undefined && !glob.matches(character) ? character
          : operation.operator.startsWith('^') ? character.toUpperCase() : character.toLowerCase();
      const characters = Array.from(value);
      if (operation.operator.length === 2) return characters.map(change).join('');
      return characters.map((character, index) => (index === 0 ? change(character) : character)).join('');
    }
    case 'Unknown': {
      const toggled = (character: string): string => (character === character.toUpperCase() ? character.toLowerCase() : character.toUpperCase());
      return Array.from(value, (character, index) => (index === 0 || operation.operator === '~~' ? toggled(character) : character)).join('');
    }
    case 'Transform': {
      switch (operation.operand.text) {
        case 'Q': return isUnset ? '' : quoteText(value);
        case 'U': return value.toUpperCase();
        case 'L': return value.toLowerCase();
        case 'u': return value.slice(0, 1).toUpperCase() + value.slice(1);
        case 'a': {
          const variable = shell.state.variables.get(name);
          return variable === undefined ? '' : attributeLetters(variable);
        }
        case 'E': return decodeEscapes(value, 'quote').text;
        case 'P': return yield* later(words.expandQuotedText(shell, decodePrompt(shell, value, 1)));
        case 'K':
        case 'k': return isUnset ? '' : quoteText(value);
        case 'A': {
          const variable = shell.state.variables.get(name);
          const letters = variable === undefined ? '' : attributeLetters(variable);
          return isUnset ? '' : `${letters === '' ? '' : `declare -${letters} `}${name}=${quoteText(value)}`;
        }
        default: throw new ShellError(`\${${name}@${operation.operand.text}}: bad substitution`);
      }
    }
    default:
      return value;
  }
}
