import { flatMap } from './compile-basics.ts';
import { PAUSE, several, type Code, type Env, type Results } from './code.ts';
import type { Machine } from './machine.ts';
import { namedGroups, occurrences, type Occurrence } from './match.ts';
import { described } from './operators.ts';
import { fail, type Value } from './value.ts';

/** `sub` and `gsub`: the replacement is a filter over the named groups. Several results make several texts, the first match's turning fastest. */
export function substitute(machine: Machine, pattern: Code, replacement: Code, flags: Code): Code {
  function* build(env: Env, text: string, found: readonly Occurrence[], at: number, rest: string, end: number): Results {
    const match = found[at];
    if (match === undefined) {
      yield text.slice(0, end) + rest;
      return;
    }
    for (const value of replacement.many(env, namedGroups(text, match))) {
      if (value === PAUSE) yield PAUSE;
      else if (typeof value !== 'string') fail(`${described(namedGroups(text, match))} cannot be added to a string`);
      else yield* build(env, text, found, at - 1, value + text.slice(match.end, end) + rest, match.start);
    }
  }
  /** Where each match has one replacement, at once: a long text has many matches. */
  function joined(env: Env, text: string, found: readonly Occurrence[], one: NonNullable<Code['one']>): string {
    const parts: string[] = [];
    let from = 0;
    for (const match of found) {
      const value: Value = one(env, namedGroups(text, match));
      if (typeof value !== 'string') return fail(`${described(namedGroups(text, match))} cannot be added to a string`);
      parts.push(text.slice(from, match.start), value);
      from = match.end;
    }
    parts.push(text.slice(from));
    return parts.join('');
  }
  return several((env, input) => flatMap(pattern.many(env, input), (source) => flatMap(flags.many(env, input), function* (letters) {
    const found: Occurrence[] = [];
    for (const match of occurrences(input, source, letters)) {
      if (machine.tick()) yield PAUSE;
      found.push(match);
    }
    const text = input as string;
    if (replacement.one !== undefined) yield joined(env, text, found, replacement.one);
    else yield* build(env, text, found, found.length - 1, '', text.length);
  })));
}
