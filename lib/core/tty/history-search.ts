import * as limits from '../limits.ts';
import type { HistoryRecord } from '../shell/command.ts';

/**
 * Ctrl-R over many lines, in the manner of fzf: the letters of the query must come in order; the score is higher the more of them
 * follow one another and begin words, and the shorter the stretch that holds them. Greedy to the first end, then back
 * from there to the tightest start: linear in the line. Each line counts once, where it was last used.
 *
 * All letters stand in one array of numbers, which a loop without a single allocation walks: some 5 ms for 100,000 lines. A query
 * that grew by a letter looks only at the lines that matched before. Rejected: the best of all alignments (quadratic), and a
 * Worker (the answer would come a frame later).
 */
export interface HistoryMatch {
  record: HistoryRecord;
  /** UTF-16 indexes of the letters of the query. */
  positions: readonly number[];
}

export interface HistoryMatches {
  /** The best first, at most `historyMatchesMax`. */
  matches: readonly HistoryMatch[];
  /** How many lines match. */
  total: number;
}

const LETTER = 16;
const LINE_START = 12;
const WORD_START = 8;
const FOLLOWS = 6;
const GAP = 3;
/** For having been used in this directory, and (the newest line) for being new: a match must be clearly better to come before these. */
const HERE = 10;
const NEWEST = 12;

export class HistorySearch {
  readonly #records: HistoryRecord[] = [];
  /** 1: used again later. */
  #isOld = new Uint8Array(64);
  #codes = new Uint16Array(1024);
  /** Where each line begins in `codes`; one more for the end. */
  #starts = new Int32Array(65);
  /** Which of 32 classes of letters a line has; see `classOf`. */
  #classes = new Int32Array(64);
  /** The number of each line's directory; 0: not known. */
  #places = new Int32Array(64);
  readonly #directories = new Map<string, number>();
  readonly #slots = new Map<string, number>();
  /** What the last query left, newest first, each with where the first `done` of its letters were found. */
  #found: { query: string; slots: Int32Array; ends: Int32Array; count: number; done: number } | undefined;
  readonly #isExact: boolean;

  /** `isExact`: upper case is minded. */
  constructor(isExact: boolean) {
    this.#isExact = isExact;
  }

