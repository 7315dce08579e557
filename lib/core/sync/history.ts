import type { AutomaticMerge } from './commit.ts';
import { LogUnreadable, type CommitReader, type LoggedCommit } from './history-reader.ts';
import { hashOf } from './sha256.ts';
import { applyInPlace, rootHash, type Operation, type Tree, type TreeEntry } from './tree.ts';

/**
 * The log as a person asks about it: what each commit changed, and the tree as it was at any of them. Commits are
 * kept with the state before and after of each file they touched, without contents, so that every tree can
 * be had by going backwards from the newest one: 10,000 commits need no 10,000 trees.
 */
export interface Change {
  id: string;
  /** undefined: it was not there. */
  before: TreeEntry | undefined;
  /** undefined: it is gone. */
  after: TreeEntry | undefined;
}

export interface HistoryEntry {
  seq: number;
  device: string;
  /** Milliseconds since the epoch by that device's clock; for telling only. */
  atMs: number;
  /** Stored bytes. */
  bytes: number;
  changes: readonly Change[];
  merges: readonly AutomaticMerge[];
}

export interface History {
  /** Seq of the newest commit that is known here; 0 for none. */
  readonly head: number;
  /** Reads what came after `head`. @throws LogUnreadable */
  forward(): Promise<void>;
  /** A commit that the log has; reads back to it when needed. @throws LogUnreadable, RangeError for one there is not. */
  entry(seq: number): Promise<HistoryEntry>;
  newestFirst(): AsyncGenerator<HistoryEntry>;
  /** The tree after commit `seq`; 0 is the empty one. */
  treeAt(seq: number): Promise<Map<string, TreeEntry>>;
}

interface Known {
  seq: number;
  tree: Tree;
  /** Hash of the commit at `seq`; undefined when that is not known. */
  parent?: string;
}

export interface HistoryOptions {
  reader: CommitReader;
  /** A tree that is known already (this browser's base), so that reading may begin at the newest end. */
  known?: Known;
  /** Commits read so far, and how many have to be. */
  onProgress?: (done: number, total: number) => void;
}

const FIRST_STRIDE = 256;
const DAMAGED = 'The stored history of your files is damaged there; nothing was changed.';

/** Changes `tree` as the operations say; answers what they did to each file, or undefined when they do not fit. */
export function foldOperations(tree: Map<string, TreeEntry>, operations: readonly Operation[], seq: number): Change[] | undefined {
  const before = new Map<string, TreeEntry | undefined>();
  for (const { id } of operations) before.set(id, tree.get(id));
  if (!applyInPlace(tree, operations, seq)) return undefined;
  const changes: Change[] = [];
  for (const [id, old] of before) changes.push({ id, before: old, after: tree.get(id) });
  return changes;
}

export function openHistory({ reader, known = { seq: 0, tree: new Map() }, onProgress }: HistoryOptions): History {
  /** What is known of seqs `floor + 1` to `floor + entries.length`. */
  let floor = known.seq;
  let floorTree: Tree = known.tree;
  let entries: HistoryEntry[] = [];
  let headTree: Tree = known.tree;
  let headHash = known.parent;
  const head = (): number => floor + entries.length;

  /**
   * Folds the commits after `start` onto its tree; the last one's root hash proves the outcome.
   * @param isCache `start` is somebody's word: its own commit must vouch for it, else the answer is undefined.
   */
  const read = async (start: Known, to?: number, isCache = false): Promise<{ tree: Map<string, TreeEntry>; entries: HistoryEntry[]; hash: string } | undefined> => {
    const tree = new Map(start.tree);
    const found: HistoryEntry[] = [];
    let root = isCache ? rootHash(tree) : '';
    let object: Uint8Array = new Uint8Array(0);
    for await (const commit of reader.commits(isCache ? start.seq : start.seq + 1, to, isCache ? undefined : start.parent)) {
      if (commit.seq === start.seq) {
        if (commit.root !== root) return undefined;
        continue;
      }
      const changes = foldOperations(tree, commit.operations, commit.seq);
      if (changes === undefined) throw new LogUnreadable('stopped', DAMAGED);
      found.push(entryOf(commit, changes));
      root = commit.root;
      object = commit.object;
      onProgress?.(found.length, Math.min(to ?? commit.head, commit.head) - start.seq);
    }
    if (found.length > 0 && rootHash(tree) !== root) throw new LogUnreadable('stopped', DAMAGED);
    return { tree, entries: found, hash: hashOf(object) };
  };

  /** Commits skipped when looking for a snapshot to begin at; grows, so that a long way back is not made of small steps. */
  let stride = 0;
  /** Reads older commits until `seq` is known. */
  const back = async (seq: number): Promise<void> => {
    while (seq <= floor) {
      const snapshot = stride < floor - 1 ? await reader.snapshotBefore?.(floor - 1 - stride) : undefined;
      stride = stride * 2 + FIRST_STRIDE;
      const isUsable = snapshot !== undefined && snapshot.seq > 0 && snapshot.seq < floor;
      const start: Known = isUsable ? snapshot : { seq: 0, tree: new Map() };
      const older = await read(start, floor, isUsable);
      if (older === undefined) {
        // It lies: from here on only the log itself.
        stride = Number.MAX_SAFE_INTEGER;
        continue;
      }
      if (rootHash(older.tree) !== rootHash(floorTree)) throw new LogUnreadable('stopped', DAMAGED);
      entries = [...older.entries, ...entries];
      floor = start.seq;
      floorTree = start.tree;
    }
  };

  const history: History = {
    get head() {
      return head();
    },

    async forward() {
      const newer = await read({ seq: head(), tree: headTree, ...(headHash === undefined ? {} : { parent: headHash }) });
      if (newer === undefined || newer.entries.length === 0) return;
      entries.push(...newer.entries);
      headTree = newer.tree;
      headHash = newer.hash;
    },

    async entry(seq) {
      if (!Number.isInteger(seq) || seq < 1 || seq > head()) throw new RangeError(`There is no commit ${seq}.`);
      await back(seq);
      return entries[seq - floor - 1]!;
    },

    async *newestFirst() {
      for (let seq = head(); seq >= 1; seq--) yield await history.entry(seq);
    },

    async treeAt(seq) {
      if (!Number.isInteger(seq) || seq < 0 || seq > head()) throw new RangeError(`There is no commit ${seq}.`);
      if (seq < head()) await back(seq + 1);
      const tree = new Map(headTree);
      for (let at = head(); at > seq; at--) {
        for (const { id, before } of entries[at - floor - 1]!.changes) {
          if (before === undefined) tree.delete(id);
          else tree.set(id, before);
        }
      }
      return tree;
    },
  };
  return history;
}

function entryOf(commit: LoggedCommit, changes: Change[]): HistoryEntry {
  const { seq, device, atMs, object, merges } = commit;
  return { seq, device, atMs, bytes: object.length, changes, merges };
}
