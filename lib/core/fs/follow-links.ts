import * as limits from '../limits.ts';
import { FsError, type FileKind } from './files.ts';
import { directoryOf, joinPath, requirePath } from './path.ts';

/** What following needs to know; neither call follows anything itself. */
export interface LinkLookup {
  /** The target if a link stands at this very path. */
  linkTarget(path: string): string | undefined;
  kindAt(path: string): FileKind | undefined;
}

/**
 * The path without links, as the kernel walks it: `..` in a target is the parent of what the links before it lead to.
 * A path on which no link stands comes back as it is, after one look at each of its names.
 *
 * @param last whether a link that is the last name is followed too.
 * @throws FsError ELOOP; ENOENT or ENOTDIR when the way goes through what is not there or no directory.
 */
export function followLinks(lookup: LinkLookup, path: string, last: 'follow' | 'keep'): string {
  if (!hasLink(lookup, path, last)) return path;
  let at = '/';
  const pending = requirePath(path).reverse();
  for (let hops = 0; pending.length > 0; ) {
    const segment = pending.pop() as string;
    if (segment === '..' || segment === '.') {
      requireDirectory(lookup, at, path);
      if (segment === '..') at = directoryOf(at);
      continue;
    }
    const next = joinPath(at, segment);
    if (pending.length === 0 && last === 'keep') return next;
    const target = lookup.linkTarget(next);
    if (target === undefined) {
      at = next;
      continue;
    }
    hops += 1;
    if (hops > limits.linkMaxHops) throw new FsError('ELOOP', path);
    if (target === '') throw new FsError('ENOENT', path);
    if (target.startsWith('/')) at = '/';
    const segments = target.normalize('NFC').split('/').filter((name, index, all) => name !== '' || index === all.length - 1);
    // `name/` leads to a directory or nowhere.
    if (segments[segments.length - 1] === '') segments[segments.length - 1] = '.';
    pending.push(...segments.reverse());
  }
  return at;
}

function hasLink(lookup: LinkLookup, path: string, last: 'follow' | 'keep'): boolean {
  for (let cut = path.indexOf('/', 1); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    if (lookup.linkTarget(path.slice(0, cut)) !== undefined) return true;
  }
  return last === 'follow' && lookup.linkTarget(path) !== undefined;
}

function requireDirectory(lookup: LinkLookup, at: string, path: string): void {
  const kind = at === '/' ? 'directory' : lookup.kindAt(at);
  if (kind !== 'directory') throw new FsError(kind === undefined ? 'ENOENT' : 'ENOTDIR', path);
}

/** @throws FsError EINVAL for a target that is empty or has no UTF-8 form or a NUL, ENAMETOOLONG. */
export function requireLinkTarget(target: string, path: string): Uint8Array {
  if (target === '') throw new FsError('ENOENT', path);
  // eslint-disable-next-line no-control-regex
  if (/[\u0000]|\p{Surrogate}/u.test(target)) throw new FsError('EINVAL', path);
  const bytes = new TextEncoder().encode(target);
  if (bytes.length > limits.linkTargetMaxBytes) throw new FsError('ENAMETOOLONG', path);
  return bytes;
}
