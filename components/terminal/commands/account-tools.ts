import type { AccountChannel } from '@/lib/client/account-channel.ts';
import type { AccountFailure } from '@/lib/client/account.ts';
import type { Workspace } from '@/lib/client/workspace.ts';
import { limits } from '@/lib/core/limits.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { CancelSignal, CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { wrapWords } from '@/lib/core/tty/wrap-words.ts';
import { waitInWords } from '../../account/form-outcome.ts';

/** What the account commands need beside the shell's context. */
export interface AccountTools {
  workspace: Pick<Workspace, 'person' | 'status' | 'signedIn' | 'sessionEnded' | 'syncNow' | 'unsynced' | 'wipe'>;
  channel: Pick<AccountChannel, 'tell'>;
  /** Prints above the next prompt, even when the command was ended by a change of owner. */
  notice: (sentence: string) => void;
  /** Origin of the page, for addresses that are shown. */
  origin: string;
}

const encoder = new TextEncoder();

/** Broken between words on a narrow screen; whole in a pipe or a file. */
function lineOf(context: CommandContext, sentence: string): Uint8Array {
  const { terminal, isTerminalOutput } = context;
  const lines = terminal === undefined || !isTerminalOutput ? [sentence] : wrapWords(sentence, terminal.columns());
  return encoder.encode(`${lines.join('\n')}\n`);
}

export async function say(context: CommandContext, sentence: string): Promise<void> {
  await context.stdout.write(lineOf(context, sentence));
}

/** One sentence on standard error; answers the exit status 1. */
export async function complain(context: CommandContext, sentence: string): Promise<1> {
  await context.stderr.write(lineOf(context, `${context.name}: ${sentence}`));
  return 1;
}

/** The last word of a command whose owner may have changed under it. */
export async function announce(tools: AccountTools, context: CommandContext, sentence: string): Promise<void> {
  if (context.signal.aborted) tools.notice(sentence);
  else await say(context, sentence);
}

/** What went wrong, and what to do next. Nothing that was typed or written is lost by any of these. */
export function failureSentence(failure: AccountFailure): string {
  const wait = failure.retryAfterSeconds === undefined ? 'in a moment' : `in ${waitInWords(failure.retryAfterSeconds)}`;
  switch (failure.code) {
    case 'wrong-credentials': return 'The address or the password is wrong, or the address still waits for its code; `forgot` and `confirm` help.';
    case 'not-signed-in': return 'You are not signed in; type `login`.';
    case 'too-many-attempts': return `Too many attempts; try again ${wait}.`;
    case 'unavailable': return `Selkie cannot do this right now; try again ${wait}.`;
    case 'offline': return 'Selkie cannot be reached; your files are safe here, try again when you are online.';
    case 'wrong-code': return 'That code is wrong; look at the newest mail.';
    case 'expired-code': return 'That code has expired; type `resend` for a new one.';
    case 'cross-site': return 'The browser sent this as if from another site; reload the page and try again.';
    case 'step-up-required': return `This needs a fresh proof of who you are; open /account.`;
    default: return failure.message;
  }
}

/** Waits for `work`, or for Ctrl-C, whichever comes first. */
export function orInterrupted<T>(signal: CancelSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Interrupted());
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The terminal to ask at; undefined, with a sentence, in a pipe or a script without one. */
export async function requireTerminal(context: CommandContext): Promise<TerminalIo | undefined> {
  if (context.terminal === undefined) await complain(context, 'This command asks questions; run it at the prompt.');
  return context.terminal;
}

/** The address as an argument or asked for; undefined when it cannot be one. */
export async function readEmail(context: CommandContext, terminal: TerminalIo): Promise<string | undefined> {
  const email = (context.args[0] ?? (await terminal.ask('E-mail address: '))).trim();
  const isPlausible = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && encoder.encode(email).length <= limits.emailMaxBytes;
  if (isPlausible) return email;
  await complain(context, `${JSON.stringify(email)} is not an e-mail address; it looks like name@example.com.`);
  return undefined;
}

/** A new password, typed twice; asks until both are the same. */
export async function readNewPassword(context: CommandContext, terminal: TerminalIo, label = 'Password'): Promise<string> {
  for (;;) {
    const password = await terminal.ask(`${label}: `, { secret: true });
    if (password === '') {
      await say(context, 'A password cannot be empty; Ctrl-C leaves.');
      continue;
    }
    if (password.length > limits.passwordMaxChars) {
      await say(context, `A password has at most ${limits.passwordMaxChars} characters.`);
      continue;
    }
    if (password === (await terminal.ask(`${label} again: `, { secret: true }))) return password;
    await say(context, 'The two are not the same; type both again.');
  }
}

/** Where the embedded cloud put the mail; on a real deployment there is nothing to say. */
export async function sayOutbox(context: CommandContext, outbox: string | undefined): Promise<void> {
  if (outbox !== undefined) await say(context, `No mail leaves this machine; the code is at ${outbox}`);
}
