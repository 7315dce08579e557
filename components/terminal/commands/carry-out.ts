import type { FileHistory } from '@/lib/client/file-history.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { CommandContext } from '@/lib/core/shell/command.ts';
import { applySteps, contentsNeeded, type FileStep } from '@/lib/core/sync/history-plan.ts';
import { remark, say, type AccountTools } from './account-tools.ts';
import type { Progress } from './progress.ts';
import { print, shortPath } from './sync-verb.ts';

/** `M notes.md`: what the steps do, one line each, by path. */
function describeSteps(steps: readonly FileStep[]): string[] {
  const lines = steps.map((step): [string, string] => {
    if (step.step === 'drop') return [step.path, `D ${shortPath(step.path)}`];
    if (step.from === undefined) return [step.path, `A ${shortPath(step.path)}`];
    if (step.from === step.path) return [step.path, `M ${shortPath(step.path)}`];
    return [step.path, `R ${shortPath(step.from)} -> ${shortPath(step.path)}`];
  });
  return lines.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
}

/** Lines of a list that stay on one screen; a pipe gets them all. */
const SHOWN_STEPS = 50;

/** Says what the steps do. */
export async function printSteps(context: CommandContext, steps: readonly FileStep[]): Promise<void> {
  const lines = describeSteps(steps);
  const shown = context.isTerminalOutput && lines.length > SHOWN_STEPS + 1 ? lines.slice(0, SHOWN_STEPS) : lines;
  for (const line of shown) await print(context, `  ${line}\n`);
  if (shown.length < lines.length) await print(context, `  and ${(lines.length - shown.length).toLocaleString('en')} more\n`);
}

/**
 * Fetches what the steps need, does them in one go, pushes, and says how to take it back. Until everything is fetched
 * nothing is changed, so Ctrl-C or a lost connection before that leaves all as it was.
 * @throws FsError ENOSPC, LogUnreadable
 */
export async function carryOut(
  tools: AccountTools, context: CommandContext, { synced, reader, history }: FileHistory, progress: Progress, steps: readonly FileStep[],
): Promise<number> {
  const needed = contentsNeeded(steps);
  const contents = new Map<string, Uint8Array>();
  for await (const [hash, bytes] of reader.contentsOf(needed)) {
    contents.set(hash, bytes);
    progress.show('Fetching older versions:', contents.size, needed.length);
    await context.breathe();
  }
  if (context.signal.aborted) throw new Interrupted();
  const before = history.head;
  const { done, left } = applySteps(synced.replica, steps, contents, context.now());
  for (const path of left) await remark(context, `${shortPath(path)} has just been changed, so it was left as it is; run the command again for it.`);
  const status = await tools.workspace.syncNow();
  await history.forward().catch(() => undefined);
  const files = done.length === 1 ? '1 file' : `${done.length} files`;
  // What is too much for one commit is several, and other devices may have written too.
  const isOne = history.head - before <= 1;
  await say(context, status.state === 'synced'
    ? `Done: ${files}, in your account as ${isOne ? '' : `${before + 1} to `}${history.head}; \`${isOne ? 'sync undo' : `sync restore --all @${before}`}\` takes it back.`
    : `Done: ${files}; not in your account yet, \`sync status\` tells why.`);
  return left.length === 0 ? 0 : 1;
}
