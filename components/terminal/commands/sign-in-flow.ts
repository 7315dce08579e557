import { answerChallenge, signIn } from '@/lib/client/account.ts';
import type { AccountReply, SignInReply } from '@/lib/client/account.ts';
import type { CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { announce, complain, failureSentence, orInterrupted, readNewPassword, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

const CODE_TRIES = 3;

/** Signs in and answers what the server asks on the way; prints how it went. Answers the exit status. */
export async function signInFlow(
  tools: AccountTools,
  context: CommandContext,
  terminal: TerminalIo,
  email: string,
  password: string,
): Promise<number> {
  let reply: AccountReply<SignInReply> = await orInterrupted(context.signal, signIn(email, password));
  for (let tries = 1; reply.ok && reply.data.status === 'challenge'; ) {
    const { challenge } = reply.data;
    let next: AccountReply<SignInReply>;
    if (challenge === 'new-password') {
      await say(context, 'This account needs a new password before you can go on.');
      next = await orInterrupted(context.signal, answerChallenge({ newPassword: await readNewPassword(context, terminal, 'New password') }));
    } else if (challenge === 'totp' || challenge === 'email-code') {
      const code = await terminal.ask(challenge === 'totp' ? 'Code of your authenticator app: ' : 'Code from your mail: ');
      next = await orInterrupted(context.signal, answerChallenge({ code: code.trim() }));
    } else {
      return complain(context, `This account signs in with something the terminal cannot ask for; open ${tools.origin}/sign-in`);
    }
    const isRetry = !next.ok && (next.code === 'wrong-code' || next.code === 'password-policy') && tries < CODE_TRIES;
    if (!next.ok && isRetry) {
      tries += 1;
      await complain(context, next.code === 'password-policy' ? next.message : 'That code is wrong; type it again.');
      continue;
    }
    reply = next;
  }
  if (!reply.ok) return complain(context, failureSentence(reply));
  if (reply.data.status !== 'signed-in') return 1;
  const { user } = reply.data;
  await tools.workspace.signedIn(user);
  tools.channel.tell('session-changed');
  await announce(tools, context, `You are signed in as ${user.email}; your files follow you.`);
  return 0;
}
