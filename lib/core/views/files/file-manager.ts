import { FsError, type Files } from '../../fs/files.ts';
import { HOME } from '../../fs/places.ts';
import { decodeText } from '../../shell/text.ts';
import { InputLine } from '../../tty/screen/input-line.ts';
import type { ViewEvent, ViewScreen } from '../../tty/screen/view-screen.ts';
import { keyHelpSource } from '../key-help.ts';
import { runPager } from '../pager.ts';
import type { Breathe } from '../pager-reader.ts';
import type { ActOutcome, FileActs, Taken } from './file-acts.ts';
import { FileList } from './file-list.ts';
import { drawManager, hasTwoPanes, listRows, sizeWords } from './file-manager-draw.ts';
import { fileManagerHelp } from './file-manager-help.ts';

/**
 * The file manager's loop: keys to acts and questions. Every act says what it did in the last row and can be taken back
 * with `u` until the view is closed; a deletion is asked for first. One pane on a phone, two where there is room.
 *
 * Rejected: a rubbish bin in the files. It would be synced and take the room that a deletion is to make; `sync undo`
 * brings back what a signed-in person deleted earlier.
 */
export interface FileManagerOptions {
  files: Files;
  acts: FileActs;
  /** Where it begins. */
  directory: string;
  now: () => number;
  breathe: Breathe;
  /** Shows a file in the way that suits it, on this screen or over it; answers a sentence when it cannot. */
  open: (path: string, screen: ViewScreen) => Promise<string | undefined>;
  read: (path: string, screen: ViewScreen) => Promise<void>;
  edit: (path: string) => Promise<void>;
  /** The path that a person typed. @throws FsError */
  locate: (typed: string, directory: string) => string;
}

type Question =
  | { type: 'text'; line: InputLine; done: (text: string) => Promise<void> | void; changed?: (text: string) => void; left?: () => void }
  | { type: 'key'; text: string; answers: Readonly<Record<string, () => Promise<void>>> };

const PREVIEW_BYTES = 16 * 1024;
const UNDO_STEPS = 50;

export async function runFileManager(screen: ViewScreen, options: FileManagerOptions): Promise<void> {
  const manager = new FileManager(screen, options);
  await manager.run();
}

class FileManager {
  readonly #screen: ViewScreen;
  readonly #options: FileManagerOptions;
  readonly #left: FileList;
  readonly #right: FileList;
  #side: 'left' | 'right' = 'left';
  #question: Question | undefined;
  #message = '';
  #isPreviewing = false;
  #isOver = false;
  readonly #undos: (() => Promise<string>)[] = [];

  constructor(screen: ViewScreen, options: FileManagerOptions) {
    this.#screen = screen;
    this.#options = options;
    this.#left = new FileList(options.files, options.directory);
    this.#right = new FileList(options.files, options.directory);
  }

  async run(): Promise<void> {
    const stop = this.#options.files.onChange(() => this.#screen.wake());
    try {
      while (!this.#isOver) {
        this.#draw();
        await this.#handle(await this.#screen.next());
      }
    } finally {
      stop();
    }
  }

