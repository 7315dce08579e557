import type { Matcher } from '../../regex/matcher.ts';
import { replaceMatches, type Groups, type Replacement } from '../../regex/replace-matches.ts';
import { normalizeText } from '../../text.ts';
import { decodeSedEscape, type SedPattern } from './sed-pattern.ts';

/** `\U \L \E` go on, `\u \l` are for one character. */
type CaseChange = 'U' | 'L' | 'E' | 'u' | 'l';

type Part = { kind: 'text'; text: string } | { kind: 'group'; index: number } | { kind: 'case'; change: CaseChange };

export interface Substitution {
  pattern: SedPattern;
  parts: readonly Part[];
  /** The highest group that the replacement names. */
  groups: number;
  /** Which match is the first to be replaced, from 1. */
  occurrence: number;
  global: boolean;
  print: boolean;
  file: string | undefined;
}

/** The right-hand side of `s`, its delimiters already gone. */
export function parseReplacement(text: string): { parts: Part[]; groups: number } {
  const parts: Part[] = [];
  let literal = '';
  let groups = 0;
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: normalizeText(literal) });
    literal = '';
  };
  for (let at = 0; at < text.length; ) {
    const character = text[at] as string;
    if (character === '&') {
      flush();
      parts.push({ kind: 'group', index: 0 });
      at += 1;
      continue;
    }
    if (character !== '\\') {
      literal += character;
      at += 1;
      continue;
    }
    const next = text[at + 1];
    if (next === undefined) break;
    if (next >= '0' && next <= '9') {
      flush();
      parts.push({ kind: 'group', index: Number(next) });
      groups = Math.max(groups, Number(next));
      at += 2;
    } else if (next === 'U' || next === 'L' || next === 'E' || next === 'u' || next === 'l') {
      flush();
      parts.push({ kind: 'case', change: next });
      at += 2;
    } else {
      const escape = decodeSedEscape(text, at + 1);
      literal += escape?.text ?? next;
      at = escape?.end ?? at + 2;
    }
  }
  flush();
  return { parts, groups };
}

function withCases(parts: readonly Part[], whole: string, groups: Groups): string {
  let out = '';
  let lasting: CaseChange = 'E';
  let once: CaseChange | undefined;
  for (const part of parts) {
    if (part.kind === 'case') {
      if (part.change === 'u' || part.change === 'l') once = part.change;
      else {
        lasting = part.change;
        if (part.change === 'E') once = undefined;
      }
      continue;
    }
    const text = part.kind === 'text' ? part.text : part.index === 0 ? whole : groups[part.index - 1] ?? '';
    if (text === '') continue;
    let changed = lasting === 'U' ? text.toUpperCase() : lasting === 'L' ? text.toLowerCase() : text;
    if (once !== undefined) {
      const first = String.fromCodePoint(text.codePointAt(0) as number);
      changed = (once === 'u' ? first.toUpperCase() : first.toLowerCase()) + changed.slice(first.length);
      once = undefined;
    }
    out += changed;
  }
  return out;
}

/** How the new text is made from a match; undefined where it is always the same text. */
function replacer(parts: readonly Part[]): string | ((whole: string, groups: Groups) => string) {
  if (parts.length === 0) return '';
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'text') return only.text;
  if (parts.some((part) => part.kind === 'case')) return (whole, groups) => withCases(parts, whole, groups);
  return (whole, groups) => {
    let out = '';
    for (const part of parts) out += part.kind === 'text' ? part.text : part.kind === 'group' ? (part.index === 0 ? whole : groups[part.index - 1] ?? '') : '';
    return out;
  };
}

/** Compiles the work of `s`: answers the changed text, or undefined when nothing was replaced. */
export function compileSubstitution({ parts, groups, occurrence, global }: Substitution): (matcher: Matcher, text: string) => string | undefined {
  const replacement: Replacement = { by: replacer(parts), needsGroups: groups > 0, first: occurrence, isGlobal: global };
  return (matcher, text) => {
    const { text: changed, count } = replaceMatches(matcher, text, replacement);
    return count === 0 ? undefined : changed;
  };
}
