import type { Matcher } from '../../regex/matcher.ts';
import { replaceMatches, type Groups } from '../../regex/replace-matches.ts';
import { plain, valueOf, waiting, with2, withAll, type Code } from './code.ts';
import type { ExpressionCompiler, Place } from './compile-expression.ts';
import { AwkError, type Expression } from './syntax.ts';
import { textNumber, type Value } from './value.ts';

/** A replacement taken apart: text, and numbers for groups (0: all that matched). */
type Part = string | number;

/** `&` is the match, `\\&` an ampersand, `\\\\&` a backslash and the match; in gensub also `\\1`. */
function parseReplacement(text: string, hasGroups: boolean): readonly Part[] {
  if (!text.includes('&') && !text.includes('\\')) return [text];
  const parts: Part[] = [];
  let literal = '';
  const group = (index: number): void => {
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(index);
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    const next = text[at + 1] ?? '';
    if (character === '&') group(0);
    else if (character !== '\\') literal += character;
    else if (next === '&') {
      literal += '&';
      at += 1;
    } else if (hasGroups && next >= '0' && next <= '9') {
      group(Number(next));
      at += 1;
    } else if (next === '\\' && (hasGroups || text[at + 2] === '&')) {
      literal += '\\';
      at += 1;
    } else literal += character;
  }
  if (literal !== '') parts.push(literal);
  return parts;
}

/** @param which 0: all; else the one of this number. */
function replaceIn(matcher: Matcher, text: string, parts: readonly Part[], which: number): { text: string; count: number } {
  const [only = ''] = parts;
  const by = parts.length < 2 && typeof only === 'string' ? only
    : (whole: string, groups: Groups) => parts.map((part) => (typeof part === 'string' ? part : part === 0 ? whole : groups[part - 1] ?? '')).join('');
  const needsGroups = parts.some((part) => typeof part === 'number' && part > 0);
  return replaceMatches(matcher, text, { by, needsGroups, first: Math.max(1, which), isGlobal: which === 0 });
}

/** `sub`, `gsub` and `gensub`. */
export function compileReplace(
  compiler: ExpressionCompiler,
  name: 'sub' | 'gsub' | 'gensub',
  args: readonly Expression[],
  pattern: (node: Expression) => Code<() => Matcher>,
): Code<Value> {
  const { machine } = compiler;
  const matcher = pattern(args[0] as Expression);
  const replacement = compiler.text(args[1] as Expression);
  if (name === 'gensub') {
    const target = args[3] === undefined ? plain(() => machine.record.text) : compiler.text(args[3]);
    return with2(matcher, withAll([replacement, compiler.text(args[2] as Expression), target], (all) => all), (find, [by = '', how = '', text = '']) => {
      const which = /^[gG]/.test(how) ? 0 : Math.max(1, Math.trunc(textNumber(how)));
      return replaceIn(find(), text, parseReplacement(by, true), which).text;
    });
  }
  const which = name === 'gsub' ? 0 : 1;
  let target = args[2];
  while (target?.kind === 'group') target = target.item;
  if (target !== undefined && target.kind !== 'name' && target.kind !== 'element' && target.kind !== 'field') {
    if (target.kind === 'assign' || target.kind === 'step') throw new AwkError(`fatal: ${name}: the third argument cannot be changed`);
    // Nothing can be changed; the count is still the answer.
    return with2(matcher, withAll([replacement, compiler.text(target)], (all) => all), (find, [by = '', text = '']) => replaceIn(find(), text, parseReplacement(by, false), which).count);
  }
  const place: Place = target === undefined ? compiler.place({ kind: 'field', index: { kind: 'number', value: 0 } }) : compiler.place(target);
  const apply = (find: () => Matcher, by: string, key: string | number): number => {
    const { text, count } = replaceIn(find(), machine.text(place.load(key)), parseReplacement(by, false), which);
    if (count > 0) place.store(key, text);
    return count;
  };
  if (matcher.waits || replacement.waits || place.key.waits) {
    return waiting(function* () {
      const find = yield* valueOf(matcher);
      const by = yield* valueOf(replacement);
      return apply(find, by, yield* valueOf(place.key));
    });
  }
  const [find, by, key] = [matcher.run, replacement.run, place.key.run];
  return plain(() => apply(find(), by(), key()));
}
