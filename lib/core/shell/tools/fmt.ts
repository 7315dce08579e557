import type { Command } from '../command.ts';
import { lineBatches, openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/**
 * Paragraphs filled to a width, as GNU fmt does: a word that does not fit goes to the next line at the place of least
 * cost (after Knuth and Plass: cost of ragged lines, of widows, and less at the end of a sentence).
 */
interface Word {
  text: string;
  /** Columns of the space after it. */
  space: number;
  isSentenceEnd: boolean;
  isPunctuated: boolean;
  isParenthesized: boolean;
}

const square = (value: number): number => value * value;
/** GNU's: cost of a line that is `n` columns off, of a short last word, and what ends of sentences save. */
const SHORT = 100;
const RAGGED = 50;
const LINE = square(70);
const NO_BREAK = square(600);
const SENTENCE = square(50);
const PUNCTUATION = square(40);
const PARENTHESIS = square(40);
const equivalent = (n: number): number => square(n * 10);

/** What it costs to begin a line with word `index`. */
function breakCost(words: readonly Word[], index: number): number {
  let cost = LINE;
  const before = words[index - 1];
  const beforeThat = words[index - 2];
  const word = words[index];
  if (before !== undefined) {
    if (/[.?!]["')\]]*$/.test(before.text) && !before.isSentenceEnd) cost += NO_BREAK;
    else if (before.isSentenceEnd) cost -= SENTENCE;
    else if (before.isPunctuated) cost -= PUNCTUATION;
    else if (beforeThat?.isSentenceEnd === true) cost += square(200) / (before.text.length + 2);
  }
  if (word !== undefined) {
    if (word.isParenthesized) cost -= PARENTHESIS;
    else if (word.isSentenceEnd) cost += square(150) / (word.text.length + 2);
  }
  return cost;
}

/** Where each line begins. */
function chooseBreaks(words: readonly Word[], firstIndent: number, otherIndent: number, width: number, goal: number): number[] {
  const count = words.length;
  const best: number[] = Array.from({ length: count + 1 }, () => Number.POSITIVE_INFINITY);
  const next: number[] = Array.from({ length: count + 1 }, () => count);
  const lengths: number[] = Array.from({ length: count + 1 }, () => 0);
  best[count] = 0;
  for (let start = count - 1; start >= 0; start -= 1) {
    let length = (start === 0 ? firstIndent : otherIndent) + words[start]!.text.length;
    for (let end = start + 1; ; end += 1) {
      let cost = best[end] as number;
      if (end < count) {
        cost += equivalent(goal - length) / 100 * SHORT;
        if ((next[end] as number) < count) cost += equivalent(length - (lengths[end] as number)) / 100 * RAGGED;
      }
      if (cost < best[start]!) {
        best[start] = cost;
        next[start] = end;
        lengths[start] = length;
      }
      if (end >= count) break;
      length += words[end - 1]!.space + words[end]!.text.length;
      if (length >= width) break;
    }
    best[start]! += start === 0 ? 0 : breakCost(words, start);
  }
  const starts: number[] = [];
  for (let at = 0; at < count; at = next[at] as number) starts.push(at);
  return starts;
}

const indentOf = (line: string): number => {
  let column = 0;
  for (const character of line) {
    if (character === '\t') column += 8 - (column % 8);
    else if (character === ' ') column += 1;
    else break;
  }
  return column;
};

export const fmt: Command = {
  name: 'fmt',
  summary: 'Fill paragraphs to a width',
  usage: 'fmt [-s] [-u] [-t] [-c] [-p PREFIX] [-w WIDTH] [-g GOAL] [FILE]...',
  help: 'fmt -w 60 letter.txt\nfmt -p "# " script.sh     # only its comments',
  options: [
    ['-w, --width=WIDTH', 'columns at most instead of 75'],
    ['-g, --goal=WIDTH', 'columns to aim at instead of 93 % of the width'],
    ['-s, --split-only', 'break long lines, join none'],
    ['-u, --uniform-spacing', 'one space between words, two after sentences'],
    ['-c, --crown-margin', 'keep the indents of the first two lines'],
    ['-t, --tagged-paragraph', 'as -c, where the first indent is another than the second'],
    ['-p, --prefix=TEXT', 'only lines that begin with this'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'csutp:w:g:', digits: 'w',
      long: { 'crown-margin': 'c', 'split-only': 's', 'uniform-spacing': 'u', 'tagged-paragraph': 't', prefix: 'p', width: 'w', goal: 'g' },
    });
    const number = (letter: string, fallback: number): number => {
      const text = options.value(letter);
      if (text === undefined) return fallback;
      if (!/^\d+$/.test(text) || Number(text) > 2_500) throw new UsageError(`invalid width: '${text}'`);
      return Number(text);
    };
    const goalAsked = options.value('g') === undefined ? undefined : number('g', 0);
    const width = number('w', goalAsked === undefined ? 75 : goalAsked + 10);
    const goal = goalAsked ?? Math.trunc((width * (2 * (100 - 7) + 1)) / 200);
    if (goal > width) throw new UsageError(`invalid goal: '${goal}'; it must not be more than the width`);
    const prefix = options.value('p') ?? '';
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    let paragraph: string[] = [];

    const wordsOf = (lines: readonly string[]): Word[] => {
      const words: Word[] = [];
      for (const line of lines) {
        const pieces = line.trimStart().match(/\S+[ \t]*/g) ?? [];
        pieces.forEach((piece, index) => {
          const text = piece.trimEnd();
          const blanks = piece.length - text.length;
          const isLast = index === pieces.length - 1;
          const endsSentence = /[.?!]["')\]]*$/.test(text) && (isLast || blanks > 1);
          words.push({
            text, isSentenceEnd: endsSentence, isPunctuated: /[!-/:-@[-`{-~]$/.test(text), isParenthesized: /^[(['`"]/.test(text),
            space: isLast || options.has('u') ? (endsSentence ? 2 : 1) : blanks,
          });
        });
      }
      const last = words[words.length - 1];
      if (last !== undefined) last.isSentenceEnd = true;
      return words;
    };
    const flush = async (): Promise<void> => {
      if (paragraph.length === 0) return;
      const groups = options.has('s') ? paragraph.map((line) => [line]) : [paragraph];
      for (const lines of groups) {
        const first = indentOf(lines[0]!);
        const hasMargin = options.has('c') || options.has('t');
        const other = hasMargin && lines.length > 1 ? indentOf(lines[1]!) : options.has('t') && first === 0 ? 3 : first;
        const words = wordsOf(lines);
        // Bounded, as GNU's buffer is: a paragraph of any length keeps its memory and its time.
        for (let from = 0, isFirst = true; from < words.length; isFirst = false) {
          const part = words.slice(from, from + 1_000);
          const starts = chooseBreaks(part, prefix.length + (isFirst ? first : other), prefix.length + other, width, goal);
          const isEnd = from + part.length >= words.length;
          const taken = isEnd ? starts.length : starts.length - 1;
          for (let row = 0; row < taken; row += 1) {
            const line = part.slice(starts[row], starts[row + 1] ?? part.length);
            const text = line.map((word, index) => word.text + (index < line.length - 1 ? ' '.repeat(word.space) : '')).join('');
            await out.add(`${prefix}${' '.repeat(isFirst && row === 0 ? first : other)}${text}\n`);
          }
          from += isEnd ? part.length : Math.max(1, starts[taken]!);
          const rest = context.breathe();
          if (rest !== undefined) await rest;
        }
      }
      paragraph = [];
    };
    const isSame = (line: string): boolean => {
      const indent = indentOf(line);
      const [one, two] = paragraph;
      if (one === undefined) return true;
      if (options.has('c') || options.has('t')) {
        if (two !== undefined) return indent === indentOf(two);
        return options.has('c') || indent !== indentOf(one);
      }
      return indent === indentOf(one);
    };
    for await (const { chunks } of inputs) {
      for await (const { lines } of lineBatches(chunks)) {
        for (const raw of lines) {
          if (!raw.trimStart().startsWith(prefix.trimStart()) || raw.trim() === prefix.trim()) {
            await flush();
            await out.add(`${raw.trim() === '' ? '' : raw}\n`);
            continue;
          }
          const line = prefix === '' ? raw : raw.trimStart().slice(prefix.trimStart().length);
          if (!isSame(line)) await flush();
          paragraph.push(line);
        }
      }
      await flush();
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
