import { confirm, resend } from '@/lib/client/account.ts';
import type { CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, say, sayOutbox } from './account-tools.ts';

/** Asks for the mailed code until it is right; `resend` mails another. Answers whether the address is confirmed. */
export async function confirmFlow(
  context: CommandContext,
  terminal: TerminalIo,
  email: string,
  firstCode?: string,
): Promise<boolean> {
  let code = firstCode;
  for (;;) {
    code = (code ?? (await terminal.ask('Code (or `resend`): '))).trim();
    if (code === '') {
      await say(context, `The code can wait: type \`confirm ${email}\` when you have it.`);
      return false;
    }
    if (code === 'resend') {
      const reply = await untilAborted(context.signal, resend(email));
      if (reply.ok) {
        await say(context, `Another mail is on its way to ${email}.`);
        await sayOutbox(context, reply.data.outbox);
      } else {
        await complain(context, failureSentence(reply));
      }
    } else {
      const reply = await untilAborted(context.signal, confirm(email, code));
      if (reply.ok) return true;
      await complain(context, failureSentence(reply));
      // A code that can still become right is asked for again; the rest would only be asked in vain.
      if (!['wrong-code', 'expired-code', 'invalid-request'].includes(reply.code)) return false;
    }
    code = undefined;
  }
}
