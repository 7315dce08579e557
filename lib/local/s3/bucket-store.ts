import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { KeyIndex } from './key-index.ts';
import { type ObjectMeta, decodeObjectFile, encodeObjectFile } from './object-file.ts';
import { S3Error } from './s3-error.ts';

/**
 * One bucket on disk:
 *
 *     <bucket>/objects/ab/cd/<sha256 of the key>   one file an object (object-file.ts)
 *     <bucket>/incoming/<random>                   being written; emptied at start
 *
 * A write goes to `incoming`, is flushed, is renamed over the object, and the folder is flushed: a crash between
 * any two steps leaves the old object or the new one. The name is a hash, so no key can name a path. The index in
 * memory is rebuilt from the files at start: no second file could disagree with them. Rejected: SQLite (no
 * module of Node 20's own), and one folder per key segment (`a` and `a/b` are both keys in S3, not on a disk).
 */
export class BucketStore {
  readonly index = new KeyIndex<ObjectMeta>();
  readonly #folder: string;
  readonly #writing = new Map<string, Promise<void>>();
  readonly #foldersMade = new Set<string>();
  readonly createdMs: number;

  private constructor(folder: string, createdMs: number) {
    this.#folder = folder;
    this.createdMs = createdMs;
  }

  /** Opens the bucket in `folder`, making it where it is not; a damaged object is set aside and told to `warn`. */
  static async open(folder: string, warn: (sentence: string) => void): Promise<BucketStore> {
    const objects = join(folder, 'objects');
    await makeFolder(objects);
    await rm(join(folder, 'incoming'), { recursive: true, force: true });
    await makeFolder(join(folder, 'incoming'));
    const handle = await open(folder, 'r');
    const { birthtimeMs, mtimeMs } = await handle.stat().finally(() => handle.close());
    const store = new BucketStore(folder, birthtimeMs || mtimeMs);
    await store.#load(objects, warn);
    return store;
  }

  /** The object's metadata and bytes as one version, or null. */
  async read(key: string): Promise<{ meta: ObjectMeta; data: Buffer } | null> {
    if (!this.index.get(key)) return null;
    let file: Buffer;
    try {
      file = await readFile(this.#pathOf(key));
    } catch (error) {
      // A rival deletes it: its file goes first, its entry in the index after.
      if (isNotFound(error) && (this.#writing.has(key) || !this.index.get(key))) return null;
      throw error;
    }
    // Metadata come from the file, not the index: a rival's rename may have come between.
    const found = decodeObjectFile(file);
    if (!found || found.meta.key !== key) throw new Error(`the object file of ${JSON.stringify(key)} is damaged; restart to set it aside`);
    return found;
  }

  /**
   * Puts an object when `judge` lets it: `judge` sees what is there, and nothing can come between it and the write.
   * A conditional write does not queue behind a rival, it is refused, as S3 does.
   * @throws S3Error what `judge` throws, or `ConditionalRequestConflict`.
   */
  async write(meta: ObjectMeta, data: Uint8Array, judge: (existing: ObjectMeta | null) => void, conditional: boolean): Promise<void> {
    await this.#alone(meta.key, conditional, async () => {
      judge(this.index.get(meta.key) ?? null);
      const path = this.#pathOf(meta.key);
      const incoming = join(this.#folder, 'incoming', randomUUID());
      try {
        const file = await open(incoming, 'wx', 0o600);
        try {
          await file.writeFile(encodeObjectFile(meta, data));
          await file.datasync();
        } finally {
          await file.close();
        }
        await this.#makeFolderOnce(dirname(path));
        await rename(incoming, path);
      } catch (error) {
        await rm(incoming, { force: true });
        throw error;
      }
      // Listed only once it would survive a crash; after a failed flush the file is there all the same.
      await flushFolder(dirname(path)).finally(() => this.index.set(meta.key, meta));
    });
  }

  /** Removes an object when `judge` lets it; there being none is a success, as in S3. */
  async remove(key: string, judge: (existing: ObjectMeta | null) => void, conditional: boolean): Promise<void> {
    await this.#alone(key, conditional, async () => {
      const existing = this.index.get(key) ?? null;
      judge(existing);
      if (!existing) return;
      const path = this.#pathOf(key);
      await unlink(path);
      await flushFolder(dirname(path)).finally(() => this.index.delete(key));
    });
  }

  async #alone(key: string, conditional: boolean, work: () => Promise<void>): Promise<void> {
    const rival = this.#writing.get(key);
    if (rival && conditional)
      throw new S3Error('ConditionalRequestConflict', 'The conditional request cannot succeed due to a conflicting operation against this resource.');
    const turn = (rival ?? Promise.resolve()).then(work);
    const settled = turn.catch(() => undefined);
    this.#writing.set(key, settled);
    try {
      await turn;
    } finally {
      if (this.#writing.get(key) === settled) this.#writing.delete(key);
    }
  }

  #pathOf(key: string): string {
    const name = fileNameOf(key);
    return join(this.#folder, 'objects', name.slice(0, 2), name.slice(2, 4), name);
  }

  async #makeFolderOnce(folder: string): Promise<void> {
    if (this.#foldersMade.has(folder)) return;
    await makeFolder(folder);
    this.#foldersMade.add(folder);
  }

  async #load(objects: string, warn: (sentence: string) => void): Promise<void> {
    const found: Array<[string, ObjectMeta]> = [];
    const entries = await readdir(objects, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith('.corrupt'));
    const queue = files.values();
    const worker = async () => {
      for (const entry of queue) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const object = decodeObjectFile(await readFile(path));
        if (object && this.#pathOf(object.meta.key) === path) {
          found.push([object.meta.key, object.meta]);
          this.#foldersMade.add(dirname(path));
        } else {
          await rename(path, `${path}.corrupt`);
          warn(`The stored object ${relative(this.#folder, path)} is damaged and was set aside as ${entry.name}.corrupt; the bucket opens without it.`);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    this.index.load(found);
  }
}

export function fileNameOf(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** Makes a folder and flushes each parent that got a new entry, so that a crash cannot take the folder away again. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await flushFolder(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/** A rename or unlink is on disk only when its folder is. Windows cannot open a folder; there it goes without. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
