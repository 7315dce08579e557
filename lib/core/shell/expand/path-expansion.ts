import type { Files } from '../../fs/files.ts';
import { locate, locateEntry } from '../locate.ts';
import { globOf, isGlob, unescapeGlob } from '../regex/glob.ts';

/** The files that a pattern such as `a*` or `/x/?/y` matches, sorted by code point; none when nothing does. */
export function expandPath(files: Files, cwd: string, written: string, dotglob: boolean): string[] {
  // Names are NFC; what is pasted from macOS is not.
  const pattern = written.normalize('NFC');
  const isAbsolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter((segment, index) => segment !== '' || index > 0);
  const mustBeDirectory = segments[segments.length - 1] === '';
  if (mustBeDirectory) while (segments[segments.length - 1] === '') segments.pop();
  let found: string[] = [isAbsolute ? '/' : ''];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const next: string[] = [];
    for (const prefix of found) {
      if (!isGlob(segment)) {
        const path = prefix + unescapeGlob(segment);
        if (!isLast || isThere(files, cwd, path)) next.push(isLast ? path : `${path}/`);
        continue;
      }
      const glob = globOf(segment);
      const showsHidden = dotglob || segment.startsWith('.') || segment.startsWith('\\.');
      for (const { name, kind } of entriesOf(files, cwd, prefix === '' ? '.' : prefix)) {
        if (name.startsWith('.') && !showsHidden) continue;
        if (!glob.matches(name)) continue;
        const leadsOn = kind === 'directory' || (kind === 'link' && !isLast && kindOf(files, cwd, prefix + name) === 'directory');
        if (isLast || leadsOn) next.push(isLast ? prefix + name : `${prefix}${name}/`);
      }
    }
    found = next;
  }
  if (mustBeDirectory) found = found.filter((path) => kindOf(files, cwd, path) === 'directory').map((path) => `${path}/`);
  return found.sort();
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
