import * as v from 'valibot';
import { FsError } from '../fs/files.ts';
import { StorageFull, type ReservedStore } from '../fs/key-value-store.ts';
import { packBytes, unpackBytes } from '../fs/packed-text.ts';
import { HOME } from '../fs/places.ts';
import * as limits from '../limits.ts';
import { formatBase, parseBase, type Base } from './base.ts';
import type { AutomaticMerge } from './commit.ts';
import { hashOf, isHash } from './sha256.ts';

/** What sync keeps in this browser besides the files. */
export interface BaseStore {
  load(): Base;
  /** @throws FsError ENOSPC */
  save(base: Base): void;
  /** Remembers, before a commit is sent, that it may come to be, so that it is known as ours even after a crash. */
  noteSent(seq: number, id: string): void;
  wasSent(seq: number, id: string): boolean;
  /** Whether any commit was sent for this slot whose fate is not known. */
  hasSent(seq: number): boolean;
  /** Slots up to `seq` are decided. */
  clearSent(seq: number): void;
  /** The head in the last listing of the store, and its hash (empty for an empty log); undefined before the first. */
  listed(): { seq: number; hash: string } | undefined;
  noteListed(seq: number, hash: string): void;
  /**
   * Keeps what a file was here, before an automatic merge replaces it, until it is in the log.
   * @returns false when there is no room; the merge must then not be made.
   */
  keep(merge: AutomaticMerge, local: Uint8Array): boolean;
  kept(): AutomaticMerge[];
  /** undefined when it is gone or damaged. */
  keptContent(merge: AutomaticMerge): Uint8Array | undefined;
  dropKept(merge: Pick<AutomaticMerge, 'id' | 'local'>): void;
  /** Forgets all that was exchanged, as on a first visit; files and kept texts stay. */
  forget(): void;
}

/** What the keys begin with, or are. */
export interface BaseKeys {
  base: string;
  /** `<seq>.<commit id>` follows. */
  sent: string;
  /** `<file id>.<hash>` follows. */
  kept: string;
  listed: string;
}

const keptSchema = v.tuple([
  v.literal(1),
  v.pipe(v.string(), v.maxLength(limits.pathMaxBytes)),
  v.pipe(v.string(), v.check((text) => isHash(text))),
  v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.fileMaxBytes)),
]);

/**
 * The base is replaced whole by whichever tab runs a round; that an older one may overwrite a newer one does no
 * harm (see base.ts). Each sent commit and each kept text has a key of its own, so that tabs without a lock cannot
 * overwrite each other's.
 */
export function createBaseStore(store: ReservedStore, keys: BaseKeys): BaseStore {
  let known: { value: string; base: Base } | undefined;
  const setUrgent = (key: string, value: string): void => {
    try {
      store.setUrgent(key, value);
    } catch (error) {
      if (error instanceof StorageFull) throw new FsError('ENOSPC', HOME);
      throw error;
    }
  };
  const keyOf = ({ id, local }: Pick<AutomaticMerge, 'id' | 'local'>): string => `${keys.kept}${id}.${local}`;
  const readKept = (key: string): { merge: AutomaticMerge; size: number; value: string; at: number } | undefined => {
    const value = store.get(key);
    const [id = '', local = ''] = key.slice(keys.kept.length).split('.');
    const at = value?.indexOf('\n') ?? -1;
    if (value === undefined || at < 0 || !/^[\w-]{1,64}$/.test(id) || !isHash(local)) return undefined;
    let input: unknown;
    try {
      input = JSON.parse(value.slice(0, at));
    } catch {
      return undefined;
    }
    const parsed = v.safeParse(keptSchema, input);
    if (!parsed.success) return undefined;
    const [, path, theirs, size] = parsed.output;
    return { merge: { id, path, local, theirs }, size, value, at };
  };

  return {
    load() {
      const value = store.get(keys.base);
      if (value === undefined) return parseBase(undefined);
      // Parsing a tree of thousands of entries at every poll would be felt.
      if (known?.value !== value) known = { value, base: parseBase(value) };
      return known.base;
    },
    save(base) {
      const value = formatBase(base);
      setUrgent(keys.base, value);
      known = { value, base };
    },
    noteSent: (seq, id) => setUrgent(`${keys.sent}${seq}.${id}`, ''),
    wasSent: (seq, id) => store.get(`${keys.sent}${seq}.${id}`) !== undefined,
    hasSent: (seq) => store.keys(`${keys.sent}${seq}.`).length > 0,
    clearSent(seq) {
      for (const key of store.keys(keys.sent)) {
        const slot = Number(key.slice(keys.sent.length).split('.')[0]);
        if (slot <= seq) store.remove(key);
      }
    },
    listed() {
      const match = /^(\d{1,12})\.([\w-]{43}|)$/.exec(store.get(keys.listed) ?? '');
      return match === null ? undefined : { seq: Number(match[1]), hash: match[2] ?? '' };
    },
    noteListed: (seq, hash) => setUrgent(keys.listed, `${seq}.${hash}`),
    keep(merge, local) {
      const key = keyOf(merge);
      const value = `${JSON.stringify([1, merge.path, merge.theirs, local.length])}\n${packBytes(local)}`;
      try {
        store.set(key, value);
      } catch (error) {
        if (error instanceof StorageFull) return false;
        throw error;
      }
      if (store.get(key) === value) return true;
      store.remove(key);
      return false;
    },
    kept: () => store.keys(keys.kept).flatMap((key) => readKept(key)?.merge ?? []).sort((a, b) => (a.path < b.path ? -1 : 1)),
    keptContent(merge) {
      const found = readKept(keyOf(merge));
      const bytes = found && unpackBytes(found.value, found.at + 1, found.size);
      return bytes !== undefined && hashOf(bytes) === merge.local ? bytes : undefined;
    },
    dropKept: (merge) => store.remove(keyOf(merge)),
    forget() {
      // The notes first: a base without them is only an older base.
      for (const key of store.keys(keys.sent)) store.remove(key);
      store.remove(keys.listed);
      store.remove(keys.base);
    },
  };
}
