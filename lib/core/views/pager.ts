import type { Matcher } from '../shell/regex/matcher.ts';
import { InputLine } from '../tty/screen/input-line.ts';
import { drawHint, drawStatus } from '../tty/screen/status-rows.ts';
import type { ViewEvent, ViewScreen } from '../tty/screen/view-screen.ts';
import { textWidth } from '../tty/width.ts';
import { compileSearch, findLine } from './find-line.ts';
import { keyHelpSource } from './key-help.ts';
import { pagerHelp } from './pager-help.ts';
import type { PagerLook, PagerModel, PagerPlace } from './pager-model.ts';
import type { Breathe } from './pager-reader.ts';
import type { PagerSource } from './pager-source.ts';
import { type Goal, PagerText } from './pager-text.ts';

/**
 * `less`: its keys, its files one after another, and what they do to a `PagerModel`. Input is read beside the keys, never
 * instead of them: a pipe that is silent or endless can always be left.
 */
export interface PagerOptions {
  sources: readonly PagerSource[];
  breathe: Breathe;
  look?: Partial<PagerLook>;
  /** `-i`: a pattern without capitals ignores case. */
  ignoresCase?: boolean;
  /** `more`: going forward at the end leaves. */
  leavesAtEnd?: boolean;
  /** What `+` asks for: `G`, `F`, `40`, `/pattern`. */
  first?: string;
  edit?: (path: string, line: number) => Promise<void>;
}

/** Keys with a name, as the letters that do the same. */
const LETTERS: Readonly<Record<string, string>> = {
  enter: 'j', down: 'j', 'ctrl-n': 'j', 'ctrl-e': 'j', 'ctrl-j': 'j', up: 'k', 'ctrl-p': 'k', 'ctrl-y': 'k', 'ctrl-k': 'k',
  'page-down': 'f', 'ctrl-f': 'f', 'ctrl-v': 'f', 'page-up': 'b', 'ctrl-b': 'b', 'alt-v': 'b', 'ctrl-d': 'd', 'ctrl-u': 'u',
  home: 'g', 'alt-<': 'g', 'ctrl-home': 'g', end: 'G', 'alt->': 'G', 'ctrl-end': 'G', 'ctrl-g': '=', 'ctrl-l': 'r', f1: 'h',
};

export async function runPager(screen: ViewScreen, options: PagerOptions): Promise<void> {
  const look: PagerLook = { hasNumbers: false, isChopped: false, ...options.look };
  for (let index = 0; ; ) {
    const pager = new Pager(screen, options, index, look);
    const step = await pager.run();
    if (step === 'leave') return;
    index = Math.max(0, Math.min(options.sources.length - 1, index + step));
  }
}

/** One file, or one standard input, on the screen. */
class Pager {
  readonly #screen: ViewScreen;
  readonly #options: PagerOptions;
  readonly #index: number;
  readonly #source: PagerSource;
  /** Shared by all files. */
  readonly #look: PagerLook;
  readonly #text: PagerText;
  #message = '';
  #input: { line: InputLine; done: (text: string) => Promise<void> } | undefined;
  #count = '';
  /** A key that another one follows: `m`, `'`, `:`, `-`, `Z`, Escape. */
  #prefix = '';
  #pattern = '';
  #direction: 1 | -1 = 1;
  #isShowingFound = true;
  #matcher: Matcher | undefined;
  #ignoresCase: boolean;
  readonly #searches: string[] = [];
  readonly #marks = new Map<string, PagerPlace>();
  #result: 'leave' | 1 | -1 | undefined;

  constructor(screen: ViewScreen, options: PagerOptions, index: number, look: PagerLook) {
    this.#look = look;
    this.#screen = screen;
    this.#options = options;
    this.#index = index;
    this.#source = options.sources[index] as PagerSource;
    this.#ignoresCase = options.ignoresCase ?? false;
    this.#text = new PagerText(screen, this.#source, look, options.breathe);
  }

