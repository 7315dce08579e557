import * as limits from '../limits.ts';
import { clusters } from './width.ts';
import { wordEdge } from './word-edits.ts';
import type { TextChange } from './word-edits.ts';

/** The text being typed, its cursor, the kill ring and the undo list. It knows no keys and draws nothing. */
interface Snapshot {
  text: string;
  cursor: number;
}

const UNDO_STEPS = 200;
/** Steps that are kept of a text so long that each costs memory. */
const UNDO_STEPS_LONG = 20;
const KILLS = 16;
/** Units on either side of the cursor in which the neighbouring cluster is looked for. */
const NEAR = 512;

export class EditBuffer {
  #text: string;
  #cursor: number;
  #undo: Snapshot[] = [];
  /** What `undo` took back; gone with the next change. */
  #redo: Snapshot[] = [];
  #mark = 0;
  /** Kind of the last change: typing letter after letter is one undo step, killing word after word one kill. */
  #last: 'insert' | 'kill' | 'yank' | 'other' = 'other';
  #kills: string[];
  #yanked: { start: number; index: number } | undefined;

  /** `kills` is shared between lines, as in readline: what one line lost another can get back. */
  constructor(text = '', kills: string[] = []) {
    this.#text = text;
    this.#cursor = text.length;
    this.#kills = kills;
  }

  get text(): string {
    return this.#text;
  }

  /** UTF-16 index; always at the edge of a cluster. */
  get cursor(): number {
    return this.#cursor;
  }

  set(text: string, cursor = text.length): void {
    this.#remember('other');
    this.#text = text;
    this.#cursor = cursor;
  }

  /** Shows another text for the moment, without a step of undo: a candidate that is walked over. */
  show(text: string, cursor: number): void {
    this.#text = text;
    this.#cursor = cursor;
    this.#last = 'other';
  }

  /** Answers whether there was something to change. */
  change(change: TextChange | undefined): boolean {
    if (change === undefined) return false;
    this.set(change.text, change.cursor);
    return true;
  }

