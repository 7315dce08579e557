import 'client-only';
import * as v from 'valibot';
import { limits } from '@/lib/core/limits.ts';
import type { HistoryPort } from '@/lib/core/shell/command.ts';
import { STORAGE_PREFIX, storageKeys } from './storage-keys.ts';

/**
 * The lines a person entered. Each tab writes a key of its own and never another's, so that tabs cannot
 * overwrite each other; at the start the keys of all tabs are merged by time. Storage that is full or denied
 * costs the history only: lines stay in memory, and nobody is told, because files tell already.
 */
interface Entry {
  /** Milliseconds since the epoch; orders lines of different tabs, and nothing else. */
  at: number;
  line: string;
}

const stored = v.array(v.tuple([v.number(), v.string()]));

/** Keys of tabs that are gone are folded into one once there are more than this. */
const TAB_KEYS_MAX = 8;

export interface History extends HistoryPort {
  /** Adds a line. Left out: empty ones, those with a leading space, and a repetition of the last. */
  add(line: string): void;
  /** Reads the lines of another owner, after a sign-in or a sign-out. */
  switchTo(owner: string): void;
}

export interface HistoryOptions {
  owner: string;
  /** Random and different in each tab. */
  tab: string;
  /** Undefined where storage is denied. */
  storage: Storage | undefined;
  now: () => number;
}

export function openHistory(options: HistoryOptions): History {
  const { storage, tab, now } = options;
  let owner = options.owner;
  /** What this tab added, in this owner's name. */
  let own: Entry[] = [];
  let lines: string[] = [];

  const load = () => {
    own = [];
    const merged = mergeTabs(storage, owner, storageKeys.history(owner, tab));
    lines = merged.map((entry) => entry.line);
  };
  load();

  return {
    entries: () => lines,
    add(line) {
      const text = line.replace(/\s+$/, '');
      if (text === '' || line.startsWith(' ') || text === lines[lines.length - 1]) return;
      lines.push(text);
      if (lines.length > limits.historyMaxEntries) lines = lines.slice(-limits.historyMaxEntries);
      own = cap([...own, { at: now(), line: text }]);
      write(storage, storageKeys.history(owner, tab), own);
    },
    clear() {
      lines = [];
      own = [];
      for (const key of tabKeys(storage, owner)) remove(storage, key);
    },
    switchTo(next) {
      owner = next;
      load();
    },
  };
}

/** All tabs' lines, oldest first. Folds old keys into one, under a tab name of their own, when there are many. */
function mergeTabs(storage: Storage | undefined, owner: string, ownKey: string): Entry[] {
  const keys = tabKeys(storage, owner);
  const texts = new Map(keys.map((key) => [key, textOf(storage, key)]));
  const sorted = [...texts.values()].flatMap(parse).sort((one, other) => one.at - other.at);
  // A tab that still runs writes its lines again after they were folded.
  const merged = cap([...new Map(sorted.map((entry) => [`${entry.at} ${entry.line}`, entry])).values()]);
  if (keys.length > TAB_KEYS_MAX) {
    const folded = storageKeys.history(owner, `all-${ownKey.slice(ownKey.lastIndexOf(':') + 1)}`);
    // Written and read back first: a crash in between leaves lines twice, never lost.
    if (write(storage, folded, merged)) {
      // A key that its tab has changed since holds a line that was not read.
      for (const [key, text] of texts) if (key !== folded && textOf(storage, key) === text) remove(storage, key);
    }
  }
  const unique: Entry[] = [];
  for (const entry of merged) if (unique[unique.length - 1]?.line !== entry.line) unique.push(entry);
  return unique;
}

/** The newest that fit the limits. */
function cap(entries: Entry[]): Entry[] {
  let units = 0;
  let first = entries.length;
  while (first > 0 && entries.length - first < limits.historyMaxEntries) {
    units += (entries[first - 1] as Entry).line.length + 20;
    if (units > limits.historyMaxUnits) break;
    first -= 1;
  }
  return entries.slice(first);
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

function textOf(storage: Storage | undefined, key: string): string {
  try {
    return storage?.getItem(key) ?? '[]';
  } catch {
    return '[]';
  }
}

function parse(text: string): Entry[] {
  try {
    const parsed = v.safeParse(stored, JSON.parse(text));
    return parsed.success ? parsed.output.map(([at, line]) => ({ at, line })) : [];
  } catch {
    return [];
  }
}

function write(storage: Storage | undefined, key: string, entries: readonly Entry[]): boolean {
  try {
    storage?.setItem(key, JSON.stringify(entries.map((entry) => [entry.at, entry.line])));
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
