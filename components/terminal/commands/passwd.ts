import { changePassword } from '@/lib/client/account.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, readNewPassword, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

export const passwdCommand = ({ workspace }: Pick<AccountTools, 'workspace'>): Command => ({
  name: 'passwd',
  section: 'account',
  summary: 'Change your password',
  usage: 'passwd',
  help: 'All your other sessions end; this one stays.',
  async run(context) {
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    if (workspace.person === undefined) return complain(context, 'You are not signed in; type `login`.');
    const current = await terminal.ask('Current password: ', { secret: true });
    for (;;) {
      const next = await readNewPassword(context, terminal, 'New password');
      const reply = await untilAborted(context.signal, changePassword(current, next));
      if (reply.ok) {
        await say(context, 'The password is changed, and all other sessions have ended.');
        return 0;
      }
      if (reply.code === 'wrong-credentials') return complain(context, 'The current password is wrong; nothing was changed.');
      await complain(context, reply.code === 'password-policy' ? reply.message : failureSentence(reply));
      if (reply.code !== 'password-policy') return 1;
    }
  },
});
