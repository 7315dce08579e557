import { addPasskey, passkeyRegistrationOptions, passkeys, removePasskey, renamePasskey } from '@/lib/client/account.ts';
import type { PasskeyItem } from '@/lib/client/account.ts';
import { passkeysWork, registerPasskey } from '@/lib/client/passkey.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, pickByPrefix, requirePerson, requireTerminal, say, timeOf } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { askPasskey } from './ask-passkey.ts';
import { withStepUp } from './step-up-flow.ts';

const USAGE = 'Use `passkey`, `passkey add [NAME]`, `passkey rename ID NAME` or `passkey remove ID`.';
const SHOWN_ID = 8;

export const passkeyCommand = (tools: Pick<AccountTools, 'workspace' | 'device'>): Command => ({
  name: 'passkey',
  section: 'account',
  summary: 'Sign in with a finger, a face or a key: list, add and remove passkeys',
  usage: 'passkey [add [NAME]|rename ID NAME|remove ID]',
  verbs: [['add', 'make a passkey'], ['rename', 'give one another name'], ['remove', 'it opens your account no more']],
  help: 'passkey                    every passkey of your account\n'
    + 'passkey add my laptop      make one on this device, or on a phone or a security key\n'
    + 'passkey rename ID NAME     the beginning of its ID is enough\n'
    + 'passkey remove ID          it opens your account no more\n'
    + 'login --passkey            sign in with one',
  async run(context) {
    // Not through an option parser: the id of a passkey may begin with a dash.
    const [verb, ...rest] = context.args;
    const [id, ...words] = rest;
    const name = words.join(' ').trim();
    const isUnderstood = verb === undefined || verb === 'add' || (verb === 'rename' && name !== '')
      || (verb === 'remove' && id !== undefined && words.length === 0);
    if (!isUnderstood) return complain(context, USAGE);
    if ((await requirePerson(tools, context)) === undefined) return 1;
    if (verb === 'add') return add(context, rest.join(' ').trim(), tools.device);
    const reply = await untilAborted(context.signal, passkeys());
    if (!reply.ok) return complain(context, failureSentence(reply));
    if (verb === undefined || id === undefined) return list(context, reply.data.passkeys);
    const found = await pickByPrefix(context, 'passkey', reply.data.passkeys, id);
    if (found === undefined) return 1;
    return verb === 'rename' ? rename(context, found, name) : remove(context, found);
  },
});

async function list(context: CommandContext, items: readonly PasskeyItem[]): Promise<number> {
  if (items.length === 0) await say(context, 'There is no passkey yet; `passkey add` makes one.');
  for (const { id, name, created } of items) await say(context, `${id.slice(0, SHOWN_ID)}  ${name}  added ${timeOf(created)}`);
  return 0;
}

async function add(context: CommandContext, given: string, device: string): Promise<number> {
  const terminal = await requireTerminal(context);
  if (terminal === undefined) return 1;
  if (!passkeysWork()) return complain(context, 'This browser cannot use passkeys; open Selkie in one that can.');
  const name = given === '' ? (await terminal.ask('Name for it: ', { initial: device })).trim() || device : given;
  const options = await withStepUp(context, passkeyRegistrationOptions);
  if (options === undefined) return 1;
  if (!options.ok) return complain(context, failureSentence(options));
  const made = await askPasskey(context, terminal, () => registerPasskey(options.data.publicKey));
  if (made === undefined) return 1;
  const reply = await withStepUp(context, () => addPasskey(made.credential, name));
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, `The passkey was not added. ${failureSentence(reply)}`);
  await say(context, `The passkey ${reply.data.passkey.name} is added; \`login --passkey\` signs you in with it.`);
  return 0;
}

async function rename(context: CommandContext, { id }: PasskeyItem, name: string): Promise<number> {
  const reply = await withStepUp(context, () => renamePasskey(id, name));
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, failureSentence(reply));
  await say(context, `The passkey is called ${name} now.`);
  return 0;
}

async function remove(context: CommandContext, { id, name }: PasskeyItem): Promise<number> {
  const reply = await withStepUp(context, () => removePasskey(id));
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, failureSentence(reply));
  await say(context, `The passkey ${name} opens your account no more; the device that holds it may still list it.`);
  return 0;
}
