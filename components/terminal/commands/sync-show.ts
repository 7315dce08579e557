import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { markOf, sortChanges } from '@/lib/core/sync/history-path.ts';
import { complain } from './account-tools.ts';
import { isText } from './diff-text.ts';
import { printChanges } from './sync-diff.ts';
import { describeChange } from './sync-log.ts';
import { endProgress } from './progress.ts';
import { headOf, parseSeq, print, resolveSynced, shortPath, withPast, type SyncVerb } from './sync-verb.ts';

export const syncShow: SyncVerb = {
  name: 'show',
  summary: 'What one commit did, or a file as it was then',
  usage: 'sync show N[:PATH]',
  help: 'sync show 12                        what commit 12 did, line by line\n'
    + 'sync show 12:notes.md               the file as it was after commit 12\n'
    + 'sync show 12:photo.png > old.png',
  async run(tools, context, args) {
    const { operands } = parseOptions(args, { short: '' });
    const [what] = operands;
    if (what === undefined || operands.length > 1) throw new UsageError('name one commit, as in: sync show 12, or sync show 12:notes.md');
    const cut = what.indexOf(':');
    const seq = parseSeq(cut < 0 ? what : what.slice(0, cut));
    if (cut < 0) {
      return withPast(tools, context, async (past) => {
        const entry = await past.history.entry(seq);
        const changes = sortChanges(entry.changes).filter((change) => markOf(change) !== undefined);
        await print(context, `${headOf(entry).trimStart()}  ${entry.bytes.toLocaleString('en')} bytes\n`);
        for (const change of changes) await print(context, `  ${describeChange(change)}\n`);
        for (const { path } of entry.merges) await print(context, `  ${shortPath(path)} was merged from two versions; \`sync undo ${seq}\` brings both back\n`);
        await printChanges(context, past, changes, { older: String(seq - 1), newer: String(seq) });
        return 0;
      });
    }
    const path = resolveSynced(context, what.slice(cut + 1));
    return withPast(tools, context, async ({ history, reader }) => {
      const tree = await history.treeAt(seq);
      const found = [...tree.values()].find((entry) => entry.path === path);
      if (found === undefined) return complain(context, `There was no ${shortPath(path)} at ${seq}; \`sync log ${shortPath(path)}\` tells when there was.`);
      if (found.kind === 'directory') return complain(context, `${shortPath(path)} was a directory; \`sync restore ${shortPath(path)}@${seq}\` brings it back.`);
      for await (const [, bytes] of reader.contentsOf([found])) {
        if (context.isTerminalOutput && !isText(bytes)) {
          return complain(context, `${shortPath(path)} is not text; write it to a file, as in: sync show ${seq}:${shortPath(path)} > copy`);
        }
        await endProgress(context);
        await context.stdout.write(bytes);
      }
      return 0;
    });
  },
};
