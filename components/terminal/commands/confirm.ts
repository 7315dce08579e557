import type { Command } from '@/lib/core/shell/command.ts';
import { readEmail, requireTerminal, say } from './account-tools.ts';
import { confirmFlow } from './confirm-flow.ts';

export const confirmCommand: Command = {
  name: 'confirm',
  section: 'account',
  summary: 'Enter the code that signup mailed',
  usage: 'confirm [EMAIL [CODE]]',
  help: 'Type `resend` instead of the code to get another mail.',
  async run(context) {
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    const email = await readEmail(context, terminal);
    if (email === undefined) return 1;
    if (!(await confirmFlow(context, terminal, email, context.args[1]))) return 1;
    await say(context, 'The address is confirmed; type `login`.');
    return 0;
  },
};
