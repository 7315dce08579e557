import { lateCommands, type LateCommand } from '@/lib/core/shell/command-table.ts';
import type { PageTools } from '../page-actions.ts';

/** The commands of the screen itself; each is fetched, and `tools` asked for, when it is first used. */
export function screenCommands(tools: () => Promise<PageTools>): LateCommand[] {
  const late = async () => (await import('./screen.ts')).screenCommandsOf(await tools());
  const own = lateCommands(() => import('./qr.ts'), ['qr']);
  return [...own, ...lateCommands(late, ['settings', 'theme', 'font', 'tab', 'split', 'palette', 'tour', 'update'])];
}