  get #model(): PagerModel {
    return this.#text.model;
  }

  async run(): Promise<'leave' | 1 | -1> {
    try {
      const { first = '' } = this.#options;
      if (first.startsWith('/')) await this.#search(first.slice(1), 1, 0);
      else if (/^\d+[gG]?$/.test(first)) this.#goToLine(Number.parseInt(first, 10));
      else for (const letter of first) await this.#letter(letter);
      for (;;) {
        if (this.#result !== undefined) return this.#result;
        this.#draw();
        await this.#handle(await this.#screen.next());
      }
    } finally {
      this.#text.dispose();
    }
  }

  async #handle(event: ViewEvent): Promise<void> {
    if (event.type === 'resize') return this.#text.resize();
    const search = this.#text.goOn();
    if (search !== undefined) await this.#scan(search);
    if (event.type === 'wake') return;
    if (this.#input !== undefined) {
      const { line, done } = this.#input;
      const outcome = line.press(event);
      if (outcome !== undefined) this.#input = undefined;
      if (outcome === 'done') await done(line.text);
      return;
    }
    this.#message = '';
    this.#text.trouble = '';
    if (this.#text.goal !== undefined) {
      // Any key ends the waiting, and that is all that it does.
      this.#text.stopWaiting();
      if (event.type !== 'text' || event.text !== 'q') return;
    }
    if (event.type === 'text') await this.#letter(event.text);
    else if (event.type === 'key') await this.#key(event.name);
  }

  // Keys

  async #letter(text: string): Promise<void> {
    const prefix = this.#prefix;
    this.#prefix = '';
    if (prefix !== '') return this.#prefixed(prefix, text);
    if (/^\d$/.test(text)) {
      this.#count += text;
      return;
    }
    const isCounted = this.#count !== '';
    const count = isCounted ? Math.min(Number(this.#count), Number.MAX_SAFE_INTEGER) : 1;
    this.#count = '';
    const { bodyRows } = this.#model;
    switch (text) {
      case 'q': case 'Q': this.#result = 'leave'; return;
      case 'j': case 'e': return this.#forward(count);
      case 'k': case 'y': return this.#model.back(count);
      case ' ': case 'f': case 'z': return this.#forward(isCounted ? count : bodyRows);
      case 'b': case 'w': return this.#model.back(isCounted ? count : bodyRows);
      case 'd': return this.#forward(isCounted ? count : Math.ceil(bodyRows / 2));
      case 'u': return this.#model.back(isCounted ? count : Math.ceil(bodyRows / 2));
      case 'g': case '<': return this.#goToLine(count);
      case 'G': case '>': return isCounted ? this.#goToLine(count) : this.#goToEnd();
      case '%': case 'p': return this.#goToPercent(isCounted ? count : 0);
      case '/': return this.#askPattern('/', 1);
      case '?': return this.#askPattern('?', -1);
      case 'n': return this.#again(this.#direction);
      case 'N': return this.#again(this.#direction === 1 ? -1 : 1);
      case 'F': return this.#follow();
      case 'r': return this.#screen.redraw();
      case 'R': return this.#source.file === undefined ? undefined : this.#text.reload();
      case '=': return this.#tell();
      case 'h': case 'H': return this.#help();
      case 'v': return this.#edit();
      case ']': case '[': return this.#toPlace(text === ']' ? 1 : -1);
      case 'o': return this.#askLink();
      case 'm': case "'": case ':': case '-': case 'Z': this.#prefix = text; return;
      default: this.#message = `${text} has no meaning here; h shows the keys.`;
    }
  }

  async #key(name: string): Promise<void> {
    const letter = LETTERS[name];
    if (letter !== undefined) {
      this.#prefix = '';
      return this.#letter(letter);
    }
    if (name === 'backspace' && this.#count !== '') this.#count = this.#count.slice(0, -1);
    else if (name === 'left' || name === 'right') this.#sideways(name === 'left' ? -1 : 1);
    else if (name === 'escape') {
      this.#count = '';
      this.#prefix = this.#prefix === '' ? 'escape' : '';
    } else if (name === 'alt-u') this.#toggleFound();
  }

  async #prefixed(prefix: string, text: string): Promise<void> {
    if (prefix === 'm') this.#marks.set(text, this.#model.top);
    else if (prefix === "'") this.#goToMark(text);
    else if (prefix === ':') {
      if (text === 'n') this.#otherFile(1);
      else if (text === 'p') this.#otherFile(-1);
      else if (text === 'q' || text === 'Q') this.#result = 'leave';
      else if (text === 'f') this.#tell();
      else this.#message = ':n is the next file, :p the previous one.';
    } else if (prefix === '-') this.#toggle(text);
    else if (prefix === 'Z') this.#result = text === 'Z' ? 'leave' : this.#result;
    else if (text === 'u') this.#toggleFound();
    else await this.#letter(text);
  }

  #forward(rows: number): void {
    const { store } = this.#model;
    if (this.#model.isAtEnd() && store.isEnded) {
      if (this.#options.leavesAtEnd === true) this.#otherFileOrLeave();
      return;
    }
    this.#model.forward(rows);
    this.#text.wantScreen();
  }

  #follow(): void {
    if (this.#source.followsWidth === true) this.#message = 'This text is laid out as a whole; R reads it again.';
    else this.#text.follow();
  }

  #otherFileOrLeave(): void {
    this.#result = this.#index + 1 < this.#options.sources.length ? 1 : 'leave';
  }

  #goToLine(number: number): void {
    this.#remember();
    const line = this.#model.store.indexOf(Math.max(1, number));
    if (line < this.#model.store.count) this.#model.toLine(line);
    else this.#text.waitFor({ type: 'line', line });
  }

  #goToEnd(): void {
    this.#remember();
    this.#text.waitFor({ type: 'end' });
  }

  #goToPercent(percent: number): void {
    const { store } = this.#model;
    if (!store.isEnded) this.#message = 'How long it is will be known at its end; press G first.';
    else {
      this.#remember();
      this.#model.toLine(Math.floor((store.count * Math.min(100, percent)) / 100));
    }
  }

  #toPlace(direction: 1 | -1): void {
    const places = this.#source.places?.() ?? [];
    const { line } = this.#model.top;
    const next = direction === 1 ? places.find((place) => place > line) : places.findLast((place) => place < line);
    if (next === undefined) this.#message = places.length === 0 ? 'There are no headings here.' : 'There is no further heading.';
    else this.#model.toLine(next);
  }

  #askLink(): void {
    const { visit } = this.#source;
    if (visit === undefined) {
      this.#message = 'There are no links here; o is for Markdown.';
      return;
    }
    this.#input = {
      line: new InputLine('Number of the link: '),
      done: async (text) => {
        this.#message = (await visit(Number(text))) ?? '';
        this.#screen.redraw();
      },
    };
  }

  #remember(): void {
    this.#marks.set("'", this.#model.top);
  }

  #goToMark(name: string): void {
    const place = name === '^' ? { line: 0, row: 0 } : this.#marks.get(name);
    if (name === '$') return this.#goToEnd();
    if (place === undefined) {
      this.#message = `There is no mark ${name}; m${name} sets it.`;
      return;
    }
    this.#remember();
    this.#model.toPlace(place);
  }

  #sideways(direction: 1 | -1): void {
    const half = Math.floor(this.#model.columns / 2);
    if (!this.#model.look.isChopped) this.#message = 'Lines are wrapped; -S cuts them, then the arrows move sideways.';
    else this.#model.sideways(direction * half);
  }

  #toggle(letter: string): void {
    const look = this.#look;
    const state = (isOn: boolean): string => (isOn ? 'on' : 'off');
    if (letter === 'N') this.#message = `Line numbers are ${state((look.hasNumbers = !look.hasNumbers))}.`;
    else if (letter === 'S') {
      look.isChopped = !look.isChopped;
      this.#model.left = 0;
      this.#message = look.isChopped ? 'Long lines are cut.' : 'Long lines are wrapped.';
    } else if (letter === 'i' || letter === 'I') {
      this.#ignoresCase = !this.#ignoresCase;
      this.#message = `Searches ${this.#ignoresCase ? 'ignore case' : 'tell capitals from small letters'}.`;
    } else this.#message = `-${letter} cannot be changed here; -N, -S and -i can.`;
    this.#model.relayout();
  }

  #toggleFound(): void {
    this.#isShowingFound = !this.#isShowingFound;
    this.#model.found = this.#isShowingFound ? this.#matcher : undefined;
  }

  #otherFile(step: 1 | -1): void {
    const next = this.#index + step;
    if (next >= 0 && next < this.#options.sources.length) this.#result = step;
    else this.#message = step === 1 ? 'This is the last file.' : 'This is the first file.';
  }

  #tell(): void {
    const { store, top } = this.#model;
    const last = store.numberOf(this.#model.lastShown()) ?? this.#model.lastShown() + 1;
    const of = store.isEnded ? ` of ${store.count}` : '';
    const file = this.#options.sources.length > 1 ? ` (file ${this.#index + 1} of ${this.#options.sources.length})` : '';
    this.#message = `${this.#source.title}${file} lines ${top.line + 1}-${last}${of}, ${store.bytes.toLocaleString('en')} bytes${store.isEnded ? '' : ' so far'}`;
  }

  async #help(): Promise<void> {
    if (this.#source.title === HELP_TITLE) return;
    await runPager(this.#screen, { sources: [keyHelpSource(HELP_TITLE, pagerHelp, this.#screen.columns)], breathe: this.#options.breathe });
  }

  async #edit(): Promise<void> {
    const { file } = this.#source;
    if (file === undefined || this.#options.edit === undefined) {
      this.#message = 'This is no file that could be edited.';
      return;
    }
    await this.#options.edit(file.path, (this.#model.store.numberOf(this.#model.top.line) ?? 1));
    this.#screen.redraw();
    this.#text.reload();
  }

  // Searching

  #askPattern(mark: '/' | '?', direction: 1 | -1): void {
    this.#input = {
      line: new InputLine(mark, '', this.#searches),
      done: async (text) => this.#search(text === '' ? this.#pattern : text, direction, this.#model.top.line + (text === '' ? direction : 0)),
    };
  }

  async #again(direction: 1 | -1): Promise<void> {
    if (this.#matcher === undefined) {
      this.#message = 'Nothing was searched for yet; / asks for a pattern.';
      return;
    }
    this.#isShowingFound = true;
    this.#model.found = this.#matcher;
    await this.#scan({ type: 'search', direction, from: this.#model.top.line + direction });
  }

  async #search(pattern: string, direction: 1 | -1, from: number): Promise<void> {
    if (pattern === '') return;
    const matcher = compileSearch(pattern, this.#ignoresCase);
    if (typeof matcher === 'string') {
      this.#message = matcher;
      return;
    }
    this.#matcher = matcher;
    this.#pattern = pattern;
    this.#direction = direction;
    if (this.#searches.at(-1) !== pattern) this.#searches.push(pattern);
    this.#isShowingFound = true;
    this.#model.found = this.#matcher;
    await this.#scan({ type: 'search', direction, from });
  }

  /** From `from` on; at the end of what was read it waits for more. A key stops it. */
  async #scan({ direction, from }: Goal & { type: 'search' }): Promise<void> {
    const { store } = this.#model;
    let found: Awaited<ReturnType<typeof findLine>> = { goesOnAt: from };
    do {
      found = await findLine(this.#model, direction, found.goesOnAt, async () => {
        await this.#options.breathe();
        return this.#screen.hasKey();
      });
      // Lines may have come between the last look and this one.
    } while (typeof found === 'object' && direction === 1 && found.goesOnAt < store.count);
    if (typeof found === 'number') {
      this.#remember();
      this.#model.toLine(found);
      this.#text.wantScreen();
    } else if (typeof found === 'object' && direction === 1 && !store.isEnded && !store.isFull) {
      this.#text.waitForMore({ type: 'search', direction, from: found.goesOnAt });
    } else if (typeof found === 'object') this.#message = `Not found: ${this.#pattern}`;
  }

  // The screen

  #draw(): void {
    const grid = this.#model.draw();
    const row = this.#model.bodyRows;
    if (this.#input !== undefined) {
      this.#screen.show(grid, this.#input.line.draw(grid, row));
      return;
    }
    const status = this.#status();
    drawStatus(grid, status);
    const hint = this.#options.leavesAtEnd === true ? 'Space on  q leave  h help' : 'q leave  / search  h help';
    const room = grid.columns - textWidth(status) - 4;
    if (this.#message === '' && hint.length <= room) drawHint(grid, hint);
    else if (this.#message === '' && room >= 7) drawHint(grid, 'q leave');
    this.#screen.show(grid);
  }

  #status(): string {
    if (this.#message !== '' || this.#text.trouble !== '') return this.#message || this.#text.trouble;
    if (this.#prefix !== '' || this.#count !== '') return `${this.#prefix === 'escape' ? 'Esc ' : this.#prefix}${this.#count}`;
    const { store, top } = this.#model;
    const name = this.#options.sources.length > 1 ? `${this.#source.title} (${this.#index + 1}/${this.#options.sources.length})` : this.#source.title;
    if (this.#text.goal?.type === 'follow') return `${name}: waiting for more; any key stops`;
    if (this.#text.goal !== undefined) return `${name}: reading, ${store.count.toLocaleString('en')} lines; any key stops`;
    if (store.count === 0) return store.isEnded ? `${name}: empty` : `${name}: waiting`;
    if (this.#model.isAtEnd() && store.isEnded) return `${name} (end)`;
    const first = store.numberOf(top.line) ?? top.line + 1;
    const percent = store.isEnded ? ` ${Math.floor((this.#model.lastShown() * 100) / store.count)}%` : '';
    return `${name} ${first.toLocaleString('en')}${percent}`;
  }
}

const HELP_TITLE = 'The pager’s keys';
