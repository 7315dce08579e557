import { signOut } from '@/lib/client/account.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { complain, failureSentence, orInterrupted, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

const DISCARD = 'discard';

/** Sign-out = push, verify, wipe; in this order, so that nothing is removed that is nowhere else. */
export const logoutCommand = (tools: AccountTools): Command => ({
  name: 'logout',
  section: 'account',
  summary: 'Sign out and remove your files from this browser',
  usage: 'logout',
  help: 'Pushes what is not in your account yet, checks that it arrived, then removes everything of yours here.\n'
    + 'When something cannot be pushed it says how much, and you choose.',
  async run(context) {
    const { workspace } = tools;
    const { person } = workspace;
    if (person === undefined) return complain(context, 'You are not signed in; the files here belong to this browser.');
    const left: number = await orInterrupted(context.signal, workspace.unsynced());
    if (left > 0) {
      const terminal = await requireTerminal(context);
      if (terminal === undefined) return 1;
      const files = left === 1 ? '1 file exists' : `${left} files exist`;
      await say(context, `${files} only in this browser and cannot be pushed now. Enter keeps everything and you stay signed in;`);
      const answer = await terminal.ask(`\`${DISCARD}\` loses ${left === 1 ? 'it' : 'them'} for good: `);
      if (answer.trim() !== DISCARD) {
        await say(context, `Everything is kept, and you are still signed in as ${person.email}.`);
        return 1;
      }
    }
    const reply = await orInterrupted(context.signal, signOut());
    if (!reply.ok && reply.code !== 'not-signed-in') {
      return complain(context, `You are still signed in and nothing was removed. ${failureSentence(reply)}`);
    }
    workspace.wipe();
    tools.channel.tell('signed-out');
    tools.notice('You are signed out, and nothing of yours is left in this browser.');
    return 0;
  },
});
