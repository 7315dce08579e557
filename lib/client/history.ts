import 'client-only';
import * as v from 'valibot';
import type { Files } from '@/lib/core/fs/files.ts';
import { FsError } from '@/lib/core/fs/files.ts';
import * as limits from '@/lib/core/limits.ts';
import type { HistoryPort, HistoryRecord } from '@/lib/core/shell/command.ts';
import { HistoryIndex } from '@/lib/core/tty/history-index.ts';
import { historyFiles, joinForgotten, NOTHING_FORGOTTEN, parseForgotten, withoutForgotten } from './history-files.ts';
import type { Forgotten, HistoryFiles } from './history-files.ts';
import { STORAGE_PREFIX, storageKeys } from './storage-keys.ts';

/**
 * The lines a person entered.
 *
 *   add ─► this tab's key (at once) ─► this device's synced file (once a minute, and when the page hides) ─► other devices
 *
 * Each tab writes a key of its own and never another's, so that tabs cannot overwrite each other. A line leaves the key only
 * when it was seen in the file by a later writing, because another tab may have written over it meanwhile. Reading merges the keys of all tabs and
 * the files of all devices by time, without what was forgotten anywhere. Who is not signed in has the keys alone.
 *
 * Nothing is read before somebody asks: the prompt does not wait for the history. Storage that is full or denied costs the history only: lines
 * stay in memory, and nobody is told, because files tell already. Rejected: writing each line to the file, which is a commit a line.
 */
export interface History extends HistoryPort {
  /**
   * Adds a line, which runs in `directory`; answers what `finish` takes, undefined when it was left out. Left out are empty
   * lines and what `control`, as bash's HISTCONTROL, says: `ignorespace`, `ignoredups`, both (`ignoreboth`, the default).
   */
  add(line: string, directory?: string, control?: string): HistoryRecord | undefined;
  /** How a line that was added ended. */
  finish(record: HistoryRecord, durationMs: number, status: number): void;
  /** For suggestions and Ctrl-R. */
  index(): HistoryIndex;
  /** Reads the lines of another owner, after a sign-in or a sign-out. */
  switchTo(owner: string): void;
  /** Writes what is new to the synced file, now. */
  write(): void;
  dispose(): void;
}

/** How the lines reach other devices. */
export interface SyncedHistory {
  files: Files;
  /** A short name of this device, for the names of its files. */
  device: string;
  /** A few random letters and digits. */
  newId: () => string;
  /** Runs `work` after `ms`; returns what cancels it. */
  after: (ms: number, work: () => void) => () => void;
  /** The page is hidden or about to go. Returns the unsubscribe. */
  onHide: (listener: () => void) => () => void;
}

export interface HistoryOptions {
  owner: string;
  /** Random and different in each tab. */
  tab: string;
  /** Undefined where storage is denied. */
  storage: Storage | undefined;
  now: () => number;
  synced?: SyncedHistory;
}

/** Without an account there is no other device, and nothing but the browser's storage. */
const LOCAL = 'local';

/** A line of an older Selkie has a time and its text only. */
const stored = v.array(v.union([
  v.strictTuple([v.number(), v.string()]),
  v.tuple([v.number(), v.string(), v.nullable(v.string()), v.nullable(v.number()), v.nullable(v.number())]),
]));

/** Keys of tabs that are gone are folded into one once there are more than this. */
const TAB_KEYS_MAX = 8;

