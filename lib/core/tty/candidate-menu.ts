import * as limits from '../limits.ts';
import { textWidth } from './width.ts';

/** What Tab can put into the line. */
export interface Candidate {
  text: string;
  display: string;
  kind: 'command' | 'file' | 'directory' | 'variable' | 'option' | 'job';
  /** What it is or does, in a few words. */
  about?: string;
}

const GAP = 2;
const BLUE = '\x1b[1;34m';
const GREY = '\x1b[90m';
const INVERSE = '\x1b[7m';
const RESET = '\x1b[0m';

/** Control characters in a file name may not reach the screen as such. */
// oxlint-disable-next-line no-control-regex
const printable = (name: string) => name.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');

/**
 * The list that a second Tab opens under the line, and which of it is chosen. Names alone stand in columns, like `ls`, directories in
 * blue; names that have a description stand one a row with it. A list that has more rows than there is room shows those around
 * the chosen one and says how many more there are.
 */
export class CandidateMenu {
  readonly candidates: readonly Candidate[];
  /** -1: none yet. */
  selected = -1;
  readonly #shown: readonly { text: string; width: number; about: string; isDirectory: boolean }[];
  /** As drawn last: how far the next column is, and how many rows were there. */
  #perColumn = 1;
  #rows = 1;

  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates.slice(0, limits.completionMaxShown);
    this.#shown = this.candidates.map((candidate) => {
      const text = printable(candidate.display);
      return { text, width: textWidth(text), about: printable(candidate.about ?? ''), isDirectory: candidate.kind === 'directory' };
    });
    this.#left = candidates.length - this.candidates.length;
  }

  /** Candidates past the limit. */
  readonly #left: number;

  get chosen(): Candidate | undefined {
    return this.candidates[this.selected];
  }

  /** The choice in words. */
  get spoken(): string {
    const { text, about } = this.#shown[this.selected] ?? { text: '', about: '' };
    return `${text}${about === '' ? '' : `, ${about}`}, ${this.selected + 1} of ${this.candidates.length + this.#left}`;
  }

  /** Moves the choice; past the end it begins again. */
  move(to: 'next' | 'previous' | 'right' | 'left' | 'page-down' | 'page-up'): void {
    const count = this.candidates.length;
    const { selected } = this;
    switch (to) {
      case 'next': this.selected = (selected + 1) % count; return;
      case 'previous': this.selected = selected <= 0 ? count - 1 : selected - 1; return;
      case 'right': this.selected = selected === -1 ? 0 : this.#jump(this.#perColumn); return;
      case 'left': this.selected = selected === -1 ? count - 1 : this.#jump(-this.#perColumn); return;
      case 'page-down': this.selected = Math.min(count - 1, Math.max(0, selected) + this.#rows); return;
      case 'page-up': this.selected = Math.max(0, selected - this.#rows); return;
    }
  }

  /** A column on; where there is none, stays. */
  #jump(by: number): number {
    const target = this.selected + by;
    return target >= 0 && target < this.candidates.length ? target : this.selected;
  }

  rows(columns: number, available: number): string[] {
    const shown = this.#shown;
    const isDescribed = shown.some((each) => each.about !== '');
    const widest = Math.min(Math.max(...shown.map((each) => each.width)), Math.max(8, isDescribed ? columns >> 1 : columns));
    const perRow = isDescribed ? 1 : Math.max(1, Math.floor((columns + GAP) / (widest + GAP)));
    const all = Math.ceil(shown.length / perRow);
    const most = Math.min(available, limits.lineListMaxRows);
    const room = all <= most && this.#left === 0 ? all : Math.max(1, most - 1);
    this.#perColumn = all;
    this.#rows = room;
    const chosenRow = this.selected === -1 ? 0 : this.selected % all;
    const first = Math.max(0, Math.min(all - room, chosenRow - (room >> 1)));
    const lines: string[] = [];
    for (let row = first; row < Math.min(all, first + room); row += 1) {
      let line = '';
      for (let index = row; index < shown.length; index += all) {
        const { text, width, about, isDirectory } = shown[index] as (typeof shown)[number];
        const style = `${index === this.selected ? INVERSE : ''}${isDirectory ? BLUE : ''}`;
        line += style === '' ? text : `${style}${text}${RESET}`;
        if (isDescribed && about !== '') line += `${' '.repeat(Math.max(GAP, widest + GAP - width))}${GREY}${about}${RESET}`;
        else if (index + all < shown.length) line += ' '.repeat(Math.max(GAP, widest + GAP - width));
      }
      lines.push(line);
    }
    // Whole columns go out of sight with their rows, so what is hidden is counted in names.
    let hidden = this.#left;
    for (let index = 0; index < shown.length; index += 1) if (index % all < first || index % all >= first + room) hidden += 1;
    if (hidden > 0 && most > 1) lines.push(`${GREY}… and ${hidden} more${RESET}`);
    return lines;
  }
}
