import type { LocalEntry } from '../fs/stored-files.ts';
import { baseName } from '../fs/path.ts';
import type { RoundContext, RoundMemory } from './round-context.ts';
import type { Tree } from './tree.ts';

/**
 * Files of the account for which this browser has no room. They are merely absent here, which never removes anything
 * (merge-trees.ts), and everything else goes on: what is written here still goes out.
 * Rejected: stopping at the first that does not fit; then the others could not be pushed either, nor a removal that makes room.
 */
export interface Lacking {
  ids: ReadonlySet<string>;
  /** Of all files here, when it was last tried. */
  localBytes: number;
}

type Entries = ReadonlyMap<string, Pick<LocalEntry, 'size'>>;

const NAMED = 3;
const NONE: ReadonlySet<string> = new Set();

/** Those for which there was no room, while nothing has become smaller since: they are not fetched once more. */
export function lackingIds({ lacking }: RoundMemory, local: Entries): ReadonlySet<string> {
  return lacking !== undefined && bytesOf(local) >= lacking.localBytes ? lacking.ids : NONE;
}

/** Those that are still not here. */
export function stillLacking({ lacking }: RoundMemory, tree: Tree, local: Entries): string[] {
  return [...lacking?.ids ?? []].filter((id) => tree.has(id) && !local.has(id));
}

/** Somebody asks: all of them are tried again, also in a round that would otherwise find nothing to do. */
export function tryLackingAgain(page: RoundMemory): void {
  if (page.lacking === undefined) return;
  page.lacking.localBytes = Infinity;
  delete page.quiet;
}

/** Remembers that there was no room for these, and says so. */
export function leaveOut({ page, replica, notice }: RoundContext, tree: Tree, ids: ReadonlySet<string>): void {
  const local = replica.entries();
  const known = stillLacking(page, tree, local);
  const isNews = [...ids].some((id) => !known.includes(id));
  page.lacking = { ids: new Set([...known, ...ids]), localBytes: bytesOf(local) };
  if (!isNews) return;
  const names = [...ids].map((id) => baseName(tree.get(id)?.path ?? '')).sort();
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  notice(`There is no room in this browser for ${names.slice(0, NAMED).join(', ')}${more}: safe in your account, and not shown here until you remove something.`);
}

function bytesOf(local: Entries): number {
  let bytes = 0;
  for (const { size } of local.values()) bytes += size;
  return bytes;
}
