import { revoke, sessions } from '@/lib/client/account.ts';
import type { SessionItem } from '@/lib/client/account.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, pickByPrefix, say, timeOf } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { withStepUp } from './step-up-flow.ts';

export const sessionsCommand = (tools: AccountTools): Command => ({
  name: 'sessions',
  section: 'account',
  summary: 'List where you are signed in, and end sessions',
  usage: 'sessions [revoke ID|others|all]',
  verbs: [['revoke', 'end one, the others, or all']],
  help: 'sessions                 every session, the newest use first\n'
    + 'sessions revoke others   end all but this one\n'
    + 'sessions revoke all      end all, this one too\n'
    + 'sessions revoke ID       end one; the beginning of its ID is enough\n'
    + 'A session that is not fresh any more asks for your password or passkey first.',
  async run(context) {
    const [verb, which] = context.args;
    if (verb === undefined) return list(context);
    if (verb !== 'revoke' || which === undefined) return complain(context, 'Use `sessions` or `sessions revoke ID|others|all`.');
    return end(tools, context, which);
  },
});

async function list(context: CommandContext): Promise<number> {
  const reply = await untilAborted(context.signal, sessions());
  if (!reply.ok) return complain(context, failureSentence(reply));
  for (const item of reply.data.sessions) await say(context, describe(item));
  return 0;
}

async function end(tools: AccountTools, context: CommandContext, which: string): Promise<number> {
  let id: string | undefined;
  if (which !== 'others' && which !== 'all') {
    const reply = await untilAborted(context.signal, sessions());
    if (!reply.ok) return complain(context, failureSentence(reply));
    const found = await pickByPrefix(context, 'session', reply.data.sessions, which);
    if (found === undefined) return 1;
    id = found.id;
  }
  const reply = await withStepUp(context, () => revoke(id === undefined ? { scope: which as 'others' | 'all' } : { id }));
  if (reply === undefined) return 1;
  if (!reply.ok) return complain(context, failureSentence(reply));
  if (which === 'all') {
    // The files stay until `logout`: they may hold work that was not pushed.
    tools.workspace.sessionEnded();
    tools.channel.tell('session-changed');
  }
  await say(context, which === 'all' ? 'Every session has ended, this one too; your files stay here until `logout`.'
    : which === 'others' ? 'All other sessions have ended.' : 'That session has ended.');
  return 0;
}

function describe(item: SessionItem): string {
  const seen = item.lastSeen === undefined ? '' : `  last seen ${timeOf(item.lastSeen)}`;
  return `${item.id.slice(0, 8)}  ${item.device ?? 'unknown device'}${seen}${item.current ? '  (this one)' : ''}`;
}
