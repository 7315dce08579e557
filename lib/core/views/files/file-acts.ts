import { FsError, type Files } from '../../fs/files.ts';
import { baseName, directoryOf, isWithin, joinPath } from '../../fs/path.ts';
import * as limits from '../../limits.ts';
import { isUnchanged, restoreSnapshot, snapshotBytes, takeSnapshot, type TreeSnapshot } from './tree-snapshot.ts';

/**
 * What the file manager does to files. Each act either happens or is refused with a sentence, and answers how it is taken
 * back. Copying and moving are those of `cp -a` and `mv`, so that there is one way of doing them; whatever is interrupted
 * between two files has left each of them whole.
 */
export interface ActOutcome {
  /** What happened, as a sentence. */
  said: string;
  /** Takes it back; answers what happened. Absent when there is nothing to take back. */
  undo?: () => Promise<string>;
}

/** Copies or moves one entry to a path of its own; answers the tool's complaint, undefined when it was done. */
export type Transfer = (verb: 'copy' | 'move', from: string, to: string) => Promise<string | undefined>;

/** What to do where a name is taken. */
export type Taken = 'overwrite' | 'both' | 'skip';

export class FileActs {
  readonly #files: Files;
  readonly #transfer: Transfer;
  readonly #removeTree: (path: string) => Promise<void>;

  constructor(files: Files, transfer: Transfer, removeTree: (path: string) => Promise<void>) {
    this.#files = files;
    this.#transfer = transfer;
    this.#removeTree = removeTree;
  }

