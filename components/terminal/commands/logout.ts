import { signOut } from '@/lib/client/account.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { complain, failureSentence, orInterrupted, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { exportName, zipHome } from './export.ts';

const CHOICES = [
  'zip      save everything that is here as one zip, and ask again',
  'keep     sign out and leave the files in this browser, where anybody who uses it can read them; `login` goes on with them',
  'discard  remove everything here, and lose for good what exists nowhere else',
  'Enter    stay signed in',
];

const OWED = ' Selkie could not be told yet: open this page once when you are online, so that the session ends there too.';

/** Sign-out = push, verify, wipe; in this order, so that nothing is removed that is nowhere else. */
export const logoutCommand = (tools: AccountTools): Command => ({
  name: 'logout',
  section: 'account',
  summary: 'Sign out and remove your files from this browser',
  usage: 'logout',
  help: 'Pushes what is not in your account yet, checks that it arrived, then removes everything of yours here.\n'
    + 'When something cannot be pushed it says how much, and you choose: save a zip, keep it here, or discard it.',
  async run(context) {
    const { workspace } = tools;
    const { person } = workspace;
    if (person === undefined) return complain(context, 'You are not signed in; the files here belong to this browser.');
    const left: number = await orInterrupted(context.signal, workspace.unsynced());
    // Without an answer from the store nobody can tell whether all of it is still there.
    const isUnheard = ['offline', 'unavailable'].includes(workspace.status.state);
    const choice = left === 0 && !isUnheard ? 'leave' : await ask(tools, context, left);
    if (choice === 'stay') {
      await say(context, `Everything is kept, and you are still signed in as ${person.email}.`);
      return 1;
    }
    const reply = await orInterrupted(context.signal, signOut());
    const isUnreached = !reply.ok && (reply.code === 'offline' || reply.code === 'unavailable');
    // A typed word is done at once; the server, which alone can end the session, is told when it can be reached.
    const isOwed = isUnreached && choice !== 'leave' && tools.owed.owe();
    if (!reply.ok && reply.code !== 'not-signed-in' && !isOwed) {
      return complain(context, `You are still signed in and nothing was removed. ${failureSentence(reply)}`);
    }
    // Another tab may have written in the meantime, and what it wrote is nowhere else.
    const isLate = choice === 'leave' && workspace.status.pending > 0;
    if (choice === 'keep' || isLate) {
      workspace.sessionEnded();
      tools.channel.tell('session-changed');
      tools.notice(`You are signed out. The files stay in this browser${isLate ? ', because something was changed at the last moment' : ''}; \`login\` goes on with them.${isOwed ? OWED : ''}`);
      return 0;
    }
    workspace.wipe();
    tools.channel.tell('signed-out');
    tools.notice(`You are signed out, and nothing of yours is left in this browser.${isOwed ? OWED : ''}`);
    return 0;
  },
});

async function ask(tools: AccountTools, context: CommandContext, left: number): Promise<'stay' | 'keep' | 'discard'> {
  const terminal = await requireTerminal(context);
  if (terminal === undefined) return 'stay';
  const ignored = tools.workspace.ignored().length;
  const why = ignored === 0 ? ' and cannot be pushed now' : ignored === left ? ', where .selkieignore keeps them' : `; ${ignored} of them because of .selkieignore, the rest cannot be pushed now`;
  await say(context, left === 0 ? 'Selkie cannot be reached, so nobody can tell now whether everything is in your account. You can type:'
    : `${left === 1 ? '1 file exists' : `${left} files exist`} only in this browser${why}. You can type:`);
  for (const line of CHOICES) await say(context, line);
  for (;;) {
    const answer = (await terminal.ask('zip, keep, discard or Enter: ')).trim();
    if (answer === '') return 'stay';
    if (answer === 'keep' || answer === 'discard') return answer;
    if (answer !== 'zip') {
      await say(context, `${JSON.stringify(answer)} is none of these, and nothing was done.`);
      continue;
    }
    const chunks = await zipHome(tools, context, { isWithHistory: false });
    if (chunks === undefined) continue;
    const name = exportName(context.now());
    tools.page.save(name, chunks, 'application/zip');
    await say(context, `${name} is saved by your browser; look that it is there before you discard anything.`);
  }
}
