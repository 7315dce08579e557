import { describe, expect, test } from 'vitest';
import type { StoredFiles } from '../fs/stored-files.ts';
import { mergeTrees } from './merge-trees.ts';
import { applyStep } from './round.ts';
import { simulate, type Mistakes } from './simulation.ts';
import { pendingOperations } from './tree.ts';

/** A harness that never caught a mistake proves nothing: each of these is planted, and must be caught. */
describe('the simulation notices', () => {
  const withReplica = (change: (files: StoredFiles) => Partial<StoredFiles['replica']>): Mistakes => ({
    replica: (files) => ({ ...files, replica: { ...files.replica, ...change(files) } }),
  });
  /** Each mistake with seeds of which at least one must show it, found by trying. */
  const table: [string, Mistakes, number[]][] = [
    ['a pull that overwrites without looking again', {
      parts: {
        applyStep: (replica, step, ...rest) =>
          applyStep(replica, step.step === 'put' && step.content !== undefined ? { ...step, expect: replica.entries().get(step.id)?.tag } : step, ...rest),
      },
    }, [40]],
    ['a base that is written before the files', { parts: { saveBaseFirst: true } }, [0, 3]],
    ['a file that is merely absent, removed everywhere', {
      parts: {
        pendingOperations: (base, local) =>
          pendingOperations(base, local, new Set([...base.keys()].filter((id) => !local.has(id)))),
      },
    }, [4, 20]],
    ['a store that overwrites a taken slot', {
      log: (log, memory) => ({
        ...log,
        async create(seq, bytes) {
          const outcome = await log.create(seq, bytes);
          if (outcome === 'exists') memory.commits.set(seq, bytes);
          return outcome === 'exists' ? 'created' : outcome;
        },
      }),
    }, [1, 25]],
    ['an undecided create taken for a success', {
      log: (log) => ({
        ...log,
        async create(seq, bytes) {
          const outcome = await log.create(seq, bytes);
          return outcome === 'undecided' ? 'created' : outcome;
        },
      }),
    }, [0, 1]],
    ['a rival\u2019s slot taken for a success', {
      log: (log) => ({
        ...log,
        async create(seq, bytes) {
          await log.create(seq, bytes);
          return 'created';
        },
      }),
    }, [0, 1]],
    ['a conflict that drops the local version', {
      parts: {
        mergeTrees: (input) => {
          const { steps, notices } = mergeTrees(input);
          return { steps: steps.filter((step) => step.step !== 'copy'), notices };
        },
      },
    }, [5, 17]],
    ['a merge that keeps only this side', {
      parts: { mergeTrees: (input) => mergeTrees({ ...input, mergeContent: () => new TextEncoder().encode('mine\n') }) },
    }, [1, 5]],
    ['a removal that beats an edit', {
      parts: {
        mergeTrees: (input) => {
          const { steps, notices } = mergeTrees(input);
          return { steps: steps.filter((step) => !(step.step === 'put' && step.expect === undefined && input.removed.has(step.id))), notices };
        },
      },
    }, [1, 8]],
    ['a commit of somebody else taken for our own', { parts: { isOwnCommit: () => true } }, [0, 1]],
    ['a lost reply taken for somebody else\u2019s commit', { parts: { isOwnCommit: () => false } }, [42]],
    ['removals that leave no note', { keepsRemovals: false }, [0, 1]],
    ['notes of removals that are forgotten at once', withReplica((files) => ({
      settle(seq) {
        for (const id of files.replica.removed()) files.replica.forgetRemoval(id);
        return files.replica.settle(seq);
      },
    })), [0, 1]],
    ['a pull that leaves no trace of where a file came from', withReplica(() => ({ origins: () => new Map() })), [3]],
    ['the old version removed before the new one is written', {
      store: (store) => ({
        ...store,
        set(key, value) {
          const file = /^selkie1:person:f:[^:]+:/.exec(key)?.[0];
          if (file !== undefined) for (const old of store.keys(file)) store.remove(old);
          store.set(key, value);
        },
      }),
    }, [0, 2]],
    ['a call served under another person\u2019s session', { ignoresUser: true }, [3, 5]],
  ];
  for (const [name, mistakes, seeds] of table) {
    test(name, async () => {
      const found: string[] = [];
      for (const seed of seeds) {
        await simulate(seed, mistakes).catch((error: unknown) => {
          found.push(`${seed}: ${String(error)}`);
        });
      }
      expect(found).not.toEqual([]);
    });
  }
});
