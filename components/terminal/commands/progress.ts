import type { CommandContext } from '@/lib/core/shell/command.ts';
import { plainText } from '../plain-text.ts';

/** A line that comes when something takes longer than a second, is written over, and goes when it is done. */
export interface Progress {
  /** `done` of `total`; the words say of what. */
  show(words: string, done: number, total: number): void;
  /** Takes the line away. */
  end(): Promise<void>;
}

const AFTER_MS = 1000;
const EVERY_MS = 200;
const ERASE = '\r\x1b[K';

const open = new WeakMap<CommandContext, Progress>();

/** Before a command prints: takes away the line that stands where its output goes. */
export async function endProgress(context: CommandContext): Promise<void> {
  await open.get(context)?.end();
}

/** Nothing is shown where nobody looks: in a pipe, a file or a script. */
export function openProgress(context: CommandContext): Progress {
  const { terminal, isTerminalOutput } = context;
  const startMs = context.now();
  let shownMs: number | undefined;
  const write = (text: string): Promise<void> => context.stderr.write(new TextEncoder().encode(text));
  const progress: Progress = {
    show(words, done, total) {
      if (terminal === undefined || !isTerminalOutput || context.signal.aborted) return;
      const nowMs = context.now();
      if (nowMs - startMs < AFTER_MS || (shownMs !== undefined && nowMs - shownMs < EVERY_MS)) return;
      shownMs = nowMs;
      const line = `${plainText(words)} ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
      void write(`${ERASE}${line.slice(0, Math.max(10, terminal.columns() - 1))}`).catch(() => undefined);
    },
    async end() {
      if (shownMs !== undefined) await write(ERASE);
      shownMs = undefined;
    },
  };
  open.set(context, progress);
  return progress;
}
