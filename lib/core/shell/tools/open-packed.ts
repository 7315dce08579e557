import { FsError } from '../../fs/files.ts';
import { GzipDamaged, unpackedOrPlain } from '../archive/gzip-stream.ts';
import type { CommandContext } from '../command.ts';
import { locate } from '../locate.ts';
import { openNamed } from './files-in.ts';

/**
 * What `gzip -cdf NAME` prints: unpacked, or as it is when it is not packed; NAME.gz where there is no NAME.
 * @throws FsError with the name as the person typed it; GzipDamaged while it is read.
 */
export async function openPacked(context: CommandContext, name: string): Promise<AsyncIterable<Uint8Array>> {
  let found = name;
  if (name !== '-') {
    const at = (each: string): ReturnType<CommandContext['files']['stat']> => context.files.stat(locate(context, each));
    const isElsewhere = at(name) === undefined && !name.endsWith('.gz');
    if (isElsewhere) found = `${name}.gz`;
    if (at(found)?.kind === 'directory') throw new FsError('EISDIR', found);
  }
  return unpackedOrPlain(openNamed(context, found).chunks, context.breathe);
}

/** What comes before the damage, if there is any; then `tell` hears what it is. */
export async function* untilDamage(chunks: AsyncIterable<Uint8Array>, tell: (words: string) => Promise<void>): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* chunks;
  } catch (error) {
    if (!(error instanceof GzipDamaged)) throw error;
    await tell(error.message);
  }
}
