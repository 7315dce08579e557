import { readFileSync } from 'node:fs';
import { createMemoryFiles } from '../../core/fs/memory-files.ts';
import { HOME } from '../../core/fs/places.ts';
import { coreCommands } from '../../core/shell/core-commands.ts';
import { createShell } from '../../core/shell/shell.ts';
import type { Row } from './table.ts';

/**
 * Ctrl-C to the end of `run`, which is when the prompt is drawn, over commands that never end by themselves, and the longest
 * stretch that the shell kept the event loop from turning meanwhile: what a frame would wait. The key comes after a different
 * number of turns each time, as a person's does.
 */
const ENDLESS = [
  'while :; do :; done', 'for ((;;)); do ((x++)); done', 'while :; do x=$(echo a); done', 'f() { while :; do :; done; }; f', 'while :; do (:); done',
  'yes > /dev/null', 'yes | cat > /dev/null', 'yes | sort > /dev/null', 'seq 1 1000000000000 | wc -l', 'yes abc | grep -c b', 'while :; do echo x | cat; done > /dev/null',
  'while :; do echo line; done | tail -1', 'while :; do set -- {1..1000}; done', 'a=(); while :; do a+=(x); done', 'while read -r l; do :; done < <(yes)', 'sleep 1000', 'cat', 'tail -f /dev/null',
];
const TRIES = 14;
/** What the issue promises for 99 of 100. */
const PROMISE_MS = 50;

export async function measureInterrupt(): Promise<Row[]> {
  const waits: number[] = [];
  let longestTurn = { ms: 0, line: '' };
  for (const line of ENDLESS) {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { ms, longest } = await interrupt(line, 5 + attempt * 3);
      waits.push(ms);
      if (longest > longestTurn.ms) longestTurn = { ms: longest, line };
    }
  }
  waits.sort((left, right) => left - right);
  const at = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] as number;
  const row = (what: string, ours: number, note: string): Row => ({ what, ours, peer: PROMISE_MS, peerName: 'the promise', unit: 'ms', note });
  const count = `${waits.length} times, ${ENDLESS.length} commands`;
  return [row('Ctrl-C to prompt, half within', at(0.5), count), row('Ctrl-C to prompt, 99 of 100 within', at(0.99), count), row('Ctrl-C to prompt, all within', at(1), count), row('longest turn, its thread\'s processor time', longestTurn.ms, `\`${longestTurn.line}\``)];
}

/**
 * What this thread had of the processor, in milliseconds. Not the clock's: on a machine with other work a turn waits for others in its
 * middle. Nor the process's: V8 compiles and collects garbage in threads beside this one, and no frame waits for them.
 */
function threadMs(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    // Only Linux tells of one thread.
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

async function interrupt(line: string, turns: number): Promise<{ ms: number; longest: number }> {
  const shell = createShell({
    files: createMemoryFiles({ now: Date.now }), env: { HOME, PATH: '/bin', USER: 'me', TERM: 'dumb' }, cwd: HOME,
    now: Date.now, monotonic: () => performance.now(), random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), delay: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)), commands: coreCommands,
  });
  const controller = new AbortController();
  const sink = { write: async () => {} };
  const stdin: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  // The code of its commands is fetched before the clock starts.
  for (const name of ['yes', 'cat', 'sort', 'seq', 'wc', 'grep', 'tail']) await shell.run(`${name} --help`, { stdin: (async function* () {})(), stdout: sink, stderr: sink, signal: controller.signal });
  let longest = 0;
  let before = threadMs();
  const running = shell.run(line, { stdin, stdout: sink, stderr: sink, signal: controller.signal });
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    const now = threadMs();
    longest = Math.max(longest, now - before);
    before = now;
  }
  const pressedAt = performance.now();
  controller.abort();
  await running;
  return { ms: performance.now() - pressedAt, longest };
}
