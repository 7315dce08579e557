import { parseCommit } from './commit.ts';
import { hashOf } from './sha256.ts';
import { applyOperations, rootHash, type TreeEntry } from './tree.ts';

/**
 * Reads a whole log, by seq, as a new device would.
 * @throws Error when a commit is missing, does not follow its parent, or does not lead to the tree it names.
 */
export function requireLinearLog(commits: ReadonlyMap<number, Uint8Array>): void {
  let tree = new Map<string, TreeEntry>();
  let parent = '';
  for (let seq = 1; seq <= commits.size; seq++) {
    const bytes = commits.get(seq);
    const parsed = bytes === undefined ? undefined : parseCommit(bytes);
    if (bytes === undefined || parsed?.ok !== true) throw new Error(`commit ${seq} is missing or damaged`);
    if (parsed.value.parent !== parent) throw new Error(`commit ${seq} does not follow its parent`);
    const next = applyOperations(tree, parsed.value.operations, seq);
    if (next === undefined || rootHash(next) !== parsed.value.root) throw new Error(`commit ${seq} does not fit its parent`);
    tree = next;
    parent = hashOf(bytes);
  }
}
