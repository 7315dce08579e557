import { answerChallenge } from '@/lib/client/account.ts';
import type { AccountFailure, AccountReply, SignInReply } from '@/lib/client/account.ts';
import type { CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import {
  announce, complain, failureSentence, readCode, readNewPassword, say, sayOutbox,
} from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { showAuthenticatorSecret, showRecoveryCodes } from './authenticator-setup.ts';

const TRIES = 3;
const RECOVERY = 'recovery';

type Challenge = Extract<SignInReply, { status: 'challenge' }>;
type Answer = Parameters<typeof answerChallenge>[0];

export interface SignInWay {
  /** The first request, done again after a recovery code was taken. Undefined when it failed and that was said. */
  begin(): Promise<AccountReply<SignInReply> | undefined>;
  /** What `wrong-credentials` means in this way. */
  wrong?: string;
}

/** Signs in and answers what the server asks on the way; prints how it went. Answers the exit status. */
export async function signInFlow(tools: AccountTools, context: CommandContext, terminal: TerminalIo, way: SignInWay): Promise<number> {
  let reply = await untilAborted(context.signal, way.begin());
  let isBegun = false;
  for (;;) {
    if (reply === undefined) return 1;
    if (!reply.ok) return complain(context, refusalSentence(reply, way, isBegun));
    isBegun = true;
    switch (reply.data.status) {
      case 'signed-in': return welcome(tools, context, reply.data);
      case 'challenge':
        reply = await answer(tools, context, terminal, reply.data);
        break;
      case 'recovered': {
        const { codesLeft } = reply.data;
        await say(context, `That recovery code is used up, ${codesInWords(codesLeft)}, and your authenticator app is off; \`mfa on\` sets it up again.`);
        isBegun = false;
        reply = await untilAborted(context.signal, way.begin());
      }
    }
  }
}

const codesInWords = (left: number) => (left === 1 ? '1 is left' : `${left} are left`);

function refusalSentence(failure: AccountFailure, way: SignInWay, isBegun: boolean): string {
  if (failure.code === 'wrong-credentials' && way.wrong !== undefined) return way.wrong;
  if (!isBegun) return failureSentence(failure);
  switch (failure.code) {
    case 'wrong-code': case 'invalid-request': return 'That code is wrong; type `login` to start again.';
    case 'expired-code': case 'not-signed-in': return 'This sign-in has ended or took too long; type `login` to start again.';
    case 'password-policy': return failure.message;
    default: return failureSentence(failure);
  }
}

/** Asks until the server takes an answer, or no more. */
async function answer(
  tools: AccountTools, context: CommandContext, terminal: TerminalIo, challenge: Challenge,
): Promise<AccountReply<SignInReply> | undefined> {
  const ask = await question(tools, context, terminal, challenge);
  if (ask === undefined) return undefined;
  for (let tries = 1; ; tries += 1) {
    const reply = await untilAborted(context.signal, answerChallenge(await ask()));
    if (reply.ok || tries === TRIES || !['wrong-code', 'invalid-request', 'password-policy'].includes(reply.code)) return reply;
    await complain(context, reply.code === 'password-policy' ? reply.message : 'That code is wrong; type it again.');
  }
}

/** Says what is wanted, once, and answers how to ask for it; undefined, with a sentence, for a step we don't know. */
async function question(
  tools: AccountTools, context: CommandContext, terminal: TerminalIo, { challenge, secret, uri, outbox }: Challenge,
): Promise<(() => Promise<Answer>) | undefined> {
  switch (challenge) {
    case 'new-password':
      await say(context, 'This account needs a new password before you can go on.');
      return async () => ({ newPassword: await readNewPassword(context, terminal, 'New password') });
    case 'totp':
      return async () => {
        const code = await readCode(terminal, `Code of your authenticator app (or \`${RECOVERY}\`): `);
        return code.toLowerCase() === RECOVERY ? { recoveryCode: await readRecoveryCode(terminal) } : { code };
      };
    case 'email-code':
      await sayOutbox(context, outbox);
      return async () => ({ code: await readCode(terminal, 'Code from your mail: ') });
    case 'totp-setup':
      if (secret === undefined || uri === undefined) break;
      await say(context, 'This account needs an authenticator app before you can go on.');
      await showAuthenticatorSecret(context, { secret, uri });
      return async () => ({ code: await readCode(terminal, 'Code that the app shows: ') });
    default:
  }
  await complain(context, `This account signs in with something the terminal cannot ask for; open ${tools.origin}/sign-in`);
  return undefined;
}

/** Hidden as a password is: until it is sent it opens the account. */
async function readRecoveryCode(terminal: TerminalIo): Promise<string> {
  for (;;) {
    const code = (await terminal.ask('Recovery code: ', { secret: true })).trim();
    if (code !== '') return code;
  }
}

async function welcome(
  tools: AccountTools, context: CommandContext, { user, recoveryCodes }: Extract<SignInReply, { status: 'signed-in' }>,
): Promise<number> {
  tools.owed.forget();
  await tools.workspace.signedIn(user);
  tools.channel.tell('session-changed');
  await announce(tools, context, `You are signed in as ${user.email}; your files follow you.`);
  if (recoveryCodes === undefined) return 0;
  // Another person's files were here: the screen was cleared and this command ended with them.
  if (context.signal.aborted) tools.notice(`Your recovery codes, shown only now: ${recoveryCodes.join(' ')}`);
  else await showRecoveryCodes(context, recoveryCodes);
  return 0;
}
