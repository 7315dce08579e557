import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';

/**
 * Writes a zip piece by piece, so that a home of any size needs no second copy in memory. Modes and links are kept as
 * Info-ZIP does on Unix: type and permission bits in the upper half of the external attributes, a link's target
 * as its content. Times go as the extended timestamp (0x5455, UTC) beside the old ones, which have no zone.
 * Source: PKWARE APPNOTE 6.3.10, Info-ZIP proginfo/extrafld.txt.
 */
export interface ZipItem {
  /** Relative, with `/` between the names and none at the end. */
  name: string;
  kind: 'file' | 'directory' | 'link';
  /** Permission bits. */
  mode: number;
  mtimeMs: number;
  /** Empty for a directory; of a link its target in UTF-8. */
  content: Uint8Array;
}

export interface ZipWriter {
  add(item: ZipItem): void;
  /** Writes the directory of the zip; nothing can be added after it. */
  end(): void;
}

/** More than this many entries need ZIP64, which not every program reads. */
export const ZIP_MAX_ENTRIES = 65_535;

const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000 } as const;
const UNIX = 3;
const DOS_DIRECTORY = 0x10;
const EXTENDED_TIMESTAMP = 0x5455;
/** The old format of times holds the years 1980 to 2107; a day inside, so that every time zone agrees. */
const OLDEST_MS = Date.UTC(1980, 0, 2);
const NEWEST_MS = Date.UTC(2098, 0, 1);
/** Too small to be worth it, or packed already. */
const STORED_BYTES = 64;

/** @param onChunk gets the zip in order; each chunk is its own. */
export function openZip(onChunk: (chunk: Uint8Array) => void): ZipWriter {
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else if (chunk.length > 0) onChunk(chunk);
  });
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  return {
    add({ name, kind, mode, mtimeMs, content }) {
      const isDirectory = kind === 'directory';
      const entryName = isDirectory ? `${name}/` : name;
      const entry = content.length < STORED_BYTES ? new ZipPassThrough(entryName) : new ZipDeflate(entryName, { level: 6 });
      const time = Math.min(Math.max(mtimeMs, OLDEST_MS), NEWEST_MS);
      entry.mtime = time;
      entry.os = UNIX;
      entry.attrs = ((TYPE_BITS[kind] | mode) << 16) | (isDirectory ? DOS_DIRECTORY : 0);
      const stamp = new Uint8Array(5);
      stamp[0] = 1;
      new DataView(stamp.buffer).setUint32(1, Math.floor(time / 1000), true);
      entry.extra = { [EXTENDED_TIMESTAMP]: stamp };
      zip.add(entry);
      entry.push(content, true);
      check();
    },
    end() {
      zip.end();
      check();
    },
  };
}