  /** Answers false, and changes nothing, where the line would be longer than any shell takes. */
  insert(text: string): boolean {
    if (this.#text.length + text.length > limits.shellSourceMaxBytes) return false;
    this.#remember(text.length > 2 || text === ' ' ? 'other' : 'insert');
    this.#text = this.#text.slice(0, this.#cursor) + text + this.#text.slice(this.#cursor);
    this.#cursor += text.length;
    return true;
  }

  /** Puts `text` in place of [start, cursor). */
  replaceBefore(start: number, text: string): void {
    if (start + text.length + this.#text.length - this.#cursor > limits.shellSourceMaxBytes) return;
    this.#remember('other');
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(this.#cursor);
    this.#cursor = start + text.length;
  }

  moveTo(index: number): boolean {
    const target = Math.max(0, Math.min(this.#text.length, index));
    this.#last = 'other';
    if (target === this.#cursor) return false;
    this.#cursor = target;
    return true;
  }

  /** Edge of the cluster left (-1) or right (1) of the cursor. */
  neighbour(direction: -1 | 1): number {
    // A long text is not cut up as a whole for each key: a letter of ASCII always begins a cluster.
    let base = Math.max(0, this.#cursor - NEAR);
    if (base > 0) {
      const near = this.#text.slice(base, this.#cursor).search(/[ -~]/);
      base = near === -1 ? 0 : base + near;
    }
    let previous = base;
    for (const cluster of clusters(this.#text.slice(base, this.#cursor + NEAR))) {
      const start = base + cluster.start;
      if (direction === 1 && start >= this.#cursor) return start + cluster.text.length;
      if (direction === -1 && start >= this.#cursor) break;
      previous = start;
    }
    return direction === 1 ? this.#text.length : this.#cursor === 0 ? 0 : previous;
  }

  /** Readline's words: letters, digits and `_`. */
  wordEdge(direction: -1 | 1): number {
    return wordEdge(this.#text, this.#cursor, direction);
  }

  /** Start of the word up to white space, for Ctrl-W. */
  blankEdge(): number {
    const before = this.#text.slice(0, this.#cursor);
    return before.trimEnd().search(/\S*$/);
  }

  lineStart(): number {
    return this.#text.lastIndexOf('\n', this.#cursor - 1) + 1;
  }

  lineEnd(): number {
    const end = this.#text.indexOf('\n', this.#cursor);
    return end === -1 ? this.#text.length : end;
  }

  /** Removes up to `index` on either side, without keeping it. */
  remove(index: number): void {
    if (index === this.#cursor) return;
    this.#remember('other');
    this.#cut(index);
  }

  /** Removes up to `index` and keeps it for `yank`; kills in a row join into one. */
  kill(index: number): void {
    if (index === this.#cursor) return;
    const isBefore = index < this.#cursor;
    const joins = this.#last === 'kill';
    this.#remember('kill');
    const gone = this.#cut(index);
    const top = this.#kills[0];
    if (joins && top !== undefined) this.#kills[0] = isBefore ? gone + top : top + gone;
    else this.#kills.unshift(gone);
    this.#kills.length = Math.min(this.#kills.length, KILLS);
  }

  yank(): boolean {
    const text = this.#kills[0];
    if (text === undefined) return false;
    const start = this.#cursor;
    if (!this.insert(text)) return false;
    this.#yanked = { start, index: 0 };
    this.#last = 'yank';
    return true;
  }

  /** Right after a yank: the kill before that one instead. */
  yankPop(): boolean {
    const yanked = this.#yanked;
    if (this.#last !== 'yank' || yanked === undefined) return false;
    const index = (yanked.index + 1) % this.#kills.length;
    this.replaceBefore(yanked.start, this.#kills[index] as string);
    this.#yanked = { start: yanked.start, index };
    this.#last = 'yank';
    return true;
  }

  /** Swaps the two characters around the cursor, at the end of the line the two before it. */
  transpose(): boolean {
    const left = this.#cursor === this.#text.length ? this.neighbour(-1) : this.#cursor;
    const start = new EditBuffer(this.#text.slice(0, left)).neighbour(-1);
    if (left === 0 || start === left) return false;
    this.#cursor = left;
    const end = this.neighbour(1);
    this.#remember('other');
    this.#text = this.#text.slice(0, start) + this.#text.slice(left, end) + this.#text.slice(start, left)
      + this.#text.slice(end);
    this.#cursor = end;
    return true;
  }

  undo(): boolean {
    return this.#step(this.#undo, this.#redo);
  }

  redo(): boolean {
    return this.#step(this.#redo, this.#undo);
  }

  /** Back to the text as it was before its first change. */
  revert(): boolean {
    if (this.#undo.length === 0) return false;
    while (this.undo());
    return true;
  }

  setMark(): void {
    this.#mark = this.#cursor;
    this.#last = 'other';
  }

  /** Ctrl-x Ctrl-x: cursor and mark change places. */
  swapMark(): void {
    const mark = Math.min(this.#mark, this.#text.length);
    this.#mark = this.#cursor;
    this.moveTo(mark);
  }

  #step(from: Snapshot[], to: Snapshot[]): boolean {
    const next = from.pop();
    if (next === undefined) return false;
    to.push({ text: this.#text, cursor: this.#cursor });
    this.#text = next.text;
    this.#cursor = next.cursor;
    this.#last = 'other';
    return true;
  }

  #cut(index: number): string {
    const start = Math.min(index, this.#cursor);
    const end = Math.max(index, this.#cursor);
    const gone = this.#text.slice(start, end);
    this.#text = this.#text.slice(0, start) + this.#text.slice(end);
    this.#cursor = start;
    return gone;
  }

  #remember(kind: 'insert' | 'kill' | 'other'): void {
    this.#redo = [];
    if (!(kind === 'insert' && this.#last === 'insert')) {
      this.#undo.push({ text: this.#text, cursor: this.#cursor });
      while (this.#undo.length > (this.#text.length > limits.lineShownMaxUnits ? UNDO_STEPS_LONG : UNDO_STEPS)) this.#undo.shift();
    }
    this.#last = kind;
  }
}
