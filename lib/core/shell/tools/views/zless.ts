import { FsError } from '../../../fs/files.ts';
import { GzipDamaged } from '../../archive/gzip-stream.ts';
import type { Command, CommandContext } from '../../command.ts';
import { complain, readWhole } from '../files-in.ts';
import { openPacked } from '../open-packed.ts';
import { LESS_OPTIONS, page } from './less.ts';

/** The whole content, since the pager goes back and forth in it; undefined after it has said why there is none. */
async function unpacked(context: CommandContext, name: string): Promise<Uint8Array | undefined> {
  try {
    return await readWhole(await openPacked(context, name));
  } catch (error) {
    if (!(error instanceof FsError || error instanceof GzipDamaged)) throw error;
    await complain(context, `${name}: ${error.message}`);
    return undefined;
  }
}

export const zless: Command = {
  name: 'zless',
  summary: 'Read a file that gzip packed, screen by screen',
  usage: 'zless [-NSiFER] [-p PATTERN] [+COMMAND] [FILE]...',
  help: 'zless old.log.gz\nzless +G old.log        # finds old.log.gz\n\nKeys and options are those of less; a file that is not packed is shown as it is.',
  options: LESS_OPTIONS,
  section: 'text',
  run: (context) => page(context, false, (name) => unpacked(context, name)),
};

export const zmore: Command = {
  ...zless,
  name: 'zmore',
  summary: 'As zless, and leaves at the end',
  usage: 'zmore [FILE]...',
  help: 'zmore old.log.gz\n\nThe same keys as zless; what fits on one screen is just printed.',
  run: (context) => page(context, true, (name) => unpacked(context, name)),
};
