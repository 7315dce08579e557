import type { SyncState } from '@/lib/client/workspace.ts';
import type { Command, CommandContext } from '@/lib/core/shell/command.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { complain, say } from './account-tools.ts';
import type { AccountTools } from './account-tools.ts';
import { exportVerb } from './export.ts';
import { openProgress } from './progress.ts';
import { syncConflicts } from './sync-conflicts.ts';
import { syncDevices } from './sync-devices.ts';
import { syncDiff } from './sync-diff.ts';
import { syncLog } from './sync-log.ts';
import { syncPause, syncResume } from './sync-pause.ts';
import { syncRejoin } from './sync-rejoin.ts';
import { syncResolve } from './sync-resolve.ts';
import { syncRestore } from './sync-restore.ts';
import { syncSentence } from './sync-sentence.ts';
import { syncShow } from './sync-show.ts';
import { syncStatus } from './sync-status.ts';
import { syncUndo } from './sync-undo.ts';
import { print, type SyncVerb } from './sync-verb.ts';

const VERBS: readonly SyncVerb[] = [
  syncStatus, syncLog, syncShow, syncDiff, syncRestore, syncUndo, syncConflicts, syncResolve, syncPause, syncResume, syncDevices,
  syncRejoin, exportVerb,
];
const OVERVIEW = [
  ['sync', 'exchange now and wait; otherwise it happens by itself a moment after each change'],
  ...VERBS.map(({ name, summary }) => [`sync ${name}`, summary.replace(/^./, (letter) => letter.toLowerCase())]),
  ['sync help NAME', 'more about one of these'],
].map(([line = '', words = '']) => `${line.padEnd(16)} ${words}`).join('\n');

export const syncCommand = (tools: AccountTools): Command => ({
  name: 'sync',
  section: 'sync',
  summary: 'Exchange files with your account, look back, undo',
  usage: 'sync [VERB] [ARGUMENT]...',
  verbs: [...VERBS.map(({ name }) => name), 'help'],
  help: `${OVERVIEW}\n\nA file named .selkieignore (as gitignore) says what never leaves this browser.`,
  async run(context) {
    const [name, ...args] = context.args;
    if (name === undefined) return exchange(tools, context);
    const isHelp = name === 'help' || name === '--help';
    const asked = isHelp ? args[0] : name;
    if (isHelp && asked === undefined) {
      await print(context, `${OVERVIEW}\n`);
      return 0;
    }
    const verb = VERBS.find((each) => each.name === asked);
    if (verb === undefined) return complain(context, `There is no \`sync ${asked}\`; \`sync help\` lists what there is.`);
    if (!isHelp && !args.includes('--help')) return verb.run(tools, context, args);
    const examples = verb.help.split('\n').map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
    await print(context, `sync ${verb.name}: ${verb.summary}\n\n${examples}\n\nUsage: ${verb.usage}\n`);
    return 0;
  },
});

/** How an exchange ends that could not be made. What was changed again meanwhile is pending after a good one. */
const FAILED: readonly SyncState[] = ['offline', 'unavailable', 'stopped', 'signed-out'];
const WATCH_MS = 200;
const WORDS = { reading: 'Reading commits:', pushing: 'Pushing:', pulling: 'Fetching:' } as const;

async function exchange(tools: AccountTools, context: CommandContext): Promise<number> {
  const { workspace } = tools;
  if (workspace.person === undefined) {
    return complain(context, 'You are not signed in, so files stay in this browser; type `login` or `signup`.');
  }
  const progress = openProgress(context);
  let stopWatching = (): void => undefined;
  const watch = (): void => {
    const now = workspace.status.progress;
    if (now !== undefined) progress.show(WORDS[now.what], now.done, now.total);
    stopWatching = tools.after(WATCH_MS, watch);
  };
  watch();
  try {
    const status = await untilAborted(context.signal, workspace.syncNow());
    await progress.end();
    const isPaused = workspace.status.state === 'paused';
    await say(context, `${syncSentence(status)}${isPaused ? ' Nothing is exchanged by itself until `sync resume`.' : ''}`);
    return FAILED.includes(status.state) ? 1 : 0;
  } finally {
    stopWatching();
    await progress.end();
  }
}
