import { FsError, type FileKind, type Files } from '../../fs/files.ts';
import { directoryOf, baseName, joinPath } from '../../fs/path.ts';

/** One line of a list of files. */
export interface ListedFile {
  /** `..` leads to the directory above. */
  name: string;
  path: string;
  /** Of a link what it leads to; `link` for one that leads nowhere. */
  kind: FileKind;
  isLink: boolean;
  size: number;
  mtimeMs: number;
}

export type SortOrder = 'name' | 'size' | 'time';

const ORDERS: readonly SortOrder[] = ['name', 'size', 'time'];
const collator = new Intl.Collator('en', { numeric: true });

/** The files of one directory, as they are shown: sorted, filtered, one of them under the cursor, some of them selected. */
export class FileList {
  readonly #files: Files;
  #directory: string;
  #entries: readonly ListedFile[] = [];
  #selected = new Set<string>();
  /** Where the cursor was in directories that were left. */
  readonly #places = new Map<string, string>();
  cursor = 0;
  filter = '';
  order: SortOrder = 'name';
  showsHidden = false;
  /** Why the directory cannot be listed. */
  failure = '';

  constructor(files: Files, directory: string) {
    this.#files = files;
    this.#directory = directory;
    this.reload();
  }

  get directory(): string {
    return this.#directory;
  }

  get entries(): readonly ListedFile[] {
    return this.#entries;
  }

  get current(): ListedFile | undefined {
    return this.#entries[this.cursor];
  }

  get selectedCount(): number {
    return this.#selected.size;
  }

  isSelected(entry: ListedFile): boolean {
    return this.#selected.has(entry.path);
  }

  /** What an act is about: the selected ones, else the one under the cursor. */
  chosen(): ListedFile[] {
    const selected = this.#entries.filter((entry) => this.#selected.has(entry.path));
    if (selected.length > 0) return selected;
    const { current } = this;
    return current === undefined || current.name === '..' ? [] : [current];
  }

  /** Reads the directory again; the cursor stays on its file, or near where that was. */
  reload(): void {
    const name = this.current?.name;
    while (this.#directory !== '/' && this.#files.stat(this.#directory)?.kind !== 'directory') this.#directory = directoryOf(this.#directory);
    this.failure = '';
    let found: ListedFile[] = [];
    try {
      found = this.#files.list(this.#directory).map((entry) => this.#look(entry.name, entry.kind));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.failure = error.message;
    }
    const paths = new Set(found.map(({ path }) => path));
    this.#selected = new Set([...this.#selected].filter((path) => paths.has(path)));
    const wanted = this.filter.toLowerCase();
    const shown = found.filter((entry) => (this.showsHidden || !entry.name.startsWith('.')) && entry.name.toLowerCase().includes(wanted));
    shown.sort((one, other) => this.#compare(one, other));
    const above: ListedFile = { name: '..', path: directoryOf(this.#directory), kind: 'directory', isLink: false, size: 0, mtimeMs: 0 };
    this.#entries = this.#directory === '/' || wanted !== '' ? shown : [above, ...shown];
    this.moveTo(name ?? '');
  }

  /** Goes to another directory; the cursor stands where it stood there last, or on `name`. */
  open(directory: string, name = this.#places.get(directory) ?? ''): void {
    this.#places.set(this.#directory, this.current?.name ?? '');
    this.#directory = directory;
    this.#selected.clear();
    this.filter = '';
    this.cursor = 0;
    this.#entries = [];
    this.reload();
    this.moveTo(name);
  }

  up(): void {
    if (this.#directory !== '/') this.open(directoryOf(this.#directory), baseName(this.#directory));
  }

  /** Puts the cursor on the file of this name; if it is not there the cursor stays within the list. */
  moveTo(name: string): void {
    const at = this.#entries.findIndex((entry) => entry.name === name);
    this.cursor = at >= 0 ? at : Math.max(0, Math.min(this.cursor, this.#entries.length - 1));
  }

  move(lines: number): void {
    this.cursor = Math.max(0, Math.min(this.cursor + lines, this.#entries.length - 1));
  }

  /** Selects what is under the cursor, or no longer, and goes on to the next. */
  toggle(): void {
    const { current } = this;
    if (current !== undefined && current.name !== '..' && !this.#selected.delete(current.path)) this.#selected.add(current.path);
    this.move(1);
  }

  /** All that are shown; none, when all were. */
  toggleAll(): void {
    const all = this.#entries.filter(({ name }) => name !== '..').map(({ path }) => path);
    const areAll = all.every((path) => this.#selected.has(path));
    this.#selected = new Set(areAll ? [] : all);
  }

  deselect(): void {
    this.#selected.clear();
  }

  nextOrder(): SortOrder {
    this.order = ORDERS[(ORDERS.indexOf(this.order) + 1) % ORDERS.length] as SortOrder;
    this.reload();
    return this.order;
  }

  #look(name: string, kind: FileKind): ListedFile {
    const path = joinPath(this.#directory, name);
    const stat = this.#files.stat(path) ?? this.#files.linkStat(path);
    return { name, path, kind: stat?.kind ?? kind, isLink: kind === 'link', size: stat?.size ?? 0, mtimeMs: stat?.mtimeMs ?? 0 };
  }

  #compare(one: ListedFile, other: ListedFile): number {
    const byKind = Number(other.kind === 'directory') - Number(one.kind === 'directory');
    if (byKind !== 0) return byKind;
    const byOrder = this.order === 'size' ? other.size - one.size : this.order === 'time' ? other.mtimeMs - one.mtimeMs : 0;
    return byOrder !== 0 ? byOrder : collator.compare(one.name, other.name) || (one.name < other.name ? -1 : 1);
  }
}
