import { emailCode, managedLogin, passkeySignIn, passkeySignInOptions, signIn } from '@/lib/client/account.ts';
import type { AccountReply, SignInReply } from '@/lib/client/account.ts';
import { discoverPasskey, passkeysWork, usePasskey } from '@/lib/client/passkey.ts';
import type { Command, CommandContext, TerminalIo } from '@/lib/core/shell/command.ts';
import { parseOptions } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, readEmail, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { askPasskey } from './ask-passkey.ts';
import { signInFlow } from './sign-in-flow.ts';

const OPTIONS = { short: 'pcmr', long: { passkey: 'p', code: 'c', managed: 'm', remember: 'r' } };
const NO_ACCOUNT = 'That passkey opens no account here; use your password, or `login --code`.';

export const loginCommand = (tools: AccountTools): Command => ({
  name: 'login',
  section: 'account',
  summary: 'Sign in with a password, a passkey or a code by mail',
  usage: 'login [--passkey|--code|--managed] [--remember] [EMAIL]',
  help: 'login                       asks for address and password\n'
    + 'login --passkey             with a passkey; the address may be left out\n'
    + 'login --code me@example.com with a code that is mailed to you\n'
    + 'login --managed             on the sign-in page of the user pool, where there is one\n'
    + 'login --remember            stay signed in when the browser closes; on a device of your own only\n'
    + '\n'
    + 'Files made before signing in become the account\'s; where both have a file, both are kept.\n'
    + 'Lost your authenticator app? Type `recovery` instead of its code.\n'
    + 'No mail came after `signup`? `confirm EMAIL` and then `resend` sends another.',
  async run(context) {
    const options = parseOptions(context.args, OPTIONS);
    const ways = ['p', 'c', 'm'].filter((letter) => options.has(letter));
    const [given] = options.operands;
    const isRemembered = options.has('r');
    if (ways.length > 1) return complain(context, 'Choose one of --passkey, --code and --managed.');
    if (options.operands.length > 1) return complain(context, 'Give one address only; `login me@example.com`.');
    const { person, status } = tools.workspace;
    if (person !== undefined && status.state !== 'signed-out' && given === undefined) {
      await say(context, `You are signed in as ${person.email} already; \`logout\` comes first.`);
      return 0;
    }
    if (options.has('m')) return managed(tools, context, given !== undefined || isRemembered);
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    if (options.has('p')) {
      if (!passkeysWork()) return complain(context, 'This browser cannot use passkeys; type `login` for your password, or `login --code`.');
      if (given === undefined) return byDiscoveredPasskey(tools, context, terminal, isRemembered);
    }
    const email = await readEmail(context, terminal, given);
    if (email === undefined) return 1;
    if (options.has('p')) return byPasskey(tools, context, terminal, { email }, isRemembered);
    if (options.has('c')) return byMailedCode(tools, context, terminal, email, isRemembered);
    const password = await terminal.ask('Password: ', { secret: true });
    return signInFlow(tools, context, terminal, { begin: () => signIn(email, password, isRemembered) });
  },
});

/** Leaves the terminal, so it is found out first whether there is anywhere to go. */
async function managed({ leaveTo }: AccountTools, context: CommandContext, isTooMuch: boolean): Promise<number> {
  if (isTooMuch) return complain(context, 'With --managed the other page asks for everything; type `login --managed` alone.');
  const reply = await untilAborted(context.signal, managedLogin());
  if (!reply.ok) {
    return complain(context, reply.code === 'not-found' ? 'This Selkie has no managed login; type `login` for your password.' : failureSentence(reply));
  }
  leaveTo(reply.data.path);
  return 0;
}

async function byMailedCode(tools: AccountTools, context: CommandContext, terminal: TerminalIo, email: string, isRemembered: boolean): Promise<number> {
  return signInFlow(tools, context, terminal, {
    async begin() {
      const reply = await emailCode(email, isRemembered);
      if (reply.ok) await say(context, `If ${email} has an account, a code is on its way.`);
      return reply;
    },
  });
}

/** The server wants a name before it gives a challenge, so the first touch finds the name, and the second signs in. */
async function byDiscoveredPasskey(tools: AccountTools, context: CommandContext, terminal: TerminalIo, isRemembered: boolean): Promise<number> {
  const found = await askPasskey(context, terminal, () => discoverPasskey());
  if (found === undefined) return 1;
  await say(context, 'Confirm once more to sign in.');
  return byPasskey(tools, context, terminal, { user: found.user }, isRemembered);
}

async function byPasskey(
  tools: AccountTools, context: CommandContext, terminal: TerminalIo, who: { email: string } | { user: string }, isRemembered: boolean,
): Promise<number> {
  return signInFlow(tools, context, terminal, {
    wrong: NO_ACCOUNT,
    async begin(): Promise<AccountReply<SignInReply> | undefined> {
      const options = await passkeySignInOptions(who, isRemembered);
      if (!options.ok) return options;
      const signed = await askPasskey(context, terminal, () => usePasskey(options.data.publicKey));
      return signed === undefined ? undefined : passkeySignIn(signed.credential);
    },
  });
}
