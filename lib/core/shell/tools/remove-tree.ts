import { joinPath } from '../../fs/path.ts';
import type { CommandContext } from '../command.ts';

/** Removes a directory with everything in it; links in it are removed, and what they lead to stays. @throws FsError */
export async function removeTree(context: CommandContext, path: string): Promise<void> {
  for (const { name, kind } of context.files.list(path)) {
    const inner = joinPath(path, name);
    if (kind === 'directory') await removeTree(context, inner);
    else context.files.remove(inner);
    await context.breathe();
  }
  context.files.remove(path);
}
