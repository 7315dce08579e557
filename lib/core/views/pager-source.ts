import { encodeText } from '../shell/text.ts';
import { inChunks } from './pager-reader.ts';

/** Something to be read in the pager. */
export interface PagerSource {
  title: string;
  /** Begins from the beginning each time. @throws FsError */
  open(): AsyncIterable<Uint8Array>;
  /** It is in memory anyway, so it is read to its end at once: then the pager knows how far down it is. */
  isWhole?: boolean;
  /** It is laid out for the width of the screen, so it is opened again when that changes. */
  followsWidth?: boolean;
  /** Lines that `]` and `[` go to, once it is open. */
  places?: () => readonly number[];
  /** Opens the link of this number; answers a sentence when it cannot. */
  visit?: (number: number) => Promise<string | undefined>;
  /** The file, where it is one: it can be edited, read again and followed. */
  file?: {
    path: string;
    /** Calls back after each change of the file; answers the end of that. */
    follow(changed: () => void): () => void;
    /** All of it, now. @throws FsError */
    read(): Uint8Array;
  };
}

/** A text that is there as a whole, e.g. a manual page. */
export function textSource(title: string, text: string): PagerSource {
  const bytes = encodeText(text);
  return { title, isWhole: true, open: () => inChunks(bytes) };
}
