import { audit } from '@/lib/client/account.ts';
import type { AuditItem } from '@/lib/client/account.ts';
import { auditWords } from '@/lib/client/audit-words.ts';
import * as limits from '@/lib/core/limits.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { parseOptions } from '@/lib/core/shell/tools/options.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, failureSentence, requirePerson, say, timeOf } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';

const USUAL_EVENTS = 20;

export const auditCommand = (tools: Pick<AccountTools, 'workspace'>): Command => ({
  name: 'audit',
  section: 'account',
  summary: 'What happened to your account: sign-ins, changes, alarms',
  usage: 'audit [-n N]',
  help: 'audit          the newest 20 events, times in UTC\n'
    + 'audit -n 100   more of them\n'
    + '\n'
    + 'Something that was not you? `passwd`, and then `sessions revoke others`.',
  async run(context) {
    const options = parseOptions(context.args, { short: 'n:', long: { lines: 'n' }, digits: 'n' });
    const asked = options.value('n') ?? String(USUAL_EVENTS);
    const wanted = /^\d{1,6}$/.test(asked) ? Number(asked) : 0;
    if (options.operands.length > 0) return complain(context, 'Use `audit` or `audit -n 100`.');
    if (wanted < 1 || wanted > limits.auditEventsPerPerson) {
      return complain(context, `${JSON.stringify(asked)} is no number from 1 to ${limits.auditEventsPerPerson}; use \`audit -n 100\`.`);
    }
    if ((await requirePerson(tools, context)) === undefined) return 1;
    let shown = 0;
    let before: string | undefined;
    do {
      const reply = await untilAborted(context.signal, audit(before));
      if (!reply.ok) return complain(context, failureSentence(reply));
      const events = reply.data.events.slice(0, wanted - shown);
      for (const event of events) await say(context, describe(event));
      shown += events.length;
      before = events.length === 0 ? undefined : reply.data.next;
    } while (before !== undefined && shown < wanted);
    if (shown === 0) await say(context, 'Nothing has happened yet.');
    return 0;
  },
});

function describe({ at, kind, device, address, detail }: AuditItem): string {
  return [timeOf(at), auditWords(kind, detail), device, address].filter((part) => part !== undefined && part !== '').join('  ');
}
