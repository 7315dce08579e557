import { forgot, reset } from '@/lib/client/account.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import {
  complain, failureSentence, readEmail, readNewPassword, requireTerminal, say, sayOutbox,
} from './account-tools.ts';

export const forgotCommand: Command = {
  name: 'forgot',
  section: 'account',
  summary: 'Set a new password with a mailed code',
  usage: 'forgot [EMAIL]',
  help: 'Every session of the account ends with it.',
  async run(context) {
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    const email = await readEmail(context, terminal);
    if (email === undefined) return 1;
    const asked = await untilAborted(context.signal, forgot(email));
    if (!asked.ok) return complain(context, failureSentence(asked));
    await say(context, `If ${email} has an account, a code is on its way.`);
    await sayOutbox(context, asked.data.outbox);
    let code = (await terminal.ask('Code: ')).trim();
    let password = await readNewPassword(context, terminal, 'New password');
    for (;;) {
      const reply = await untilAborted(context.signal, reset(email, code, password));
      if (reply.ok) {
        await say(context, 'The password is set; type `login`.');
        return 0;
      }
      if (reply.code === 'password-policy') {
        await complain(context, reply.message);
        password = await readNewPassword(context, terminal, 'New password');
      } else if (reply.code === 'wrong-code') {
        await complain(context, failureSentence(reply));
        code = (await terminal.ask('Code: ')).trim();
      } else {
        const isExpired = reply.code === 'expired-code';
        return complain(context, isExpired ? 'That code has expired; type `forgot` for a new one.' : failureSentence(reply));
      }
    }
  },
};
