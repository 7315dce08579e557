import { FsError, type Files, type FileStat } from '../fs/files.ts';
import { baseName, directoryOf, joinPath, resolvePath } from '../fs/path.ts';

/** Where names start from: the tree and the working directory. */
export interface Place {
  files: Files;
  cwd: string;
}

/**
 * The path of what the person named, as the kernel finds it: `..` is the parent of what the way before it leads to, which
 * is not what the letters say where that way goes through a link. A name that ends in `/` is a directory's, and leads
 * through a link. Any other last name is left as it is; `Files` follows it or not.
 *
 * @throws FsError as resolvePath; ENOENT or ENOTDIR where the way is broken before a `..`.
 */
export function locate(place: Place, name: string): string {
  const path = locateEntry(place, name);
  return name.endsWith('/') ? asDirectory(place.files, path) : path;
}

function asDirectory(files: Files, path: string): string {
  const real = files.linkStat(path)?.kind === 'link' ? files.realPath(path) : path;
  const kind = files.stat(real)?.kind;
  if (kind !== undefined && kind !== 'directory') throw new FsError('ENOTDIR', path);
  return real;
}

/** As `locate`, for what acts on the name itself: a link is not followed even before a last `/`. */
export function locateEntry(place: Place, name: string): string {
  const path = hasParent(name) ? walk(place, name) : resolvePath(place.cwd, name);
  if (!/\/\.\/*$/.test(name)) return path;
  const real = asDirectory(place.files, path);
  if (place.files.stat(real) === undefined) throw new FsError('ENOENT', name);
  return real;
}

function walk({ files, cwd }: Place, name: string): string {
  let at = name.startsWith('/') ? '/' : cwd;
  for (const segment of name.normalize('NFC').split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      at = joinPath(at, segment);
      continue;
    }
    const real = files.realPath(at);
    const kind = files.stat(real)?.kind;
    if (kind !== 'directory') throw new FsError(kind === undefined ? 'ENOENT' : 'ENOTDIR', name);
    at = directoryOf(real);
  }
  return resolvePath('/', at);
}

function hasParent(name: string): boolean {
  return name.includes('..') && name.split('/').includes('..');
}

/** @throws FsError why nothing is found there: ENOENT, ENOTDIR or ELOOP. */
export function requireStat(files: Files, path: string): FileStat {
  const stat = files.stat(path);
  if (stat !== undefined) return stat;
  const parent = files.stat(directoryOf(files.realPath(path)));
  throw new FsError(parent !== undefined && parent.kind !== 'directory' ? 'ENOTDIR' : 'ENOENT', path);
}

/** Where the entry itself is: the links on the way to it followed, itself not. One entry has one such path. */
export function entryPath(files: Files, path: string): string {
  return path === '/' ? path : joinPath(files.realPath(directoryOf(path)), baseName(path));
}

/** Whether following the links of `path` never ends. */
export function leadsInCircle(files: Files, path: string): boolean {
  try {
    files.realPath(path);
    return false;
  } catch (error) {
    if (error instanceof FsError) return error.code === 'ELOOP';
    throw error;
  }
}
