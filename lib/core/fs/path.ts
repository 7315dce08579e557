import * as limits from '../limits.ts';
import { FsError, STRERROR } from './files.ts';

/**
 * Paths as `Files` takes them: absolute, Unicode NFC, no `.`, `..`, empty segments or trailing slash. Here `..` is
 * resolved by its letters alone; the shell's `locate` looks at the links on the way.
 */

/** C0 and C1 controls and DEL, but for tab and line feed: they would rewrite the screen of whoever lists the directory. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** Half of a surrogate pair: it has no UTF-8 form, so two such names could become one in the store. */
const LONE_SURROGATE = /\p{Surrogate}/u;

const encoder = new TextEncoder();

/** One UTF-16 unit is at most three bytes of UTF-8, so short texts need no encoding. */
function isTooLong(text: string): boolean {
  return text.length * 3 > limits.pathMaxBytes && encoder.encode(text).length > limits.pathMaxBytes;
}

/**
 * What the person typed, made absolute against `cwd` and canonical.
 * @throws FsError ENOENT for the empty path, EINVAL for control characters (tab and line feed are none here) or broken Unicode, ENAMETOOLONG.
 */
export function resolvePath(cwd: string, path: string): string {
  if (path === '') throw new FsError('ENOENT', path);
  const normal = path.normalize('NFC');
  const segments: string[] = [];
  const walk = (text: string): void => {
    for (const segment of text.split('/')) {
      if (segment === '' || segment === '.') continue;
      if (segment === '..') segments.pop();
      else segments.push(segment);
    }
  };
  if (!normal.startsWith('/')) walk(cwd);
  walk(normal);
  const resolved = `/${segments.join('/')}`;
  requireName(resolved, segments.length);
  return resolved;
}

function requireName(path: string, segmentCount: number): void {
  if (CONTROL.test(path) || LONE_SURROGATE.test(path)) {
    throw new FsError('EINVAL', path, `${STRERROR.EINVAL}: a name may not hold control characters or half of a character`);
  }
  if (segmentCount > limits.pathMaxSegments || isTooLong(path)) {
    throw new FsError('ENAMETOOLONG', path, `${STRERROR.ENAMETOOLONG}: a whole path may have ${limits.pathMaxBytes} bytes and ${limits.pathMaxSegments} names; use shorter or fewer ones`);
  }
}

/**
 * The segments of a canonical path; `[]` for `/`. The last gate before something is stored.
 * @throws FsError EINVAL when the path is not canonical, ENAMETOOLONG past the limits.
 */
export function requirePath(path: string): string[] {
  if (path === '/') return [];
  if (!path.startsWith('/')) throw new FsError('EINVAL', path);
  const segments = path.slice(1).split('/');
  for (const segment of segments) {
    if (segment === '' || segment === '.' || segment === '..') throw new FsError('EINVAL', path);
  }
  if (path.normalize('NFC') !== path) throw new FsError('EINVAL', path);
  requireName(path, segments.length);
  return segments;
}

/** Most paths: visible ASCII, short, without `.`, `..` or empty segments. Opening a home asks this of every file. */
const PLAIN = new RegExp(`^(?:/(?!\\.{1,2}(?:/|$))[ -.0-~]+){1,${limits.pathMaxSegments}}$`);

/** Whether `path` is one that `requirePath` lets through; for what arrives from the store. */
export function isPath(path: string): boolean {
  if (path.length <= limits.pathMaxBytes && PLAIN.test(path)) return true;
  try {
    requirePath(path);
    return true;
  } catch {
    return false;
  }
}

/** The last segment; `/` for the root. */
export function baseName(path: string): string {
  return path === '/' ? '/' : path.slice(path.lastIndexOf('/') + 1);
}

/** The path of the directory that holds `path`; `/` for the root. */
export function directoryOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? '/' : path.slice(0, cut);
}

/** `name` inside the directory `directory`. */
export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** Whether `path` is `directory` itself or lies under it. */
export function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}
