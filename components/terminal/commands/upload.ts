import type { Command } from '@/lib/core/shell/command.ts';
import type { AccountTools } from './account-tools.ts';
import { importCommand } from './import.ts';

/** `import` under the name that goes with `download`. */
export const uploadCommand = (tools: Pick<AccountTools, 'page'>): Command => ({
  ...importCommand(tools),
  name: 'upload',
  summary: 'Choose files on this computer or phone and copy them here; the same as import',
  usage: 'upload [--folder] [--to DIR] [--dry-run]',
});
