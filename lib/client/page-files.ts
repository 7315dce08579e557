import 'client-only';
import type { ImportItem } from '@/lib/core/zip/import-files.ts';

/**
 * Files that cross the border of the page: chosen or dropped by the person, or saved by the browser. A page sees of
 * the disk only what it is handed here.
 */
export interface PageFiles {
  /** Opens the browser's chooser; undefined when the person leaves it, `blocked` when no key or click was near enough. */
  choose(what: 'files' | 'directory'): Promise<ImportItem[] | 'blocked' | undefined>;
  /** What was dropped last and not taken yet; undefined when there is nothing. */
  takeDropped(): Promise<ImportItem[]> | undefined;
  /** Has the browser save `chunks` as a file. */
  save(name: string, chunks: readonly Uint8Array[], type: string): void;
}

/** What a drop brought. */
export interface Dropped {
  /** What has a place on a disk; what is in it is read later. */
  entries: FileSystemEntry[];
  /** What has none: a picture dragged out of another page. */
  files: File[];
}

/** Has the browser save `content` as a file, where it keeps downloads. */
export function saveFile(view: Window & typeof globalThis, name: string, content: Blob): void {
  const address = view.URL.createObjectURL(content);
  const link = view.document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // Safari and Firefox begin to read after the click has returned.
  view.setTimeout(() => view.URL.revokeObjectURL(address), IN_A_MINUTE_MS);
}

const IN_A_MINUTE_MS = 60_000;

export function pageFiles(view: Window & typeof globalThis): PageFiles & { keep(what: Dropped): void } {
  const { document } = view;
  let dropped: Promise<ImportItem[]> | undefined;
  return {
    choose(what) {
      // The browser would do nothing at all, and nobody would ever answer.
      if (view.navigator.userActivation?.isActive === false) return Promise.resolve('blocked');
      return new Promise((resolve) => {
        const input = document.createElement('input');
        input.type = 'file';
        input.multiple = true;
        input.webkitdirectory = what === 'directory';
        input.addEventListener('change', () => resolve(Array.from(input.files ?? [], itemOf)));
        input.addEventListener('cancel', () => resolve(undefined));
        input.click();
      });
    },

    takeDropped() {
      const items = dropped;
      dropped = undefined;
      return items;
    },

    /** Remembers what a drop brought, for `takeDropped`. */
    keep({ entries, files }) {
      dropped = collect(entries).then((items) => [...files.map(itemOf), ...items]);
    },

    save: (name, chunks, type) => saveFile(view, name, new view.Blob(chunks.map((chunk) => chunk.slice()), { type })),
  };
}

function itemOf(file: File): ImportItem {
  const path = (file.webkitRelativePath || file.name).normalize('NFC');
  return fileItem(path, file);
}

function fileItem(path: string, file: File): ImportItem {
  return { path, kind: 'file', mode: undefined, mtimeMs: file.lastModified, size: file.size, read: async () => new Uint8Array(await file.arrayBuffer()) };
}

/** All files and directories below what was dropped; what cannot be read is an item that says so when it is read. */
async function collect(entries: readonly FileSystemEntry[], prefix = ''): Promise<ImportItem[]> {
  const items: ImportItem[] = [];
  for (const entry of entries) {
    const path = `${prefix}${entry.name}`.normalize('NFC');
    const unreadable = (error: unknown): ImportItem => ({ path, kind: 'file', mode: undefined, mtimeMs: undefined, size: 0, read: () => Promise.reject(error) });
    try {
      if (isFileEntry(entry)) {
        const file = await new Promise<File>((resolve, reject) => { entry.file(resolve, reject); });
        items.push(fileItem(path, file));
      } else if (isDirectoryEntry(entry)) {
        items.push({ path, kind: 'directory', mode: undefined, mtimeMs: undefined, size: 0, read: () => new Uint8Array(0) });
        items.push(...(await collect(await entriesOf(entry), `${path}/`)));
      }
    } catch (error) {
      items.push(unreadable(error));
    }
  }
  return items;
}

/** A reader gives at most a hundred at a time, and none at the end. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

const isFileEntry = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectoryEntry = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
