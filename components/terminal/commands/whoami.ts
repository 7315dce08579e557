import type { Command } from '@/lib/core/shell/command.ts';
import { complain, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

export const whoamiCommand = (tools: AccountTools): Command => ({
  name: 'whoami',
  section: 'account',
  summary: 'Who is signed in',
  usage: 'whoami',
  help: 'Prints the address of the account, or `me` when nobody is signed in.',
  async run(context) {
    const { person, status } = tools.workspace;
    await say(context, person?.email ?? 'me');
    if (person !== undefined && status.state === 'signed-out') {
      await complain(context, 'The session has ended; `login` goes on where you were.');
    }
    return 0;
  },
});
