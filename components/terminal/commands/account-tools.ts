import type { AccountChannel } from '@/lib/client/account-channel.ts';
import type { AccountFailure } from '@/lib/client/account.ts';
import type { Draft } from '@/lib/client/drafts.ts';
import type { Asking, FileHistory } from '@/lib/client/file-history.ts';
import type { OwedSignOut } from '@/lib/client/owed-sign-out.ts';
import type { PageFiles } from '@/lib/client/page-files.ts';
import type { Person, Workspace } from '@/lib/client/workspace.ts';
import * as limits from '@/lib/core/limits.ts';
import type { CancelSignal, CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { wrapWords } from '@/lib/core/tty/wrap-words.ts';
import { tidyCode } from '../../account/field-checks.ts';
import { waitInWords } from '../../account/form-outcome.ts';
import { plainText } from '../plain-text.ts';
import type { SettleQuestion } from '../settle-document.ts';

/** What the account commands need beside the shell's context. */
export interface AccountTools {
  workspace: Pick<Workspace,
    'person' | 'status' | 'signedIn' | 'sessionEnded' | 'syncNow' | 'unsynced' | 'wipe' | 'synced' | 'exchange' | 'ignored' | 'pause' | 'resume' | 'rejoin'>;
  /** The history of the files that are open; undefined before any sign-in. */
  past: (asking: Asking) => FileHistory | undefined;
  /** What the person chooses, drops and saves. */
  page: PageFiles;
  /** Has the person settle a conflict; undefined when they leave it open. */
  settle: (question: SettleQuestion, signal: CancelSignal) => Promise<string | undefined>;
  /** A sign-out that the server has not heard of yet. */
  owed: Pick<OwedSignOut, 'owe' | 'forget'>;
  /** Text that somebody typed and no file has, newest first; it exists only here. */
  unsaved: () => Draft[];
  /** Writes the lines that were entered since the last time into the files. */
  keepHistory: () => void;
  /** Runs work later; answers what cancels it. */
  after: (ms: number, work: () => void) => () => void;
  channel: Pick<AccountChannel, 'tell'>;
  /** Prints above the next prompt, even when the command was ended by a change of owner. */
  notice: (sentence: string) => void;
  /** Origin of the page, for addresses that are shown. */
  origin: string;
  /** A short name of this kind of device, e.g. `firefox-linux`. */
  device: string;
  /** Leaves the page for another address of this origin. */
  leaveTo: (path: string) => void;
}

const encoder = new TextEncoder();

/** Broken between words on a narrow screen; whole in a pipe or a file. What the server named in it is text only. */
function lineOf(context: CommandContext, words: string): Uint8Array {
  const { terminal, isTerminalOutput } = context;
  const sentence = plainText(words);
  const lines = terminal === undefined || !isTerminalOutput ? [sentence] : wrapWords(sentence, terminal.columns());
  return encoder.encode(`${lines.join('\n')}\n`);
}

export async function say(context: CommandContext, sentence: string): Promise<void> {
  await context.stdout.write(lineOf(context, sentence));
}

/** A sentence beside the output proper, on standard error: it stays on the screen when the output goes to a file. */
export async function remark(context: CommandContext, sentence: string): Promise<void> {
  await context.stderr.write(lineOf(context, sentence));
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
    case 'unavailable': return `Selkie cannot do this right now; try again ${wait}.${failure.requestId === undefined ? '' : ` If that does not help, tell whoever runs it: request ${failure.requestId}.`}`;
    case 'offline': return 'Selkie cannot be reached; your files are safe here, try again when you are online.';
    case 'wrong-code': return 'That code is wrong; look at the newest mail.';
    case 'expired-code': return 'That code has expired; type `resend` for a new one.';
    case 'cross-site': return 'The browser sent this as if from another site; reload the page and try again.';
    case 'step-up-required': return `This needs a fresh proof of who you are; open /account.`;
    default: return failure.message;
  }
}

/** The terminal to ask at; undefined, with a sentence, in a pipe or a script without one. */
export async function requireTerminal(context: CommandContext): Promise<TerminalIo | undefined> {
  if (context.terminal === undefined) await complain(context, 'This command asks questions; run it at the prompt.');
  return context.terminal;
}

/** Who is signed in; undefined, with a sentence, when nobody is. */
export async function requirePerson({ workspace }: Pick<AccountTools, 'workspace'>, context: CommandContext): Promise<Person | undefined> {
  if (workspace.person === undefined) await complain(context, failureSentence({ ok: false, code: 'not-signed-in', message: '' }));
  return workspace.person;
}

/** The one whose id begins with `prefix`; undefined, with a sentence, when there is none or more than one. */
export async function pickByPrefix<T extends { id: string }>(
  context: CommandContext,
  noun: 'session' | 'passkey',
  items: readonly T[],
  prefix: string,
): Promise<T | undefined> {
  const found = items.filter((item) => item.id.startsWith(prefix));
  const exact = found.length === 1 ? found[0] : found.find((item) => item.id === prefix);
  if (exact !== undefined) return exact;
  await complain(context, found.length === 0 ? `There is no ${noun} ${prefix}; \`${context.name}\` lists them.`
    : `More than one ${noun} begins with ${prefix}; type more of it.`);
  return undefined;
}

/** The address as an argument or asked for; undefined when it cannot be one. */
export async function readEmail(context: CommandContext, terminal: TerminalIo, given = context.args[0]): Promise<string | undefined> {
  const email = (given ?? (await terminal.ask('E-mail address: '))).trim();
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

/** A code as it is sent, without the spaces of a mail or an app; asks until there is one. */
export async function readCode(terminal: TerminalIo, question: string): Promise<string> {
  for (;;) {
    const code = tidyCode(await terminal.ask(question));
    if (code !== '') return code;
  }
}

/** A time of the API (ISO 8601, or milliseconds since the epoch) as `2026-11-21 10:00`, in UTC as the API says it. */
export function timeOf(value: string | number): string {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? '?' : date.toISOString().slice(0, 16).replace('T', ' ');
}

/** Where the embedded cloud put the mail; on a real deployment there is nothing to say. */
export async function sayOutbox(context: CommandContext, outbox: string | undefined): Promise<void> {
  if (outbox !== undefined) await remark(context, `No mail leaves this machine; the code is at ${outbox}`);
}
