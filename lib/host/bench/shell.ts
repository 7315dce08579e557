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
import { median, type Row } from './table.ts';

/**
 * The same lines in ours, in just-bash (both in this process, start-up not counted) and in the machine's
 * bash (a process each, its start subtracted). Every answer is compared before its time counts.
 */
const RUNS = 7;
const GREP_FILES = 1_000;

const workloads: [name: string, line: string][] = [
  ['seq 1 100000 | sort -rn | head', 'seq 1 100000 | sort -rn | head'],
  [`grep -r over ${GREP_FILES} files`, 'grep -r needle tree | wc -l'],
  ['a loop of 10,000 turns', 'i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; echo $i'],
];

export async function measureShell(): Promise<Row[]> {
  const tree = grepTree();
  const directory = mkdtempSync(join(tmpdir(), 'selkie-bench-shell-'));
  try {
    mkdirSync(join(directory, 'tree'));
    for (const [name, text] of tree) writeFileSync(join(directory, 'tree', name), text);
    const rows: Row[] = [];
    for (const [what, line] of workloads) {
      const times = { ours: [] as number[], justBash: [] as number[], bash: [] as number[] };
      let expected: string | undefined;
      for (let run = 0; run < RUNS; run++) {
        const answers = [await timeOurs(line, tree), await timeJustBash(line, tree), timeBash(line, directory)] as const;
        times.ours.push(answers[0].ms);
        times.justBash.push(answers[1].ms);
        if (answers[2] !== undefined) times.bash.push(answers[2].ms);
        expected ??= answers[2]?.stdout ?? answers[1].stdout;
        for (const answer of answers) if (answer !== undefined && answer.stdout !== expected) throw new Error(`"${line}" answered differently:\n${answer.stdout}\nexpected:\n${expected}`);
      }
      rows.push({ what, ours: median(times.ours), peer: median(times.justBash), peerName: 'just-bash', unit: 'ms' });
      if (times.bash.length > 0) rows.push({ what, ours: median(times.ours), peer: median(times.bash), peerName: 'bash of this machine', unit: 'ms', note: 'its start-up subtracted' });
    }
    return [...rows, ...(await measureInterrupt())];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Timed {
  ms: number;
  stdout: string;
}

function grepTree(): [string, string][] {
  return Array.from({ length: GREP_FILES }, (_, i) => [
    `file-${i}.txt`,
    Array.from({ length: 40 }, (_, line) => (line === i % 40 && i % 10 === 0 ? `here lies a needle ${i}` : `line ${line} of file ${i}: plain hay`)).join('\n') + '\n',
  ]);
}

async function timeOurs(line: string, tree: [string, string][]): Promise<Timed> {
  const files = createMemoryFiles({ now: Date.now });
  const encoder = new TextEncoder();
  files.makeDirectory(`${HOME}/tree`);
  for (const [name, text] of tree) files.write(`${HOME}/tree/${name}`, encoder.encode(text));
  const shell = createShell({
    files, env: { HOME, PATH: '/bin', USER: 'me', PWD: HOME, TERM: 'dumb' }, cwd: HOME,
    now: Date.now, monotonic: () => performance.now(), random: Math.random,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), commands: coreCommands,
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
    files: Object.fromEntries(tree.map(([name, text]) => [`/home/user/tree/${name}`, text])),
    executionLimits: { maxLoopIterations: 1_000_000, maxCommandCount: 1_000_000 },
  });
  const started = performance.now();
  const { stdout } = await bash.exec(line);
  return { ms: performance.now() - started, stdout };
}

function timeBash(line: string, cwd: string): Timed | undefined {
  if (onPath('bash') === undefined) return undefined;
  const once = (command: string) => {
    const started = performance.now();
    const { stdout } = spawnSync('bash', ['-c', command], { cwd, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    return { ms: performance.now() - started, stdout };
  };
  const start = median([once(':').ms, once(':').ms, once(':').ms]);
  const run = once(line);
  return { ms: Math.max(0.1, run.ms - start), stdout: run.stdout };
}
