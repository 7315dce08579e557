import * as limits from '../limits.ts';
import { FsError, STRERROR } from './files.ts';

/**
 * ENOSPC of the home, in words that say what to do next; they begin with those of strerror(3), which scripts look for.
 *
 * @param what has run out: the browser's storage, or the number of entries that a synced tree may have.
 */
export function noRoomFor(path: string, what: 'units' | 'entries'): FsError {
  return new FsError('ENOSPC', path, what === 'units'
    ? `${STRERROR.ENOSPC}: no room left in this browser; remove files (du -a shows what they take), or keep them in /tmp, which ends with the page`
    : `${STRERROR.ENOSPC}: home holds ${limits.treeMaxEntries} files, directories and links, which is all it can; remove some, or pack them into one file`);
}

/** EFBIG of the home. */
export function tooLargeFor(path: string): FsError {
  return new FsError('EFBIG', path, `${STRERROR.EFBIG}: a file in home may have ${limits.fileMaxBytes / 1024 ** 2} MiB; /tmp takes up to ${limits.memoryFileMaxBytes / 1024 ** 2} MiB`);
}
