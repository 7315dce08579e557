import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { objectPerFile } from './sync-object-per-file.ts';
import { isomorphicGit } from './sync-git.ts';
import { measureKeyStroke } from './sync-key-stroke.ts';
import { ours, type OurPeer } from './sync-ours.ts';
import { SITUATIONS, type PeerMaker, type Situation, type SyncPeer } from './sync-peer.ts';
import { pouchDb } from './sync-pouchdb.ts';
import { awsSync, rcloneBisync, rcloneSync, restic } from './sync-programs.ts';
import { makePeerBucket } from './sync-s3-keys.ts';
import { formatSync, type Measured } from './sync-table.ts';
import { measureTenThousand } from './sync-ten-thousand.ts';

/**
 * The same six situations for each way of keeping a folder of small files on two devices, on the same embedded S3 (git
 * and PouchDB have servers of their own, behind the same count), at three latencies. A request waits for the latency
 * once; bytes are those of bodies. Rejected: a row for each number, which nobody can read across.
 */
const PEERS: Record<string, PeerMaker> = {
  'Selkie': ours,
  'one object a file, AWS SDK': objectPerFile,
  'rclone sync': rcloneSync,
  'rclone bisync': rcloneBisync,
  'aws s3 sync': awsSync,
  'restic': restic,
  'isomorphic-git to git http-backend': isomorphicGit,
  'PouchDB to express-pouchdb': pouchDb,
};
const LATENCIES_MS = [0, 40, 150];
const FILES = 1_000;

export async function measureSync(
  stack: { origin: string; cloud: string; dataDir: string },
  options: { files?: number; latenciesMs?: readonly number[]; peers?: readonly string[] } = {},
): Promise<string> {
  const { files = FILES, latenciesMs = LATENCIES_MS, peers = Object.keys(PEERS) } = options;
  await makePeerBucket(stack);
  const measured = new Map<string, Measured>();
  for (const latencyMs of latenciesMs) {
    for (const name of peers) {
      process.stderr.write(`  ${name} at ${latencyMs} ms …\n`);
      const id = `${peers.indexOf(name)}-${latencyMs}`;
      const folder = join(stack.dataDir, `sync-${id}`);
      mkdirSync(folder, { recursive: true });
      const peer = await PEERS[name]!({ ...stack, files, folder, prefix: `peer-${id}` });
      try {
        for (const situation of SITUATIONS) await measure(peer, name, situation, latencyMs, measured);
      } finally {
        if (typeof peer !== 'string') {
          await peer.meter.setLatency(0);
          await peer.dispose();
        }
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  const ordered = SITUATIONS.flatMap((situation) => peers.map((name) => measured.get(`${situation} ${name}`)!));
  return [
    `${files.toLocaleString('en')} files of about 1 KB. Requests and bytes at the store; seconds by the latency of each request.\n`,
    formatSync(ordered, latenciesMs),
    await measureKeyStroke(stack, latenciesMs),
    await measureTenThousand(stack),
  ].join('\n');
}

async function measure(peer: SyncPeer | string, name: string, situation: Situation, latencyMs: number, all: Map<string, Measured>): Promise<void> {
  const key = `${situation} ${name}`;
  if (typeof peer === 'string') {
    all.set(key, { situation, name, runs: `left out: ${peer}`, note: '' });
    return;
  }
  const step = peer.steps[situation];
  if (typeof step === 'string') {
    all.set(key, { situation, name, runs: step, note: '' });
    return;
  }
  await peer.meter.setLatency(0);
  await step.prepare?.();
  await peer.meter.setLatency(latencyMs);
  await peer.meter.clear();
  const started = performance.now();
  await step.run();
  const seconds = (performance.now() - started) / 1000;
  const traffic = await peer.meter.read();
  await peer.meter.setLatency(0);
  const before = all.get(key);
  const notes = [situation === 'two devices collide' ? await peer.survived() : '', situation === 'first sync' ? (peer.remark ?? '') : '', callsOf(peer)];
  await step.check?.();
  const note = notes.filter((part) => part !== '').join('; ');
  // What became of the edits may depend on who came first.
  const said = before === undefined || before.note.split(' | ').includes(note) ? (before?.note ?? note) : `${before.note} | ${note}`;
  all.set(key, { situation, name, runs: [...(before?.runs as Exclude<Measured['runs'], string> | undefined ?? []), { ...traffic, seconds }], note: said });
}

function callsOf(peer: SyncPeer): string {
  if (!('calls' in peer)) return '';
  const calls = (peer as OurPeer).calls();
  return `${calls} ${calls === 1 ? 'call' : 'calls'} of the server`;
}
