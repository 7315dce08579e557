import { parseCommit } from '../commit.ts';
import { createMemoryLog, type MemoryLog } from '../memory-log.ts';
import { hashOf } from '../sha256.ts';
import { applyOperations, rootHash, type TreeEntry } from '../tree.ts';

/** A promise of sync that did not hold. */
export class Violation extends Error {}

/**
 * A person's log in memory that judges every commit as it arrives: it must follow its parent, lead to the tree it
 * names, bring or have every content it names, and never bring a removed file back as it was. Each commit is
 * looked at once, so that a long run pays for it once.
 */
export interface WatchedLog {
  readonly memory: MemoryLog;
  /** Seq of the newest commit; 0 for none. */
  head(): number;
  at(seq: number): WatchedCommit | undefined;
  /** The newest state of a file that is like this. */
  find(id: string, isIt: (entry: TreeEntry) => boolean): TreeEntry | undefined;
  /** Whether the commit at `seq` brought this content, itself or by packs that are there. */
  holds(seq: number, hash: string): boolean;
  /** Whether any commit brought this content. */
  everHeld(hash: string): boolean;
  /** @throws Violation when a commit is gone or is not what was written. */
  requireKept(): void;
  /**
   * A browser was copied together with work that it had not sent: what the copy sends may have been sent, and removed,
   * before.
   */
  expectCopies(): void;
  /** Somebody gave a file this name and these permissions, maybe in the moment in which another tab removed it: an edit, and the edit wins. */
  expectState(id: string, state: Pick<TreeEntry, 'path' | 'mode' | 'hash'>): void;
  /** The store lost its newest commits: what is beyond `seq` never was. What comes after it may not follow it. */
  rollBack(seq: number): void;
}

export interface WatchedCommit {
  hash: string;
  root: string;
  tree: ReadonlyMap<string, TreeEntry>;
  contents: ReadonlyMap<string, Uint8Array | string[]>;
}

const stateOf = (id: string, { path, mode, hash }: Pick<TreeEntry, 'path' | 'mode' | 'hash'>): string => JSON.stringify([id, path, mode, hash]);

export function createWatchedLog(owner: string): WatchedLog {
  const inner = createMemoryLog();
  const commits = new Map<number, WatchedCommit>();
  /** By file id, every state in which it was ever put. */
  const past = new Map<string, Set<string>>();
  /** What somebody made of a file by moving it, or by its permissions. */
  const made = new Set<string>();
  let hasCopies = false;
  let isRolledBack = false;

  const watch = (seq: number, bytes: Uint8Array): void => {
    const parsed = parseCommit(bytes);
    if (!parsed.ok) throw new Violation(`commit ${seq} of ${owner} is ${parsed.reason}`);
    const { parent, operations, root, contents } = parsed.value;
    const before = commits.get(seq - 1);
    // Put after one that is lost: whoever reads it will notice, which is what is to be seen.
    if (isRolledBack && (before?.hash ?? '') !== parent) return;
    if (parsed.value.seq !== seq || parent !== (before?.hash ?? '')) throw new Violation(`commit ${seq} of ${owner} does not follow its parent`);
    const tree = applyOperations(before?.tree ?? new Map(), operations, seq);
    if (tree === undefined || rootHash(tree) !== root) throw new Violation(`commit ${seq} of ${owner} does not fit its parent`);
    for (const operation of operations) {
      if (operation.op !== 'put') continue;
      const known = past.get(operation.id) ?? new Set();
      const state = stateOf(operation.id, operation);
      if (!hasCopies && !isRolledBack && before?.tree.has(operation.id) !== true && known.has(state) && !made.has(state)) {
        throw new Violation(`commit ${seq} of ${owner} brings ${operation.path} back as it was before its removal`);
      }
      past.set(operation.id, known.add(state));
    }
    commits.set(seq, { hash: hashOf(bytes), root, tree, contents });
  };

  const memory: MemoryLog = {
    ...inner,
    async create(seq, bytes) {
      const outcome = await inner.create(seq, bytes);
      if (outcome === 'created' && !commits.has(seq)) watch(seq, bytes);
      return outcome;
    },
  };
  const head = (): number => Math.max(0, ...commits.keys());
  return {
    memory,
    head,
    at: (seq) => commits.get(seq),
    find(id, isIt) {
      for (let seq = head(); seq > 0; seq--) {
        const entry = commits.get(seq)?.tree.get(id);
        if (entry !== undefined && isIt(entry)) return entry;
      }
      return undefined;
    },
    holds(seq, hash) {
      const where = commits.get(seq)?.contents.get(hash);
      return where instanceof Uint8Array || (where?.every((pack) => inner.packs.has(pack)) ?? false);
    },
    everHeld: (hash) => [...commits.values()].some(({ contents }) => contents.has(hash)),
    expectCopies: () => {
      hasCopies = true;
    },
    expectState: (id, state) => void made.add(stateOf(id, state)),
    requireKept() {
      for (const [seq, { hash }] of commits) {
        const bytes = inner.commits.get(seq);
        if (bytes === undefined || hashOf(bytes) !== hash) throw new Violation(`commit ${seq} of ${owner} is no longer what was written`);
      }
    },
    rollBack(seq) {
      isRolledBack = true;
      for (const later of [...commits.keys()]) {
        if (later <= seq) continue;
        commits.delete(later);
        inner.commits.delete(later);
      }
    },
  };
}
