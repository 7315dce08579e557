import { signIn, signUp } from '@/lib/client/account.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import {
  complain, failureSentence, readEmail, readNewPassword, requireTerminal, say, sayOutbox,
} from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { confirmFlow } from './confirm-flow.ts';
import { signInFlow } from './sign-in-flow.ts';

export const signupCommand = (tools: AccountTools): Command => ({
  name: 'signup',
  section: 'account',
  summary: 'Create an account, so that your files follow you',
  usage: 'signup [EMAIL]',
  help: 'Asks for an address and a password, mails a code, and signs you in with it.\n'
    + 'The files you have made so far become the account\'s. Ctrl-C leaves at any question.\n'
    + 'Afterwards `passkey add` and `mfa on` make the account harder to take.',
  async run(context) {
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    const email = await readEmail(context, terminal);
    if (email === undefined) return 1;
    for (;;) {
      const password = await readNewPassword(context, terminal);
      const reply = await untilAborted(context.signal, signUp(email, password));
      if (!reply.ok) {
        await complain(context, reply.code === 'password-policy' ? reply.message : failureSentence(reply));
        if (reply.code === 'password-policy') continue;
        return 1;
      }
      await say(context, `A code is on its way to ${email}; type it here.`);
      await sayOutbox(context, reply.data.outbox);
      if (!(await confirmFlow(context, terminal, email))) return 1;
      return signInFlow(tools, context, terminal, { begin: () => signIn(email, password) });
    }
  },
});
