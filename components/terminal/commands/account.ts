import { deleteAccount, passkeys, session, sessions, totp } from '@/lib/client/account.ts';
import type { AccountReply } from '@/lib/client/account.ts';
import { proofWords } from '@/lib/client/proof-words.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, requirePerson, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { totpInWords } from './mfa.ts';
import { withStepUp } from './step-up-flow.ts';
import { syncSentence } from './sync-sentence.ts';

export const accountCommand = (tools: AccountTools): Command => ({
  name: 'account',
  section: 'account',
  summary: 'Your account at a glance, or delete it',
  usage: 'account [delete]',
  verbs: [['delete', 'remove the account and everything in it']],
  help: 'account          who you are, how you sign in, where, and how your files stand\n'
    + 'account delete   remove the account and everything in it for good; asks before it does',
  async run(context) {
    const [verb, ...more] = context.args;
    if ((verb !== undefined && verb !== 'delete') || more.length > 0) return complain(context, 'Use `account` or `account delete`.');
    const person = await requirePerson(tools, context);
    if (person === undefined) return 1;
    return verb === undefined ? overview(tools, context, person.email) : remove(tools, context, person.email);
  },
});

async function overview(tools: AccountTools, context: CommandContext, email: string): Promise<number> {
  const [who, factor, keys, places] = await untilAborted(context.signal, Promise.all([session(), totp(), passkeys(), sessions()]));
  const failed = [who, factor, keys, places].find((reply) => !reply.ok);
  const line = async <T>(title: string, reply: AccountReply<T>, words: (data: T) => string) => {
    await say(context, `${title.padEnd(18)} ${reply.ok ? words(reply.data) : 'cannot be told now'}`);
  };
  await line('Signed in as', who, ({ user, session: facts }) => {
    const proof = proofWords(facts?.proof);
    return proof === undefined ? user.email : `${user.email}, ${proof}`;
  });
  await line('Authenticator app', factor, totpInWords);
  await line('Passkeys', keys, (data) => (data.passkeys.length === 0 ? 'none; `passkey add` makes one.' : String(data.passkeys.length)));
  await line('Sessions', places, (data) => String(data.sessions.length));
  await say(context, `${'Files'.padEnd(18)} ${syncSentence(tools.workspace.status)}`);
  if (failed?.ok === false) return complain(context, `${email}: ${failureSentence(failed)}`);
  await say(context, '');
  await say(context, '`passwd`, `mfa`, `passkey`, `sessions` and `account delete` change these; `audit` tells what happened.');
  if (who.ok && who.data.session?.admin === true) await say(context, `Everybody's sessions: ${tools.origin}/admin/sessions`);
  return 0;
}

/** The same order as `logout`: what is here goes only after the server has done its part. */
async function remove(tools: AccountTools, context: CommandContext, email: string): Promise<number> {
  const terminal = await requireTerminal(context);
  if (terminal === undefined) return 1;
  await say(context, `This deletes the account ${email}: all its files, here and in the cloud, its passkeys, its sessions and its history of events.`);
  await say(context, 'Nobody can bring them back, so copy out of the terminal what you want to keep.');
  const typed = await terminal.ask('Type the address to delete the account, or Enter to keep it: ');
  if (typed.trim().toLowerCase() !== email.toLowerCase()) {
    await say(context, 'That is not the address; nothing was deleted.');
    return 1;
  }
  const reply = await withStepUp(context, deleteAccount);
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, `The account may still be there, and nothing here was removed. ${failureSentence(reply)}`);
  tools.workspace.wipe();
  tools.channel.tell('signed-out');
  tools.notice('Your account is deleted, and nothing of yours is left in this browser.');
  return 0;
}
