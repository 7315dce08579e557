import { signOut } from '@/lib/client/account.ts';
import type { Draft } from '@/lib/client/drafts.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, requireTerminal, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { exportName, zipHome } from './export.ts';
import { inQuotes } from './sync-verb.ts';

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
  help: 'Pushes what is not in your account yet, checks that it arrived, then removes everything of yours here. Text that was\n'
    + 'typed in the editor and not saved counts too.\n'
    + 'When something cannot be pushed it says how much, and you choose: save a zip, keep it here, or discard it.',
  async run(context) {
    const { workspace } = tools;
    const { person } = workspace;
    if (person === undefined) return complain(context, 'You are not signed in; the files here belong to this browser.');
    const left = { ...(await untilAborted(context.signal, workspace.unsynced())), drafts: tools.unsaved() };
    // Without an answer from the store nobody can tell whether all of it is still there.
    const choice = left.files === 0 && left.drafts.length === 0 && left.isHeard ? 'leave' : await ask(tools, context, left);
    if (choice === 'leave') {
      // What was entered in the last minute goes along; should it not get there, it counts as late below.
      tools.keepHistory();
      if (workspace.status.pending > 0) await untilAborted(context.signal, workspace.syncNow());
    }
    if (choice === 'stay') {
      await say(context, `Everything is kept, and you are still signed in as ${person.email}.`);
      return 1;
    }
    const reply = await untilAborted(context.signal, signOut());
    const isUnreached = !reply.ok && (reply.code === 'offline' || reply.code === 'unavailable');
    // A typed word is done at once; the server, which alone can end the session, is told when it can be reached.
    const isOwed = isUnreached && choice !== 'leave' && tools.owed.owe();
    if (!reply.ok && reply.code !== 'not-signed-in' && !isOwed) {
      return complain(context, `You are still signed in and nothing was removed. ${failureSentence(reply)}`);
    }
    // Another tab may have written in the meantime, and what it wrote is nowhere else.
    const isLate = choice === 'leave' && (workspace.status.pending > 0 || tools.unsaved().length > 0);
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

/** Drafts that are named; the rest is counted. */
const NAMED_DRAFTS = 3;

interface Left {
  files: number;
  drafts: readonly Draft[];
  isHeard: boolean;
}

async function ask(tools: AccountTools, context: CommandContext, left: Left): Promise<'stay' | 'keep' | 'discard'> {
  const terminal = await requireTerminal(context);
  if (terminal === undefined) return 'stay';
  await say(context, `${sentences(left, tools.workspace.ignored().length).join(' ')} You can type:`);
  for (const line of CHOICES) await say(context, line);
  for (;;) {
    const answer = (await terminal.ask('zip, keep, discard or Enter: ')).trim();
    if (answer === '') return 'stay';
    if (answer === 'keep' || answer === 'discard') return answer;
    if (answer !== 'zip') {
      await say(context, `${JSON.stringify(answer)} is none of these, and nothing was done.`);
      continue;
    }
    const chunks = await zipHome(tools, context, { isWithHistory: false, drafts: left.drafts });
    if (chunks === undefined) continue;
    const name = exportName(context.now());
    tools.page.save(name, chunks, 'application/zip');
    await say(context, `${name} is saved by your browser; look that it is there before you discard anything.`);
  }
}

/** What exists only here. */
function sentences({ files, drafts, isHeard }: Left, ignored: number): string[] {
  const said: string[] = [];
  if (files > 0) {
    const why = ignored === 0 ? ' and cannot be pushed now' : ignored === files ? ', where .selkieignore keeps them' : `; ${ignored} of them because of .selkieignore, the rest cannot be pushed now`;
    said.push(`${files === 1 ? '1 file exists' : `${files} files exist`} only in this browser${why}.`);
  } else if (!isHeard) said.push('Selkie cannot be reached, so nobody can tell now whether everything is in your account.');
  const names = [...new Set(drafts.map(({ path }) => inQuotes(path)))];
  const more = names.length > NAMED_DRAFTS ? ` and ${names.length - NAMED_DRAFTS} more` : '';
  if (names.length > 0) said.push(`Text that was typed and not saved is only here too: \`edit\` offers it for ${names.slice(0, NAMED_DRAFTS).join(', ')}${more}.`);
  return said;
}
