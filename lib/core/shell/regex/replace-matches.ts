import type { Matcher } from './matcher.ts';

/** Group 1 is the first; undefined where a group took no part. */
export type Groups = readonly (string | undefined)[];

export interface Replacement {
  /** What each match becomes. `groups` is empty unless `needsGroups`. */
  by: string | ((whole: string, groups: Groups) => string);
  needsGroups: boolean;
  /** The number of the first match that is replaced, from 1. */
  first: number;
  /** All after it too. */
  isGlobal: boolean;
}

/**
 * What `s` of sed and `sub`, `gsub` and `gensub` of awk do to a text; `count` is how many matches were replaced. An empty match right
 * after another match does not count: every `b*` of `abc` replaced by `x` is `xaxcx`.
 */
export function replaceMatches(matcher: Matcher, text: string, { by, needsGroups, first, isGlobal }: Replacement): { text: string; count: number } {
  const { literal } = matcher;
  let out = '';
  let copied = 0;
  let count = 0;
  if (literal !== undefined && literal !== '' && typeof by === 'string' && first === 1) {
    for (let at = text.indexOf(literal); at >= 0; at = isGlobal ? text.indexOf(literal, copied) : -1) {
      out += text.slice(copied, at) + by;
      copied = at + literal.length;
      count += 1;
    }
    return count === 0 ? { text, count } : { text: out + text.slice(copied), count };
  }
  let from = 0;
  let lastEnd = -1;
  let seen = 0;
  while (from <= text.length) {
    const match = needsGroups ? matcher.execGroups(text, from) : matcher.exec(text, from);
    if (match === undefined) break;
    const { start, end } = match;
    const isEmpty = start === end;
    if (!isEmpty || start !== lastEnd) {
      seen += 1;
      if (seen >= first) {
        out += text.slice(copied, start);
        out += typeof by === 'string' ? by : by(text.slice(start, end), 'groups' in match ? (match.groups as Groups) : []);
        copied = end;
        count += 1;
        if (!isGlobal) break;
      }
      lastEnd = end;
    }
    from = isEmpty ? end + ((text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1) : end;
  }
  return count === 0 ? { text, count } : { text: out + text.slice(copied), count };
}
