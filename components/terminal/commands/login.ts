import type { Command } from '@/lib/core/shell/command.ts';
import { readEmail, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { signInFlow } from './sign-in-flow.ts';

export const loginCommand = (tools: AccountTools): Command => ({
  name: 'login',
  section: 'account',
  summary: 'Sign in',
  usage: 'login [EMAIL]',
  help: 'Files made before signing in become the account\'s; where both have a file, both are kept.\n'
    + 'No mail came after `signup`? `confirm EMAIL` and then `resend` sends another.',
  async run(context) {
    const terminal = await requireTerminal(context);
    if (terminal === undefined) return 1;
    const { person, status } = tools.workspace;
    if (person !== undefined && status.state !== 'signed-out' && context.args.length === 0) {
      await say(context, `You are signed in as ${person.email} already; \`logout\` comes first.`);
      return 0;
    }
    const email = await readEmail(context, terminal);
    if (email === undefined) return 1;
    const password = await terminal.ask('Password: ', { secret: true });
    return signInFlow(tools, context, terminal, email, password);
  },
});