export function openHistory(options: HistoryOptions): History {
  const { storage, tab, now, synced } = options;
  let { owner } = options;
  /** What this tab added in this owner's name and no file is known to have. */
  let own: HistoryRecord[] = [];
  let shown: { records: HistoryRecord[]; lines: string[]; index: HistoryIndex } | undefined;
  const running = new Set<HistoryRecord>();
  let isStale = false;
  let newest = 0;
  let cancelWrite: (() => void) | undefined;

  const ownKey = () => storageKeys.history(owner, tab);
  const filesOfOwner = (isWriting = false): HistoryFiles | undefined => {
    if (synced === undefined || owner === LOCAL) return undefined;
    const kept = textOf(storage, storageKeys.historyDevice(owner), '');
    const isKept = /^[a-z0-9]{1,32}$/.test(kept);
    // Who only reads needs no name.
    const id = isKept ? kept : isWriting ? synced.newId() : '';
    if (isWriting && !isKept) put(storage, storageKeys.historyDevice(owner), id);
    return historyFiles(synced.files, `${synced.device.replace(/[^a-z0-9-]/gi, '-')}-${id}`);
  };
  const forgottenHere = (): Forgotten => parseForgotten(textOf(storage, storageKeys.historyForgotten(owner), 'null'));

  const load = () => {
    const inFiles = filesOfOwner()?.read() ?? { records: [], forgotten: NOTHING_FORGOTTEN };
    const forgotten = joinForgotten(inFiles.forgotten, forgottenHere());
    const all = merge([...own, ...inFiles.records, ...mergeTabs(storage, owner, ownKey())]);
    const records = withoutRepetitions(withoutForgotten(all, forgotten).slice(-limits.historyMaxEntries));
    newest = Math.max(newest, records[records.length - 1]?.at ?? 0);
    shown = { records, lines: records.map((record) => record.line), index: new HistoryIndex(records) };
    isStale = false;
    return shown;
  };
  const current = () => (shown === undefined || isStale ? load() : shown);

  /** Another tab may have forgotten lines of this one. */
  const writeOwn = () => {
    own = cap(withoutForgotten(own, forgottenHere()));
    if (own.length === 0) remove(storage, ownKey());
    else put(storage, ownKey(), format(own));
  };

  const write = (isLast = false) => {
    cancelWrite?.();
    cancelWrite = undefined;
    const files = filesOfOwner(true);
    if (files === undefined) return;
    const keys = tabKeys(storage, owner);
    const texts = new Map(keys.map((key) => [key, textOf(storage, key)]));
    const { records, forgotten: forgottenThere } = files.read();
    const forgotten = joinForgotten(forgottenThere, forgottenHere());
    const known = new Set(records.map(identity));
    const fresh = withoutForgotten(merge([...[...texts.values()].flatMap(parse), ...own]), forgotten)
      .filter((record) => !known.has(identity(record)) && (isLast || !isRunning(record)));
    try {
      files.append(fresh);
    } catch (error) {
      // No room, or the files are another's by now: the lines stay where they are.
      if (!(error instanceof FsError)) throw error;
      return;
    }
    // What the file was found to have may leave the keys; a key that its tab has changed since stays.
    own = own.filter((record) => !known.has(identity(record)));
    writeOwn();
    for (const [key, text] of texts) {
      if (key !== ownKey() && parse(text).every((record) => known.has(identity(record))) && textOf(storage, key) === text) remove(storage, key);
    }
  };
  const isRunning = (record: HistoryRecord) => [...running].some((each) => identity(each) === identity(record));
  const writeSoon = () => {
    if (synced === undefined || owner === LOCAL) return;
    cancelWrite ??= synced.after(limits.historyWriteEveryMs, () => write());
  };

  const forget = (gone: Forgotten) => {
    put(storage, storageKeys.historyForgotten(owner), formatForgotten(joinForgotten(forgottenHere(), gone)));
    own = withoutForgotten(own, gone);
    writeOwn();
    for (const key of tabKeys(storage, owner)) {
      const records = parse(textOf(storage, key));
      const left = withoutForgotten(records, gone);
      if (left.length === 0) remove(storage, key);
      else if (left.length < records.length) put(storage, key, format(left));
    }
    try {
      filesOfOwner(true)?.forget(gone);
    } catch (error) {
      // They are forgotten here; the next writing that finds room takes them out of the files.
      if (!(error instanceof FsError)) throw error;
    }
    shown = undefined;
  };

  const stops = synced === undefined ? [] : [
    synced.onHide(() => {
      if (own.length > 0) write(true);
    }),
    synced.files.onChange((path) => {
      if (path.includes('/history/') && filesOfOwner()?.isOthers(path) === true) isStale = true;
    }),
  ];

  return {
    entries: () => current().lines,
    records: () => current().records,
    index: () => current().index,
    add(line, directory, control = 'ignoreboth') {
      const text = line.replace(/\s+$/, '');
      const rules = new Set(control.split(':').flatMap((rule) => (rule === 'ignoreboth' ? ['ignorespace', 'ignoredups'] : [rule])));
      if (text === '' || (rules.has('ignorespace') && line.startsWith(' '))) return undefined;
      const { records, lines, index } = current();
      if (rules.has('ignoredups') && text === lines[lines.length - 1]) return undefined;
      // A time names a line, so no two may have the same.
      newest = Math.max(now(), newest + 1);
      const record: HistoryRecord = { at: newest, line: text, directory, durationMs: undefined, status: undefined };
      if (lines.length >= limits.historyMaxEntries) {
        shown = { records: [...records.slice(1), record], lines: [...lines.slice(1), text], index };
      } else {
        // Lists that were handed out grow only behind their end.
        records.push(record);
        lines.push(text);
      }
      index.add(record);
      running.add(record);
      own.push(record);
      writeOwn();
      writeSoon();
      return record;
    },
    finish(record, durationMs, status) {
      if (!running.delete(record)) return;
      record.durationMs = Math.round(durationMs);
      record.status = status;
      if (own.includes(record)) writeOwn();
    },
    remove(records) {
      forget({ before: Number.NEGATIVE_INFINITY, at: records.map(({ at }) => at) });
    },
    clear() {
      const { records } = current();
      forget({ before: Math.max(now(), newest, records[records.length - 1]?.at ?? 0), at: [] });
    },
    switchTo(next) {
      // Several shells of one page share it, and each tells.
      if (next === owner) return;
      cancelWrite?.();
      cancelWrite = undefined;
      owner = next;
      own = [];
      running.clear();
      shown = undefined;
    },
    write: () => write(),
    dispose() {
      if (own.length > 0) write(true);
      cancelWrite?.();
      for (const stop of stops) stop();
    },
  };
}