  /** Names in `directory` that copying or moving `paths` there would meet. */
  taken(paths: readonly string[], directory: string): string[] {
    return paths.map((path) => baseName(path)).filter((name) => this.#files.linkStat(joinPath(directory, name)) !== undefined);
  }

  async transfer(verb: 'copy' | 'move', paths: readonly string[], directory: string, taken: Taken): Promise<ActOutcome> {
    const done: { from: string; to: string; replaced: TreeSnapshot | undefined }[] = [];
    let failure: string | undefined;
    for (const from of paths) {
      let to = joinPath(directory, baseName(from));
      const isThere = this.#files.linkStat(to) !== undefined;
      if (isThere && (taken === 'skip' || (verb === 'move' && to === from))) continue;
      if (isThere && (taken === 'both' || to === from)) to = this.#freeName(to);
      const replaced = this.#files.linkStat(to) === undefined ? undefined : takeSnapshot(this.#files, to);
      failure = await this.#transfer(verb, from, to);
      if (failure !== undefined) break;
      done.push({ from, to, replaced });
    }
    const words = `${count(done.length)} ${verb === 'copy' ? 'copied' : 'moved'} to ${directory}`;
    const said = failure === undefined ? `${words}.` : done.length === 0 ? failure : `${words}; then: ${failure}`;
    if (done.length === 0) return { said };
    const made = verb === 'copy' ? done.map(({ to }) => takeSnapshot(this.#files, to)) : [];
    return { said, undo: () => (verb === 'copy' ? this.#takeBackCopies(done, made) : this.#takeBackMoves(done)) };
  }

  /** @param name without a slash */
  async rename(path: string, name: string): Promise<ActOutcome> {
    const to = joinPath(directoryOf(path), name);
    const refusal = nameRefusal(name) ?? (to !== path && this.#files.linkStat(to) !== undefined ? `${name} is there already.` : undefined);
    if (refusal !== undefined) return { said: refusal };
    if (to === path) return { said: 'It keeps its name.' };
    const failure = await this.#transfer('move', path, to);
    return failure === undefined
      ? { said: `${baseName(path)} is now ${name}.`, undo: () => this.#takeBackMoves([{ from: path, to, replaced: undefined }]) }
      : { said: failure };
  }

  async make(kind: 'file' | 'directory', directory: string, name: string): Promise<ActOutcome> {
    const path = joinPath(directory, name);
    const refusal = nameRefusal(name) ?? (this.#files.linkStat(path) !== undefined ? `${name} is there already.` : undefined);
    if (refusal !== undefined) return { said: refusal };
    return this.#attempt(() => {
      if (kind === 'directory') this.#files.makeDirectory(path);
      else this.#files.write(path, new Uint8Array(0));
      const made = takeSnapshot(this.#files, path);
      return { said: `${name} is made.`, undo: () => this.#takeBackCopies([{ to: path, replaced: undefined }], [made]) };
    });
  }

  async remove(paths: readonly string[]): Promise<ActOutcome> {
    let kept: TreeSnapshot[] | undefined = [];
    const removed: string[] = [];
    let failure: string | undefined;
    for (const path of paths) {
      try {
        const snapshot = takeSnapshot(this.#files, path);
        if (snapshot !== undefined) kept?.push(snapshot);
        if (this.#files.linkStat(path)?.kind === 'directory') await this.#removeTree(path);
        else this.#files.remove(path);
        removed.push(path);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        failure = `${baseName(path)}: ${error.message}`;
        break;
      }
    }
    const bytes = kept.reduce((sum, snapshot) => sum + snapshotBytes(snapshot), 0);
    if (bytes > limits.fileManagerUndoMaxBytes) kept = undefined;
    const said = failure ?? `${count(removed.length)} deleted.`;
    const snapshots = kept;
    if (snapshots === undefined || removed.length === 0) return { said: removed.length === 0 ? said : `${said} That was too much to take it back.` };
    return { said, undo: async () => this.#restore(snapshots) };
  }

  async #restore(snapshots: readonly TreeSnapshot[]): Promise<string> {
    const outcome = await this.#attempt(() => {
      for (const snapshot of snapshots) {
        if (this.#files.linkStat(snapshot.path) !== undefined) continue;
        restoreSnapshot(this.#files, snapshot);
      }
      return { said: `${count(snapshots.length)} back again.` };
    });
    return outcome.said;
  }

  async #takeBackMoves(done: readonly { from: string; to: string; replaced: TreeSnapshot | undefined }[]): Promise<string> {
    for (const { from, to, replaced } of done.toReversed()) {
      if (this.#files.linkStat(from) !== undefined) return `${baseName(from)} is there again, so it was not moved back.`;
      const failure = await this.#transfer('move', to, from);
      if (failure !== undefined) return failure;
      if (replaced !== undefined) await this.#restore([replaced]);
    }
    return `${count(done.length)} moved back.`;
  }

  async #takeBackCopies(done: readonly { to: string; replaced: TreeSnapshot | undefined }[], made: readonly (TreeSnapshot | undefined)[]): Promise<string> {
    for (const [index, { to, replaced }] of done.entries()) {
      const before = made[index];
      if (before === undefined || this.#files.linkStat(to) === undefined) continue;
      // It may be the only place of what was written into it since.
      if (!isUnchanged(this.#files, before)) return `${baseName(to)} was changed since, so it stays.`;
      const outcome = await this.#attempt(async () => {
        if (before.kind === 'directory') await this.#removeTree(to);
        else this.#files.remove(to);
        if (replaced !== undefined) restoreSnapshot(this.#files, replaced);
        return { said: '' };
      });
      if (outcome.said !== '') return outcome.said;
    }
    return 'Taken back.';
  }

  async #attempt(work: () => ActOutcome | Promise<ActOutcome>): Promise<ActOutcome> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return { said: `${baseName(error.path)}: ${error.message}` };
    }
  }

  /** `name (copy).txt`, `name (copy 2).txt` … */
  #freeName(path: string): string {
    const name = baseName(path);
    const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
    for (let number = 1; ; number += 1) {
      const free = joinPath(directoryOf(path), `${name.slice(0, dot)} (copy${number === 1 ? '' : ` ${number}`})${name.slice(dot)}`);
      if (this.#files.linkStat(free) === undefined) return free;
    }
  }

  /** Why `paths` cannot go into `directory`; undefined when they can. */
  refusal(paths: readonly string[], directory: string): string | undefined {
    if (this.#files.stat(directory)?.kind !== 'directory') return `There is no directory ${directory}; N makes one.`;
    const inside = paths.find((path) => this.#files.linkStat(path)?.kind === 'directory' && isWithin(path, directory));
    return inside === undefined ? undefined : `${baseName(inside)} cannot go into itself.`;
  }
}

const count = (number: number): string => (number === 1 ? '1 file' : `${number} files`);

function nameRefusal(name: string): string | undefined {
  if (name === '') return 'A name is needed.';
  return name.includes('/') || name === '.' || name === '..' ? `${name} is no name for a file; it may not hold a slash.` : undefined;
}
