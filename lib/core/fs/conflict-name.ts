import * as limits from '../limits.ts';
import { directoryOf, baseName, isPath, joinPath } from './path.ts';
import { HOME } from './places.ts';

/**
 * `notes (conflict laptop 1a2b3c4d).md`: where a file goes whose name another one keeps. It depends on nothing
 * but the path, the device and the content, so that doing it twice makes no second copy.
 *
 * @param occupant what is at a path: nothing, this very content (then no copy is needed), or something else.
 */
export function conflictName(
  path: string,
  device: string,
  hash: string,
  occupant: (path: string) => 'free' | 'same' | 'taken',
): string {
  const name = baseName(path);
  // A leading dot is part of the name, not the start of an extension.
  const dot = name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  // A copy of a copy would only repeat the mark.
  const plain = stem.replace(/ \(conflict [^()]*\)$/, '');
  const digits = hash.replace(/[-_]/g, '').toLowerCase().padEnd(8, '0');
  for (let round = 0; ; round++) {
    const mark = round === 0 ? digits.slice(0, 8) : `${digits.slice(0, 8)}-${round + 1}`;
    const candidate = fit(directoryOf(path), plain, ` (conflict ${device} ${mark})`, extension);
    if (occupant(candidate) !== 'taken') return candidate;
  }
}

/** Shortens what the person can do without, first the stem, then the extension, until the path is allowed. */
function fit(directory: string, stem: string, mark: string, extension: string): string {
  let units = [...stem];
  for (;;) {
    const path = joinPath(directory, `${units.join('')}${mark}${extension}`.normalize('NFC'));
    if (isPath(path)) return path;
    if (units.length > 0) units = units.slice(0, Math.max(0, units.length - 8));
    else if (extension !== '') extension = '';
    // The directory alone takes nearly all of the limit: the home always has room.
    else if (directory !== HOME) directory = HOME;
    else throw new Error(`a device name may not be longer than a path: ${limits.pathMaxBytes} bytes`);
  }
}
