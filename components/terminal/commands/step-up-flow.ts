import { stepUp, stepUpOptions } from '@/lib/client/account.ts';
import type { AccountReply, StepUpReply } from '@/lib/client/account.ts';
import { passkeysWork, usePasskey } from '@/lib/client/passkey.ts';
import type { CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { runWithStepUp, stageAfter } from '../../account/step-up-runner.ts';
import { complain, failureSentence, readCode, remark, requireTerminal, sayOutbox } from './account-tools.ts';
import { askPasskey } from './ask-passkey.ts';

const TRIES = 3;
const PASSKEY = 'passkey';

/**
 * Does `act`, and when the server wants a fresh proof first (403 `step-up-required`), asks for it and does `act` once
 * more. Undefined when the person could not prove it, which has been said then. What it says goes to standard error.
 */
export async function withStepUp<T>(context: CommandContext, act: () => Promise<AccountReply<T>>): Promise<AccountReply<T> | undefined> {
  const reply = await runWithStepUp(() => untilAborted(context.signal, act()), () => prove(context));
  return !reply.ok && reply.code === 'cancelled' ? undefined : reply as AccountReply<T>;
}

async function prove(context: CommandContext): Promise<boolean> {
  const terminal = await requireTerminal(context);
  if (terminal === undefined) return false;
  await remark(context, 'This needs a fresh proof that it is you.');
  const canUsePasskey = passkeysWork();
  for (let tries = 1; ; ) {
    const typed = await terminal.ask(canUsePasskey ? `Password (or \`${PASSKEY}\`): ` : 'Password: ', { secret: true });
    if (typed === '') continue;
    const reply = canUsePasskey && typed.trim() === PASSKEY ? await provePasskey(context, terminal)
      : await untilAborted(context.signal, stepUp({ password: typed }));
    if (reply === undefined) return false;
    if (reply.ok) return answerChallenge(context, terminal, reply.data);
    const isWrong = reply.code === 'wrong-credentials';
    await complain(context, isWrong ? 'That was not accepted; nothing was changed.' : failureSentence(reply));
    if (!isWrong || tries === TRIES) return false;
    tries += 1;
  }
}

async function provePasskey(context: CommandContext, terminal: TerminalIo): Promise<AccountReply<StepUpReply> | undefined> {
  const options = await untilAborted(context.signal, stepUpOptions());
  if (!options.ok) return options;
  const signed = await askPasskey(context, terminal, () => usePasskey(options.data.publicKey));
  return signed === undefined ? undefined : untilAborted(context.signal, stepUp({ credential: signed.credential }));
}

/** The second factor, where the account has one. */
async function answerChallenge(context: CommandContext, terminal: TerminalIo, first: StepUpReply): Promise<boolean> {
  let stage = stageAfter(first);
  for (let tries = 1; stage.kind === 'code'; ) {
    if (tries === 1) await sayOutbox(context, stage.outbox);
    const question = stage.challenge === 'totp' ? 'Code of your authenticator app: ' : 'Code from your mail: ';
    const code = await readCode(terminal, question);
    const reply = await untilAborted(context.signal, stepUp({ code }));
    if (reply.ok) {
      stage = stageAfter(reply.data);
      continue;
    }
    const isWrong = reply.code === 'wrong-code' || reply.code === 'invalid-request';
    await complain(context, isWrong ? 'That code is wrong; nothing was changed.' : failureSentence(reply));
    if (!isWrong || tries === TRIES) return false;
    tries += 1;
  }
  if (stage.kind === 'stuck') await complain(context, stage.message);
  return stage.kind === 'proved';
}
