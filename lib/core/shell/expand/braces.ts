import * as limits from '../../limits.ts';
import { ShellError } from '../flow.ts';

/**
 * Brace expansion works on the text of a word, before all other expansions, so its results are parsed again.
 * Quotes, escapes and `${...}`/`$(...)` inside are stepped over.
 */
export function expandBraces(text: string): string[] {
  const budget = { left: limits.shellMaxWords };
  return expand(text, budget, 0);
}

function expand(text: string, budget: { left: number }, depth: number): string[] {
  if (depth > limits.shellMaxDepth) throw new ShellError('braces are nested too deeply');
  for (let at = 0; at < text.length; at += 1) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    if (text[at] !== '{') continue;
    const parts = split(text, at);
    if (parts === undefined) continue;
    const items = parts.items.length > 1 ? parts.items : range(parts.items[0] as string);
    if (items === undefined) continue;
    const before = text.slice(0, at);
    const afters = expand(text.slice(parts.end), budget, depth + 1);
    const middles = parts.items.length > 1 ? items.flatMap((item) => expand(item, budget, depth + 1)) : items;
    budget.left -= middles.length * afters.length;
    if (budget.left < 0) throw new ShellError('brace expansion would make too many words');
    if (before === '' && afters.length === 1 && afters[0] === '') return middles;
    return middles.flatMap((middle) => afters.map((after) => before + middle + after));
  }
  return [text];
}

/** The index after a quoted or `$` construct that starts at `at`, else `at`. */
function skip(text: string, at: number): number {
  const character = text[at];
  if (character === '\\') return Math.min(text.length, at + 2);
  if (character === "'") return end(text, "'", at + 1);
  if (character === '"' || character === '`') {
    for (let index = at + 1; index < text.length; index += 1) {
      if (text[index] === '\\') index += 1;
      else if (text[index] === character) return index + 1;
    }
    return text.length;
  }
  if (character === '$' && (text[at + 1] === '{' || text[at + 1] === '(')) {
    const open = text[at + 1] as string;
    const close = open === '{' ? '}' : ')';
    let depth = 0;
    for (let index = at + 1; index < text.length; index += 1) {
      const here = text[index];
      if (here === open) depth += 1;
      else if (here === close) {
        depth -= 1;
        if (depth === 0) return index + 1;
      } else {
        const inner = skip(text, index);
        if (inner > index) index = inner - 1;
      }
    }
  }
  return at;
}

function end(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + 1;
}

function split(text: string, open: number): { items: string[]; end: number } | undefined {
  const items: string[] = [];
  let from = open + 1;
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const skipped = skip(text, at);
    if (skipped > at) {
      at = skipped - 1;
      continue;
    }
    const character = text[at];
    if (character === '{') depth += 1;
    else if (character === '}') {
      if (depth === 0) {
        items.push(text.slice(from, at));
        return { items, end: at + 1 };
      }
      depth -= 1;
    } else if (character === ',' && depth === 0) {
      items.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return undefined;
}

function range(text: string): string[] | undefined {
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, from, to, by] = match as unknown as [string, string, string, string | undefined];
  const isLetters = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  const isNumbers = /\d$/.test(from) && /\d$/.test(to);
  if (!isLetters && !isNumbers) return undefined;
  const start = isLetters ? from.charCodeAt(0) : Number(from);
  const stop = isLetters ? to.charCodeAt(0) : Number(to);
  const step = Math.abs(Number(by ?? '1')) || 1;
  if (Math.abs(stop - start) / step > limits.shellMaxWords) throw new ShellError('brace expansion would make too many words');
  const isPadded = isNumbers && [from, to].some((end) => /^-?0\d/.test(end));
  const width = isPadded ? Math.max(from.length, to.length) : 0;
  const results: string[] = [];
  const direction = start <= stop ? step : -step;
  for (let value = start; direction > 0 ? value <= stop : value >= stop; value += direction) {
    if (isLetters) results.push(String.fromCharCode(value));
    else if (width > 0) results.push(`${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(value < 0 ? width - 1 : width, '0')}`);
    else results.push(String(value));
  }
  return results;
}
