import { copyFile, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

/**
 * One value kept in memory and in one JSON file. A save writes a temporary file, flushes it to the disk and
 * renames it over the old one, so a crash leaves the old value or the new one, never half of either; the value
 * before the last save stays beside it as `.previous`. Saves that arrive while one is under way share the next
 * write, so a hundred at once cost two flushes.
 *
 * Rejected: an append-only journal. It needs compaction and replay, and the stores here are a few hundred
 * kilobytes at most, where a whole write takes no longer than the flush that both would need.
 */
export interface DurableJson<T> {
  /** Mutate it in place, then `save()`. */
  readonly value: T;
  /** Resolves when everything that was in `value` at the time of the call is on the disk. */
  save(): Promise<void>;
}

export interface DurableJsonOptions<T> {
  path: string;
  /** What the file holds, as a person would say it: `the users`. */
  what: string;
  empty: () => T;
  /** Checks a decoded file; throws when the shape is wrong. */
  parse: (value: unknown) => T;
  now: () => number;
  /** Gets one sentence for each file that could not be read. */
  warn: (sentence: string) => void;
}

/** Opens the file. A damaged one is set aside, never overwritten, and the previous copy is used when it is whole. */
export async function openDurableJson<T>(options: DurableJsonOptions<T>): Promise<DurableJson<T>> {
  await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
  const value = await load(options);

  let writing: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  const write = (): Promise<void> => {
    writing = replaceFile(options.path, JSON.stringify(value)).finally(() => {
      writing = undefined;
    });
    return writing;
  };
  return {
    value,
    save() {
      if (queued !== undefined) return queued;
      if (writing === undefined) return write();
      queued = writing.catch(() => undefined).then(() => {
        queued = undefined;
        return write();
      });
      return queued;
    },
  };
}

async function load<T>({ path, what, empty, parse, now, warn }: DurableJsonOptions<T>): Promise<T> {
  const previous = `${path}.previous`;
  const current = await read(path, parse);
  if (current.kind === 'whole') return current.value;
  const older = await read(previous, parse);
  if (current.kind === 'absent') {
    if (older.kind !== 'whole') return empty();
    warn(`The file with ${what} (${path}) is gone, so the copy before the last change is used; remove ${basename(previous)} too if you meant to start afresh.`);
    return older.value;
  }
  const aside = `${path}.damaged-${now()}`;
  await rename(path, aside);
  if (older.kind === 'whole') {
    warn(`The file with ${what} was damaged: it is kept as ${aside}, and the copy before the last change is used.`);
    return older.value;
  }
  warn(`The file with ${what} was damaged: it is kept as ${aside}, and this run starts without it; put a good copy at ${path} and start again to get it back.`);
  return empty();
}

type Read<T> = { kind: 'whole'; value: T } | { kind: 'absent' } | { kind: 'damaged' };

async function read<T>(path: string, parse: (value: unknown) => T): Promise<Read<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    // Anything but "not there" (no permission, a failing disk) must stop the start: it is not ours to replace.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { kind: 'absent' };
  }
  try {
    return { kind: 'whole', value: parse(JSON.parse(text)) };
  } catch {
    return { kind: 'damaged' };
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await keepPrevious(path);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

async function keepPrevious(path: string): Promise<void> {
  const previous = `${path}.previous`;
  await rm(previous, { force: true });
  try {
    await link(path, previous);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    // File systems without hard links.
    await copyFile(path, previous);
  }
}

/** The rename itself is durable only when its folder is; Windows can't open folders and flushes by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
