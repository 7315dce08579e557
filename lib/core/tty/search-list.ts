import * as limits from '../limits.ts';
import type { HistoryMatch, HistoryMatches } from './history-search.ts';
import { clusters, textWidth } from './width.ts';

const MATCHED = '\x1b[1;4m';
const GREY = '\x1b[90m';
const INVERSE = '\x1b[7m';
const RESET = '\x1b[0m';
/** Columns of a line that stay before its time and directory are given up. */
const LINE_MIN = 30;

/** Ctrl-R: what is asked, what was found, which of it is chosen. It draws the list; the chosen line is the line itself. */
export class SearchList {
  query = '';
  /** -1: none; the line is what it was. */
  selected = -1;
  #found: HistoryMatches;
  readonly #find: (query: string) => HistoryMatches;
  readonly #when: (at: number) => string;
  readonly #where: (directory: string) => string;

  constructor(options: { find: (query: string) => HistoryMatches; when: (at: number) => string; where: (directory: string) => string }) {
    this.#find = options.find;
    this.#when = options.when;
    this.#where = options.where;
    this.#found = options.find('');
  }

  get chosen(): HistoryMatch | undefined {
    return this.#found.matches[this.selected];
  }

  /** A pasted query may hold what would act on a terminal. */
  get shownQuery(): string {
    // oxlint-disable-next-line no-control-regex
    return this.query.replace(/[\x00-\x1f\x7f-\x9f]/g, '?');
  }

  /** What was found in words. */
  get spoken(): string {
    const { chosen } = this;
    if (this.isFailed) return 'nothing matches';
    return chosen === undefined ? '' : `${chosen.record.line}, ${this.selected + 1} of ${this.#found.total}`;
  }

  get isFailed(): boolean {
    return this.query !== '' && this.#found.total === 0;
  }

  ask(query: string): void {
    this.query = query;
    this.#found = this.#find(query);
    this.selected = query === '' || this.#found.total === 0 ? -1 : 0;
  }

  /** 1: an older or less good one. Answers whether there was one. */
  move(by: 1 | -1): boolean {
    const target = this.selected + by;
    if (target < 0 || target >= this.#found.matches.length) return false;
    this.selected = target;
    return true;
  }

  rows(columns: number, available: number): string[] {
    const { matches, total } = this.#found;
    if (this.isFailed) return [`${GREY}nothing matches${RESET}`];
    const most = Math.min(available, limits.lineListMaxRows);
    const room = total <= most ? total : Math.max(1, most - 1);
    const first = Math.max(0, Math.min(matches.length - room, this.selected - (room >> 1)));
    const lines = matches.slice(first, first + room).map((match, index) => this.#row(match, first + index === this.selected, columns));
    if (total > room && most > 1) lines.push(`${GREY}… and ${total - lines.length} more${RESET}`);
    return lines;
  }

  #row({ record, positions }: HistoryMatch, isChosen: boolean, columns: number): string {
    const notes = [record.at > 0 ? this.#when(record.at) : '', record.directory === undefined ? '' : this.#where(record.directory)]
      .filter((note) => note !== '').join('  ');
    const noteWidth = textWidth(notes);
    const isNoted = notes !== '' && columns - noteWidth - 4 >= LINE_MIN;
    const width = columns - 2 - (isNoted ? noteWidth + 2 : 0);
    const marked = new Set(positions);
    const base = isChosen ? INVERSE : '';
    let line = `${base}${isChosen ? '>' : ' '} `;
    let used = 0;
    for (const cluster of clusters(record.line)) {
      const code = cluster.text.charCodeAt(0);
      const text = code === 0x0a ? '↵' : code < 0x20 || (code >= 0x7f && code < 0xa0) ? '?' : cluster.text;
      const cells = text === cluster.text ? cluster.width : 1;
      if (used + cells > width) break;
      line += marked.has(cluster.start) ? `${MATCHED}${text}${RESET}${base}` : text;
      used += cells;
    }
    line += ' '.repeat(Math.max(0, width - used));
    return isNoted ? `${line}${RESET}  ${GREY}${notes}${RESET}` : `${line.trimEnd()}${RESET}`;
  }
}
