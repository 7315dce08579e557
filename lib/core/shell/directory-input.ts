import { FsError } from '../fs/files.ts';
import { SharedInput } from './streams/input.ts';

/** `< directory`: opens, as in POSIX; only reading fails. */
export class DirectoryInput extends SharedInput {
  protected next(): never {
    throw new FsError('EISDIR', '');
  }
}
