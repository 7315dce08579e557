import 'client-only';
import type { Files } from '@/lib/core/fs/files.ts';
import { StorageFull, type KeyValueStore } from '@/lib/core/fs/key-value-store.ts';
import { packBytes, unpackBytes } from '@/lib/core/fs/packed-text.ts';
import * as limits from '@/lib/core/limits.ts';
import { isHash } from '@/lib/core/sync/sha256.ts';

/**
 * What somebody has typed in the editor and not saved, so that a tab that dies takes nothing with it. Each key holds one
 * draft, and each tab writes only keys of its own, the new one before it removes the old.
 * Rejected: saving by itself. What is half typed would be pushed, merged and shown on other devices.
 */
export interface Draft {
  /** Its own among those of its owner. */
  name: string;
  /** Of the file, links followed. */
  path: string;
  /** When it was kept, milliseconds since the epoch; for telling and for their order only. */
  atMs: number;
  /** Hash of the file that the text was made from; empty: there was none. */
  from: string;
  text: string;
}

export interface Drafts {
  readonly owner: string;
  /** Whether this is still the owner whose files are open, as the store says: another tab may have wiped them this moment. */
  isOpen(): boolean;
  /** Newest first. What cannot be read is left out, and left alone. */
  all(): Draft[];
  has(name: string): boolean;
  /**
   * Keeps a text and then removes the draft `old`, which it follows.
   * @returns its name; undefined when there is no room: `old` is then still there.
   */
  keep(draft: Omit<Draft, 'name' | 'atMs'>, old: string | undefined): string | undefined;
  drop(name: string): void;
}

export interface DraftsOptions {
  store: KeyValueStore;
  owner: string;
  /** What the keys begin with; the name follows. */
  prefix: string;
  /** A name that no other tab will ever give. */
  newName: () => string;
  now: () => number;
  isOpen: () => boolean;
}

export function openDrafts({ store, owner, prefix, newName, now, isOpen }: DraftsOptions): Drafts {
  return {
    owner,
    isOpen,
    all: () => store.keys(prefix)
      .flatMap((key) => parse(key.slice(prefix.length), store.get(key)) ?? [])
      .sort((a, b) => b.atMs - a.atMs || (a.name < b.name ? 1 : -1)),
    has: (name) => store.get(`${prefix}${name}`) !== undefined,
    keep({ path, from, text }, old) {
      const bytes = new TextEncoder().encode(text);
      const name = newName();
      const key = `${prefix}${name}`;
      const value = `${JSON.stringify([1, path, now(), from, bytes.length])}\n${packBytes(bytes)}`;
      try {
        store.set(key, value);
      } catch (error) {
        if (error instanceof StorageFull) return undefined;
        throw error;
      }
      if (store.get(key) !== value) {
        store.remove(key);
        return undefined;
      }
      if (old !== undefined) store.remove(`${prefix}${old}`);
      return name;
    },
    drop: (name) => store.remove(`${prefix}${name}`),
  };
}

function parse(name: string, value: string | undefined): Draft | undefined {
  const end = value?.indexOf('\n') ?? -1;
  if (value === undefined || end < 0) return undefined;
  let input: unknown;
  try {
    input = JSON.parse(value.slice(0, end));
  } catch {
    return undefined;
  }
  // By hand: a library of checks is a good deal more code than these.
  if (!Array.isArray(input) || input.length < 5) return undefined;
  const [format, path, atMs, from, length] = input as unknown[];
  if (format !== 1 || typeof path !== 'string' || path === '' || path.length > limits.pathMaxBytes || typeof atMs !== 'number' || !Number.isFinite(atMs)) return undefined;
  if (typeof from !== 'string' || (from !== '' && !isHash(from)) || typeof length !== 'number' || !Number.isInteger(length) || length < 0) return undefined;
  const bytes = unpackBytes(value, end + 1, length);
  return bytes === undefined ? undefined : { name, path, atMs, from, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
}

/** Text that somebody typed and no file has, newest first; it exists only here. */
export const unsavedDrafts = (files: Files, place: DraftsOptions): Draft[] => openDrafts(place).all().filter((draft) => !isSaved(files, draft));

/** Whether the file holds this very text, so that nothing of it is unsaved. */
export function isSaved(files: Files, { path, text }: Draft): boolean {
  const bytes = new TextEncoder().encode(text);
  try {
    if (files.stat(path)?.size !== bytes.length) return false;
    return files.read(path).every((byte, index) => byte === bytes[index]);
  } catch {
    // A directory by now, or with a mode that forbids reading.
    return false;
  }
}
