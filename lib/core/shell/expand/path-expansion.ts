import type { Files } from '../../fs/files.ts';
import { locate, locateEntry } from '../locate.ts';
import { globOf, isGlob, unescapeGlob } from '../regex/glob.ts';

export interface PathFlags {
  dotglob: boolean;
  globstar: boolean;
  nocaseglob: boolean;
}

/**
 * The files that a pattern such as `a*` or `/x/?/y` matches, sorted by code point; none when nothing does. With `globstar`
 * a segment `**` stands for any number of directories; links are not gone through.
 */
export function expandPath(files: Files, cwd: string, written: string, flags: PathFlags): string[] {
  // Names are NFC; what is pasted from macOS is not.
  const pattern = written.normalize('NFC');
  const isAbsolute = pattern.startsWith('/');
  const segments = splitPattern(pattern).filter((segment, index) => segment !== '' || index > 0);
  const mustBeDirectory = segments[segments.length - 1] === '';
  if (mustBeDirectory) while (segments[segments.length - 1] === '') segments.pop();
  let found: string[] = [isAbsolute ? '/' : ''];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const next: string[] = [];
    for (const prefix of found) {
      if (segment === '**' && flags.globstar) {
        deepEntries(files, cwd, prefix, flags.dotglob, isLast && !mustBeDirectory, next);
        continue;
      }
      if (!isGlob(segment)) {
        const path = prefix + unescapeGlob(segment);
        if (!isLast || isThere(files, cwd, path)) next.push(isLast ? path : `${path}/`);
        continue;
      }
      const glob = globOf(segment, flags.nocaseglob);
      const showsHidden = flags.dotglob || segment.startsWith('.') || segment.startsWith('\\.');
      for (const { name, kind } of entriesOf(files, cwd, prefix === '' ? '.' : prefix)) {
        if (name.startsWith('.') && !showsHidden) continue;
        if (!glob.matches(name)) continue;
        const leadsOn = kind === 'directory' || (kind === 'link' && !isLast && kindOf(files, cwd, prefix + name) === 'directory');
        if (isLast || leadsOn) next.push(isLast ? prefix + name : `${prefix}${name}/`);
      }
    }
    found = next;
  }
  if (mustBeDirectory) found = found.map((path) => path.replace(/(.)\/$/, '$1')).filter((path) => path !== '' && kindOf(files, cwd, path) === 'directory').map((path) => (path === '/' ? path : `${path}/`));
  return [...new Set(found)].sort(byCodePoint);
}

/** At the slashes outside `@(...)` and `[...]`. */
function splitPattern(pattern: string): string[] {
  const segments: string[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\' && pattern[at + 1] !== '/') at += 1;
    else if (character === '(' && at > 0 && '?*+@!'.includes(pattern[at - 1] as string)) depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
    else if (character === '/' && depth === 0) {
      segments.push(pattern.slice(from, at));
      from = at + 1;
    }
  }
  segments.push(pattern.slice(from));
  return segments;
}

/** What `**` stands for under `prefix`, which itself is one of them where more follows. */
function deepEntries(files: Files, cwd: string, prefix: string, dotglob: boolean, withFiles: boolean, into: string[]): void {
  if (!withFiles || prefix !== '') into.push(prefix);
  const walk = (folder: string): void => {
    for (const { name, kind } of entriesOf(files, cwd, folder === '' ? '.' : folder)) {
      if (name.startsWith('.') && !dotglob) continue;
      if (withFiles) into.push(folder + name);
      else if (kind === 'directory') into.push(`${folder}${name}/`);
      if (kind === 'directory') walk(`${folder}${name}/`);
    }
  };
  walk(prefix);
}

function byCodePoint(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function kindOf(files: Files, cwd: string, path: string): string | undefined {
  try {
    return files.stat(locate({ files, cwd }, path))?.kind;
  } catch {
    return undefined;
  }
}

/** A link is there even when it leads nowhere. */
function isThere(files: Files, cwd: string, path: string): boolean {
  try {
    return files.linkStat(locateEntry({ files, cwd }, path)) !== undefined;
  } catch {
    return false;
  }
}

function entriesOf(files: Files, cwd: string, path: string): readonly { name: string; kind: string }[] {
  try {
    return files.list(locate({ files, cwd }, path));
  } catch {
    return [];
  }
}
