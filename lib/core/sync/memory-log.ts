import type { LogStore } from './serve-log.ts';

/** A person's log in memory: the reference for the contract suite, and the store of the simulation. */
export interface MemoryLog extends LogStore {
  readonly commits: Map<number, Uint8Array>;
  readonly packs: Map<string, Uint8Array>;
}

export function createMemoryLog(): MemoryLog {
  const commits = new Map<number, Uint8Array>();
  const packs = new Map<string, Uint8Array>();
  return {
    commits,
    packs,
    async head() {
      return Math.max(0, ...commits.keys());
    },
    async read(seq) {
      return commits.get(seq);
    },
    async create(seq, bytes) {
      if (commits.has(seq)) return 'exists';
      commits.set(seq, bytes.slice());
      return 'created';
    },
    async readPack(hash) {
      return packs.get(hash);
    },
    async createPack(hash, bytes) {
      if (packs.has(hash)) return 'exists';
      packs.set(hash, bytes.slice());
      return 'created';
    },
  };
}