  /** Makes room for so many lines of so many units in all, so that it need not grow step by step. */
  reserve(lines: number, units: number): void {
    if (lines < this.#isOld.length) return;
    this.#isOld = grown(this.#isOld, new Uint8Array(lines + 1));
    this.#classes = grown(this.#classes, new Int32Array(lines + 1));
    this.#places = grown(this.#places, new Int32Array(lines + 1));
    this.#starts = grown(this.#starts, new Int32Array(lines + 2));
    this.#codes = grown(this.#codes, new Uint16Array(Math.max(units, this.#codes.length)));
  }

  /** How many lines were added. */
  get size(): number {
    return this.#records.length;
  }

  /** The newest line. */
  add(record: HistoryRecord): void {
    const { line, directory } = record;
    const before = this.#slots.get(line);
    if (before !== undefined) this.#isOld[before] = 1;
    const slot = this.#records.push(record) - 1;
    this.#slots.set(line, slot);
    // Lower case may be longer; then positions would be of another text.
    const lower = this.#isExact ? line : line.toLowerCase();
    const text = lower.length === line.length ? lower : line;
    if (slot + 1 >= this.#isOld.length) {
      this.#isOld = grown(this.#isOld, new Uint8Array(this.#isOld.length * 2));
      this.#classes = grown(this.#classes, new Int32Array(this.#classes.length * 2));
      this.#places = grown(this.#places, new Int32Array(this.#places.length * 2));
      this.#starts = grown(this.#starts, new Int32Array(this.#starts.length * 2));
    }
    const start = this.#starts[slot] as number;
    const end = start + text.length;
    if (end > this.#codes.length) this.#codes = grown(this.#codes, new Uint16Array(Math.max(end, this.#codes.length * 2)));
    let classes = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      this.#codes[start + index] = code;
      classes |= classOf(code);
    }
    this.#classes[slot] = classes;
    if (directory !== undefined) {
      let number = this.#directories.get(directory);
      if (number === undefined) this.#directories.set(directory, (number = this.#directories.size + 1));
      this.#places[slot] = number;
    }
    this.#starts[slot + 1] = end;
    this.#found = undefined;
  }

  /** @param query in the case that this search minds; empty: every line, the newest first. */
  find(query: string, directory?: string): HistoryMatches {
    const wanted = Uint16Array.from({ length: query.length }, (_, index) => query.charCodeAt(index));
    const known = this.#found !== undefined && this.#found.query !== '' && query.startsWith(this.#found.query) ? this.#found : undefined;
    const codes = this.#codes;
    const starts = this.#starts;
    const isOld = this.#isOld;
    const lineClasses = this.#classes;
    const places = this.#places;
    const here = directory === undefined ? -1 : this.#directories.get(directory) ?? -1;
    const all = this.#records.length;
    const length = known?.count ?? all;
    const slots = new Int32Array(length);
    const ends = new Int32Array(length);
    const done = known?.done ?? 0;
    // That a line has a letter of the alphabet is known; where, need be found only if the line can be among the best.
    const isKnown = known === undefined && wanted.length === 1 && isAlphabetic(wanted[0] as number);
    let total = 0;
    const best: Scored[] = [];
    const most = limits.historyMatchesMax;
    let least = Number.NEGATIVE_INFINITY;
    const positions = new Int32Array(query.length);
    const count = wanted.length;
    const perfect = perfectScore(wanted);
    let classes = 0;
    for (const code of wanted) classes |= classOf(code);
    // Newest first throughout.
    for (let index = 0; index < length; index += 1) {
      const slot = known === undefined ? all - 1 - index : known.slots[index] as number;
      if (isOld[slot] === 1 || ((lineClasses[slot] as number) & classes) !== classes) continue;
      const bonus = NEWEST * (slot / all) + (places[slot] === here ? HERE : 0);
      const isHopeless = perfect + (codes[starts[slot] as number] === wanted[0] ? LINE_START : WORD_START) + bonus <= least;
      if (isKnown && isHopeless) {
        slots[total] = slot;
        ends[total] = starts[slot] as number;
        total += 1;
        continue;
      }
      const end = starts[slot + 1] as number;
      let at = known === undefined ? starts[slot] as number : known.ends[index] as number;
      let next = done;
      for (; next < count; next += 1) {
        const letter = wanted[next];
        while (at < end && codes[at] !== letter) at += 1;
        if (at === end) break;
        at += 1;
      }
      if (next < count) continue;
      slots[total] = slot;
      ends[total] = isKnown ? starts[slot] as number : at;
      total += 1;
      if (wanted.length === 0) {
        if (best.length < most) best.push({ slot, score: 0, end: at });
        continue;
      }
      if (isHopeless) continue;
      this.#place(slot, at, wanted, positions);
      const score = this.#score(slot, positions) + bonus;
      if (score <= least) continue;
      insertByScore(best, { slot, score, end: at }, most);
      if (best.length === most) least = (best[most - 1] as Scored).score;
    }
    this.#found = { query, slots, ends, count: total, done: isKnown ? 0 : wanted.length };
    return {
      total,
      matches: best.map(({ slot, end }) => {
        this.#place(slot, end, wanted, positions);
        return { record: this.#records[slot] as HistoryRecord, positions: [...positions] };
      }),
    };
  }

  /** Fills `positions`. `end`: behind the last letter of the first way to find them all. */
  #place(slot: number, end: number, wanted: Uint16Array, positions: Int32Array): void {
    const codes = this.#codes;
    const start = this.#starts[slot] as number;
    const count = wanted.length;
    let at = end;
    for (let index = count - 1; index >= 0; index -= 1) {
      at -= 1;
      while (codes[at] !== wanted[index]) at -= 1;
      positions[index] = at - start;
    }
    if (count === 0 || (end - at === count && isWordStart(codes, start, at))) return;
    // In one piece at the start of a word beats what came first.
    const lineEnd = this.#starts[slot + 1] as number;
    const first = wanted[0];
    for (let from = start; from + count <= lineEnd; from += 1) {
      if (codes[from] !== first || !isWordStart(codes, start, from)) continue;
      let same = 1;
      while (same < count && codes[from + same] === wanted[same]) same += 1;
      if (same < count) continue;
      for (let index = 0; index < count; index += 1) positions[index] = from - start + index;
      return;
    }
  }

  #score(slot: number, positions: Int32Array): number {
    const start = this.#starts[slot] as number;
    let score = 0;
    let previous = -1;
    for (let index = 0; index < positions.length; index += 1) {
      const position = positions[index] as number;
      score += LETTER;
      if (position === 0) score += LINE_START;
      else if (isWordStart(this.#codes, start, start + position)) score += WORD_START;
      if (index > 0) score += position === previous + 1 ? FOLLOWS : -GAP - Math.min(20, position - previous - 2);
      previous = position;
    }
    return score;
  }
}

interface Scored {
  slot: number;
  score: number;
  end: number;
}

function isAlphabetic(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** A bit: each letter from a to z has its own, all others share six. */
function classOf(code: number): number {
  return isAlphabetic(code) ? 1 << (code - 0x61) : 1 << (26 + (code % 6));
}

/** Of a query in one piece, but for how good its place is. */
function perfectScore(wanted: Uint16Array): number {
  let score = LETTER * wanted.length;
  for (let index = 1; index < wanted.length; index += 1) score += FOLLOWS + (isWordStart(wanted, 0, index) ? WORD_START : 0);
  return score;
}

/** Behind anything but a letter, a digit or what is beyond ASCII. */
function isWordStart(codes: Uint16Array, lineStart: number, at: number): boolean {
  if (at === lineStart) return true;
  const code = codes[at - 1] as number;
  return !((code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code > 0x7f);
}

function grown<Values extends Uint8Array | Uint16Array | Int32Array>(values: Values, larger: Values): Values {
  larger.set(values);
  return larger;
}

/** Lines come newest first, so an equal score goes behind. */
function insertByScore(best: Scored[], scored: Scored, most: number): void {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((best[middle] as Scored).score >= scored.score) low = middle + 1;
    else high = middle;
  }
  best.splice(low, 0, scored);
  if (best.length > most) best.pop();
}