const identity = (record: HistoryRecord) => `${record.at} ${record.line}`;

/** In order of time; of two that are the same line the one that knows more. */
function merge(records: readonly HistoryRecord[]): HistoryRecord[] {
  const unique = new Map<string, HistoryRecord>();
  for (const record of records) {
    const key = identity(record);
    const other = unique.get(key);
    if (other === undefined || (other.status === undefined && record.status !== undefined)) unique.set(key, record);
  }
  return [...unique.values()].sort((one, other) => one.at - other.at);
}

function withoutRepetitions(records: readonly HistoryRecord[]): HistoryRecord[] {
  return records.filter((record, index) => records[index - 1]?.line !== record.line);
}

/** All tabs' lines, oldest first. Folds old keys into one, under a tab name of their own, when there are many. */
function mergeTabs(storage: Storage | undefined, owner: string, ownKey: string): HistoryRecord[] {
  const keys = tabKeys(storage, owner);
  const texts = new Map(keys.map((key) => [key, textOf(storage, key)]));
  // A tab that still runs writes its lines again after they were folded.
  const merged = cap(merge([...texts.values()].flatMap(parse)));
  if (keys.length > TAB_KEYS_MAX) {
    const folded = storageKeys.history(owner, `all-${ownKey.slice(ownKey.lastIndexOf(':') + 1)}`);
    // Written and read back first: a crash in between leaves lines twice, never lost.
    if (put(storage, folded, format(merged))) {
      // A key that its tab has changed since holds a line that was not read.
      for (const [key, text] of texts) if (key !== folded && textOf(storage, key) === text) remove(storage, key);
    }
  }
  return merged;
}

/** The newest that fit the limit. */
function cap(records: readonly HistoryRecord[]): HistoryRecord[] {
  let units = format(records).length;
  let first = 0;
  // Each without its brackets, but with a comma.
  for (; units > limits.historyMaxUnits; first += 1) units -= format([records[first] as HistoryRecord]).length - 1;
  return records.slice(first);
}

function tabKeys(storage: Storage | undefined, owner: string): string[] {
  const prefix = storageKeys.history(owner, '');
  const keys: string[] = [];
  try {
    for (let index = 0; index < (storage?.length ?? 0); index += 1) {
      const key = storage?.key(index);
      if (key?.startsWith(STORAGE_PREFIX) === true && key.startsWith(prefix)) keys.push(key);
    }
  } catch {
    return [];
  }
  return keys;
}

function textOf(storage: Storage | undefined, key: string, otherwise = '[]'): string {
  try {
    return storage?.getItem(key) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function parse(text: string): HistoryRecord[] {
  try {
    const parsed = v.safeParse(stored, JSON.parse(text));
    if (!parsed.success) return [];
    return parsed.output.map(([at, line, directory, durationMs, status]) => ({
      at, line, directory: directory ?? undefined, durationMs: durationMs ?? undefined, status: status ?? undefined,
    }));
  } catch {
    return [];
  }
}

function format(records: readonly HistoryRecord[]): string {
  return JSON.stringify(records.map(({ at, line, directory, durationMs, status }) => [at, line, directory ?? null, durationMs ?? null, status ?? null]));
}

/** JSON knows no infinity. */
function formatForgotten({ before, at }: Forgotten): string {
  return JSON.stringify({ before: Math.max(before, -1), at });
}

/** Answers whether it is kept. */
function put(storage: Storage | undefined, key: string, value: string): boolean {
  try {
    storage?.setItem(key, value);
    return storage !== undefined;
  } catch {
    return false;
  }
}

function remove(storage: Storage | undefined, key: string): void {
  try {
    storage?.removeItem(key);
  } catch {
    // Denied storage holds nothing to remove.
  }
}
