import type { HistoryRecord } from '../shell/command.ts';
import { HistorySearch } from './history-search.ts';
import type { HistoryMatches } from './history-search.ts';
import { HistorySuggest } from './history-suggest.ts';

/** Lines that are made ready in one go. */
const PIECE = 1_000;

/** The history as suggestions and Ctrl-R need it. Each part is made when it is first asked for, and follows new lines from then on. */
export class HistoryIndex {
  readonly #records: HistoryRecord[];
  #everywhere: HistorySuggest | undefined;
  #here: { directory: string; suggest: HistorySuggest } | undefined;
  #search: HistorySearch | undefined;
  #exactSearch: HistorySearch | undefined;

  /** @param records oldest first. */
  constructor(records: readonly HistoryRecord[] = []) {
    this.#records = records.slice();
  }

  /** Of lines of which nothing else is known. */
  static of(lines: readonly string[]): HistoryIndex {
    return new HistoryIndex(lines.map((line) => ({ line, at: 0, directory: undefined, durationMs: undefined, status: undefined })));
  }

  /** The newest line. */
  add(record: HistoryRecord): void {
    this.#records.push(record);
    this.#everywhere?.add(record.line);
    if (this.#here !== undefined && this.#here.directory === record.directory) this.#here.suggest.add(record.line);
  }

  /** The line to suggest for a text: the last one used in this directory that begins so, else the last one anywhere. */
  suggest(text: string, directory?: string): string | undefined {
    if (directory !== undefined) {
      let here = this.#here;
      if (here === undefined || here.directory !== directory) {
        const lines = this.#records.filter((record) => record.directory === directory).map((record) => record.line);
        here = { directory, suggest: new HistorySuggest(lines) };
        this.#here = here;
      }
      const line = here.suggest.find(text);
      if (line !== undefined) return line;
    }
    this.#everywhere ??= new HistorySuggest(this.#records.map((record) => record.line));
    return this.#everywhere.find(text);
  }

  /** Lines with these letters in this order, the best first; upper case is minded when it is in the query. Nothing asked: the newest. */
  find(query: string, directory?: string): HistoryMatches {
    const isExact = query !== query.toLowerCase();
    const search = isExact ? (this.#exactSearch ??= new HistorySearch(true)) : (this.#search ??= new HistorySearch(false));
    this.#fill(search, Number.POSITIVE_INFINITY);
    return search.find(query, directory);
  }

  /** Makes what Ctrl-R needs in pieces of a few milliseconds, so that its first key need not wait; go on when the page has time. */
  *prepare(): Generator<void> {
    const search = (this.#search ??= new HistorySearch(false));
    while (this.#fill(search, PIECE)) yield;
  }

  /** Answers whether lines are left. */
  #fill(search: HistorySearch, most: number): boolean {
    if (search.size === 0) search.reserve(this.#records.length, this.#records.reduce((sum, { line }) => sum + line.length, 0));
    const end = Math.min(this.#records.length, search.size + most);
    for (let index = search.size; index < end; index += 1) search.add(this.#records[index] as HistoryRecord);
    return end < this.#records.length;
  }
}
