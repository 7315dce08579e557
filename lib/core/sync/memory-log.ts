import type { LogStore } from './serve-log.ts';

/** A person's log in memory: the reference for the contract suite, and the store of the simulation. */
export interface MemoryLog extends LogStore {
  readonly commits: Map<number, Uint8Array>;
  readonly packs: Map<string, Uint8Array>;
  readonly snapshots: Map<number, Uint8Array>;
}

export function createMemoryLog(): MemoryLog {
  const commits = new Map<number, Uint8Array>();
  const packs = new Map<string, Uint8Array>();
  const snapshots = new Map<number, Uint8Array>();
  const create = <K>(objects: Map<K, Uint8Array>, key: K, bytes: Uint8Array): 'created' | 'exists' => {
    if (objects.has(key)) return 'exists';
    objects.set(key, bytes.slice());
    return 'created';
  };
  /** Sorting 10,000 numbers for each listing would be all that a test of a long log does. */
  const newestOf = (objects: ReadonlyMap<number, Uint8Array>, count: number, atMost = Number.POSITIVE_INFINITY): number[] => {
    const found: number[] = [];
    for (const seq of objects.keys()) {
      if (seq > atMost || (found.length === count && seq <= found[count - 1]!)) continue;
      found.push(seq);
      found.sort((a, b) => b - a);
      if (found.length > count) found.pop();
    }
    return found;
  };
  return {
    commits,
    packs,
    snapshots,
    newest: async (count) => newestOf(commits, count),
    read: async (seq) => commits.get(seq),
    create: async (seq, bytes) => create(commits, seq, bytes),
    readPack: async (hash) => packs.get(hash),
    createPack: async (hash, bytes) => create(packs, hash, bytes),
    newestSnapshots: async (atMost, count) => newestOf(snapshots, count, atMost),
    readSnapshot: async (seq) => snapshots.get(seq),
    createSnapshot: async (seq, bytes) => create(snapshots, seq, bytes),
  };
}
