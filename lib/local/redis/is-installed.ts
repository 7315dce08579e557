import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether a program of that name is on PATH. Always false on Windows, where no redis-server takes our Unix socket. */
export async function isInstalled(program: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    try {
      await access(join(folder, program), constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}
