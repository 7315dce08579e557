import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bash } from 'just-bash';
import { createMemoryFiles } from '../../core/fs/memory-files.ts';
import { coreCommands } from '../../core/shell/core-commands.ts';
import { createShell } from '../../core/shell/shell.ts';
import { HOME } from '../../core/fs/places.ts';
import { onPath } from '../browser.ts';
import { measureInterrupt } from './interrupt.ts';
import { workloadFiles, workloads } from './shell-workloads.ts';
import type { Row } from './table.ts';

/**
 * The same lines in ours, in just-bash (both in this process, start-up not counted) and in the machine's
 * bash (a process each, its start subtracted). Every answer is compared before its time counts. The best of the runs
 * counts: whatever else the machine does only ever adds.
 */
const RUNS = 5;
/** Of lines that take less than `SHORT_MS`: five of them are over before the engine has compiled what they run. */
const SHORT_RUNS = 20;
const SHORT_MS = 25;
/** Its limits protect a server; none of them is meant to be met here. */
const LIMITS = Object.fromEntries([
  'maxLoopIterations', 'maxCommandCount', 'maxAwkIterations', 'maxSedIterations', 'maxJqIterations', 'maxQueryElements', 'maxWorkUnits',
  'maxTraversalEntries', 'maxTraversalWork', 'maxLiveBytes', 'maxInputBytes', 'maxFileSystemBytes', 'maxStringLength', 'maxArrayElements', 'maxGlobOperations', 'maxExecutionTimeMs',
].map((name) => [name, 1_000_000_000]));

export async function measureShell(): Promise<Row[]> {
  const tree = workloadFiles();
  const directory = mkdtempSync(join(tmpdir(), 'selkie-bench-shell-'));
  try {
    mkdirSync(join(directory, 'tree'));
    for (const [name, text] of tree) writeFileSync(join(directory, name), text);
    const rows: Row[] = [];
    for (const { line } of workloads) {
      const what = `\`${line.replaceAll('|', '\\|')}\``;
      process.stderr.write(`${line}\n`);
      const times = { ours: [] as number[], justBash: [] as number[], bash: [] as number[], start: [] as number[] };
      let isPeerWrong = false;
      for (let run = 0; run < RUNS || (run < SHORT_RUNS && Math.min(...times.ours) < SHORT_MS); run++) {
        const [ours, bash] = [await timeOurs(line, tree), timeBash(line, directory)];
        if (bash !== undefined && ours.stdout !== bash.stdout) throw new Error(`"${line}" answered differently:\n${ours.stdout}\nexpected:\n${bash.stdout}`);
        times.ours.push(ours.ms);
        if (run < RUNS) {
          const justBash = await timeJustBash(line, tree);
          times.justBash.push(justBash.ms);
          // A wrong answer has no time.
          isPeerWrong ||= justBash.stdout !== ours.stdout;
        }
        if (bash === undefined) continue;
        times.bash.push(bash.ms);
        times.start.push(bash.startMs);
      }
      const ours = Math.min(...times.ours);
      rows.push({ what, ours, peer: isPeerWrong ? 0 : Math.min(...times.justBash), peerName: 'just-bash', unit: 'ms', ...(isPeerWrong && { note: 'just-bash answers wrongly' }) });
      if (times.bash.length > 0) rows.push({ what, ours, peer: Math.max(0.5, Math.min(...times.bash) - Math.min(...times.start)), peerName: 'bash of this machine', unit: 'ms', note: 'its start-up subtracted' });
    }
    return [...rows, ...(await measureInterrupt())];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** All tools, fetched: that is start-up too, and through tsx's loader it takes longer than most lines do. */
const tools = Promise.all(coreCommands.map(({ load }) => load()));

interface Timed {
  ms: number;
  stdout: string;
}

async function timeOurs(line: string, tree: [string, string][]): Promise<Timed> {
  const files = createMemoryFiles({ now: Date.now });
  const encoder = new TextEncoder();
  files.makeDirectory(`${HOME}/tree`);
  for (const [name, text] of tree) files.write(`${HOME}/${name}`, encoder.encode(text));
  const shell = createShell({
    files, env: { HOME, PATH: '/bin', USER: 'me', PWD: HOME, TERM: 'dumb' }, cwd: HOME,
    now: Date.now, monotonic: () => performance.now(), random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), commands: await tools,
  });
  const chunks: Uint8Array[] = [];
  const sink = { write: async (bytes: Uint8Array) => void chunks.push(bytes.slice()) };
  const started = performance.now();
  await shell.run(line, { stdin: (async function* () {})(), stdout: sink, stderr: sink, signal: new AbortController().signal });
  const ms = performance.now() - started;
  return { ms, stdout: Buffer.concat(chunks).toString() };
}

async function timeJustBash(line: string, tree: [string, string][]): Promise<Timed> {
  const bash = new Bash({
    cwd: '/home/user',
    files: Object.fromEntries(tree.map(([name, text]) => [`/home/user/${name}`, text])),
    executionLimits: LIMITS,
  });
  const started = performance.now();
  const { stdout } = await bash.exec(line);
  return { ms: performance.now() - started, stdout };
}

/** The best of each is subtracted, not the start of this run: one that was held up would make the line look quicker than it is. */
function timeBash(line: string, cwd: string): (Timed & { startMs: number }) | undefined {
  if (onPath('bash') === undefined) return undefined;
  const once = (command: string) => {
    const started = performance.now();
    const { stdout } = spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    return { ms: performance.now() - started, stdout };
  };
  const startMs = Math.min(...[1, 2, 3, 4, 5].map(() => once(':').ms));
  return { ...once(line), startMs };
}