  get #list(): FileList {
    return this.#side === 'left' ? this.#left : this.#right;
  }

  get #other(): FileList {
    return this.#side === 'left' ? this.#right : this.#left;
  }

  #draw(): void {
    const [columns, rows] = [this.#screen.columns(), this.#screen.rows()];
    const question = this.#question;
    const grid = drawManager(columns, rows, {
      left: this.#left, right: this.#right, side: this.#side, preview: this.#isPreviewing ? this.#preview(rows) : undefined,
      message: question?.type === 'key' ? question.text : this.#message, nowMs: this.#options.now(),
    });
    this.#screen.show(grid, question?.type === 'text' ? question.line.draw(grid, rows - 1, '7') : undefined);
  }

  #preview(rows: number): string[] {
    const { current } = this.#list;
    const { files } = this.#options;
    if (current === undefined) return [];
    try {
      if (current.kind === 'directory') return files.list(current.path).slice(0, rows).map(({ name, kind }) => `${name.replace(/\n/g, '?')}${kind === 'directory' ? '/' : ''}`);
      if (current.kind !== 'file') return ['It leads nowhere.'];
      const bytes = files.read(current.path).subarray(0, PREVIEW_BYTES);
      if (bytes.includes(0)) return [`${sizeWords(current.size)} that are no text; Enter opens them if it can.`];
      return decodeText(bytes).split('\n').slice(0, rows);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return [error.message];
    }
  }

  async #handle(event: ViewEvent): Promise<void> {
    if (event.type === 'resize') return;
    if (event.type === 'wake') {
      this.#left.reload();
      this.#right.reload();
      return;
    }
    const question = this.#question;
    if (question?.type === 'text') {
      const outcome = question.line.press(event);
      if (outcome === undefined) {
        question.changed?.(question.line.text);
        return;
      }
      this.#question = undefined;
      if (outcome === 'done') await question.done(question.line.text);
      else question.left?.();
      return;
    }
    this.#message = '';
    if (question?.type === 'key') {
      this.#question = undefined;
      const answer = event.type === 'text' ? question.answers[event.text.toLowerCase()] : undefined;
      if (answer === undefined) this.#message = 'Nothing was done.';
      else await answer();
      return;
    }
    if (event.type === 'text') await this.#letter(event.text);
    else if (event.type === 'key') await this.#key(event.name);
  }

  async #key(name: string): Promise<void> {
    const letters: Readonly<Record<string, string>> = {
      up: 'k', down: 'j', right: 'l', enter: 'l', left: 'h', backspace: 'h', home: 'g', end: 'G', insert: ' ', delete: 'd',
      f1: '?', f2: 'r', 'ctrl-n': 'j', 'ctrl-p': 'k',
    };
    const letter = letters[name];
    if (letter !== undefined) return this.#letter(letter);
    const page = listRows(this.#screen.rows()) - 1;
    if (name === 'page-down') this.#list.move(page);
    else if (name === 'page-up') this.#list.move(-page);
    else if (name === 'tab' || name === 'shift-tab') this.#side = this.#side === 'left' ? 'right' : 'left';
    else if (name === 'ctrl-l') this.#screen.redraw();
    else if (name === 'escape') this.#escape();
  }

  /** Takes back what narrows the list, one thing after another, and leaves when there is none. */
  #escape(): void {
    const list = this.#list;
    if (list.filter !== '') {
      list.filter = '';
      list.reload();
    } else if (list.selectedCount > 0) list.deselect();
    else this.#isOver = true;
  }

  async #letter(letter: string): Promise<void> {
    const list = this.#list;
    switch (letter) {
      case 'q': this.#isOver = true; return;
      case 'j': return list.move(1);
      case 'k': return list.move(-1);
      case 'g': return list.move(-list.entries.length);
      case 'G': return list.move(list.entries.length);
      case 'h': return list.up();
      case 'l': return this.#open();
      case '~': return list.open(HOME);
      case '=': return this.#other.open(list.directory);
      case ' ': return list.toggle();
      case 'a': return list.toggleAll();
      case '.': list.showsHidden = !list.showsHidden; return list.reload();
      case 's': this.#message = `Sorted by ${list.nextOrder()}.`; return;
      case '/': return this.#askFilter();
      case 'p': return this.#togglePreview();
      case 'c': return this.#askTransfer('copy');
      case 'm': return this.#askTransfer('move');
      case 'r': return this.#askRename();
      case 'd': return this.#askRemove();
      case 'n': return this.#askMake('file');
      case 'N': return this.#askMake('directory');
      case 'e': return this.#onFile((path) => this.#options.edit(path));
      case 'v': return this.#onFile((path) => this.#options.read(path, this.#screen));
      case 'u': return this.#undo();
      case '?': return runPager(this.#screen, { sources: [keyHelpSource('The file manager’s keys', fileManagerHelp, this.#screen.columns)], breathe: this.#options.breathe });
      default: this.#message = `${letter} has no meaning here; ? shows the keys.`;
    }
  }

  #togglePreview(): void {
    if (hasTwoPanes(this.#screen.columns())) this.#isPreviewing = !this.#isPreviewing;
    else this.#message = 'There is no room for two panes; v shows the file.';
  }

  async #open(): Promise<void> {
    const { current } = this.#list;
    if (current === undefined) return;
    if (current.name === '..') return this.#list.up();
    if (current.kind === 'directory') return this.#list.open(current.path);
    if (current.kind === 'link') {
      this.#message = `${current.name} leads nowhere.`;
      return;
    }
    await this.#onFile(async (path) => { this.#message = (await this.#options.open(path, this.#screen)) ?? ''; });
  }

  async #onFile(work: (path: string) => Promise<void>): Promise<void> {
    const { current } = this.#list;
    if (current === undefined || current.kind === 'directory') {
      this.#message = 'That is a directory; Enter goes into it.';
      return;
    }
    try {
      await work(current.path);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#message = `${current.name}: ${error.message}`;
    }
    this.#screen.redraw();
    this.#list.reload();
  }

  #ask(question: string, initial: string, done: (text: string) => Promise<void> | void): void {
    this.#question = { type: 'text', line: new InputLine(question, initial), done };
  }

  #askFilter(): void {
    const list = this.#list;
    const narrow = (text: string): void => {
      list.filter = text;
      list.reload();
    };
    this.#question = { type: 'text', line: new InputLine('/', list.filter), done: narrow, changed: narrow, left: () => narrow('') };
  }

  #askRename(): void {
    const { current } = this.#list;
    if (current === undefined || current.name === '..') return;
    this.#ask('New name: ', current.name, async (name) => {
      this.#done(await this.#options.acts.rename(current.path, name), name);
    });
  }

  #askMake(kind: 'file' | 'directory'): void {
    this.#ask(`Name of the new ${kind}: `, '', async (name) => {
      this.#done(await this.#options.acts.make(kind, this.#list.directory, name), name);
    });
  }

  #askRemove(): void {
    const chosen = this.#list.chosen();
    if (chosen.length === 0) return;
    const what = chosen.length === 1 ? `${chosen[0]?.name ?? ''}${chosen[0]?.kind === 'directory' ? ' and all in it' : ''}` : `${chosen.length} files`;
    this.#question = {
      type: 'key',
      text: `Delete ${what}? y yes, any other key no`,
      answers: { y: async () => this.#done(await this.#options.acts.remove(chosen.map(({ path }) => path))) },
    };
  }

  #askTransfer(verb: 'copy' | 'move'): void {
    const chosen = this.#list.chosen().map(({ path }) => path);
    const what = this.#list.chosen().length === 1 ? this.#list.chosen()[0]?.name : `${chosen.length} files`;
    if (chosen.length === 0) return;
    this.#ask(`${verb === 'copy' ? 'Copy' : 'Move'} ${what ?? ''} to: `, this.#other.directory, async (typed) => {
      const { acts } = this.#options;
      let directory: string;
      try {
        directory = this.#options.locate(typed, this.#list.directory);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        this.#message = `${typed}: ${error.message}`;
        return;
      }
      const refusal = acts.refusal(chosen, directory);
      if (refusal !== undefined) {
        this.#message = refusal;
        return;
      }
      const act = async (taken: Taken): Promise<void> => this.#done(await acts.transfer(verb, chosen, directory, taken));
      const taken = acts.taken(chosen, directory);
      if (taken.length === 0 || directory === this.#list.directory) return act('both');
      this.#question = {
        type: 'key',
        text: `${taken.length === 1 ? taken[0] ?? '' : `${taken.length} names`} there already: b keep both, o overwrite, s skip`,
        answers: { b: () => act('both'), o: () => act('overwrite'), s: () => act('skip') },
      };
    });
  }

  #done({ said, undo }: ActOutcome, name?: string): void {
    this.#message = undo === undefined ? said : `${said} u takes it back.`;
    if (undo !== undefined) {
      this.#undos.push(undo);
      if (this.#undos.length > UNDO_STEPS) this.#undos.shift();
      this.#list.deselect();
    }
    this.#left.reload();
    this.#right.reload();
    if (name !== undefined) this.#list.moveTo(name);
  }

  async #undo(): Promise<void> {
    const undo = this.#undos.pop();
    this.#message = undo === undefined ? 'There is nothing to take back.' : await undo();
    this.#left.reload();
    this.#right.reload();
  }
}
