import { clusters } from './width.ts';

/** The text being typed, its cursor, the kill ring and the undo list. It knows no keys and draws nothing. */
interface Snapshot {
  text: string;
  cursor: number;
}

const UNDO_STEPS = 200;
const KILLS = 16;

const isWordPart = (text: string) => /[\p{L}\p{N}_]/u.test(text);

export class EditBuffer {
  #text: string;
  #cursor: number;
  #undo: Snapshot[] = [];
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

  insert(text: string): void {
    this.#remember(text.length > 2 || text === ' ' ? 'other' : 'insert');
    this.#text = this.#text.slice(0, this.#cursor) + text + this.#text.slice(this.#cursor);
    this.#cursor += text.length;
  }

  /** Puts `text` in place of [start, cursor). */
  replaceBefore(start: number, text: string): void {
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
    let previous = 0;
    for (const cluster of clusters(this.#text)) {
      if (direction === 1 && cluster.start >= this.#cursor) return cluster.start + cluster.text.length;
      if (direction === -1 && cluster.start >= this.#cursor) break;
      previous = cluster.start;
    }
    return direction === 1 ? this.#text.length : this.#cursor === 0 ? 0 : previous;
  }

  /** Readline's words: letters, digits and `_`. */
  wordEdge(direction: -1 | 1): number {
    let index = this.#cursor;
    const at = (position: number) => this.#text.charAt(direction === 1 ? position : position - 1);
    const isInside = (position: number) => (direction === 1 ? position < this.#text.length : position > 0);
    while (isInside(index) && !isWordPart(at(index))) index += direction;
    while (isInside(index) && isWordPart(at(index))) index += direction;
    return index;
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
    this.insert(text);
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
    const before = this.#undo.pop();
    if (before === undefined) return false;
    this.#text = before.text;
    this.#cursor = before.cursor;
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
    if (!(kind === 'insert' && this.#last === 'insert')) {
      this.#undo.push({ text: this.#text, cursor: this.#cursor });
      if (this.#undo.length > UNDO_STEPS) this.#undo.shift();
    }
    this.#last = kind;
  }
}
