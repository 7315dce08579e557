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
  const measured: Measured[] = SITUATIONS.flatMap((situation) => peers.map((name) => ({ situation, name, runs: [], notes: [] })));
  for (const latencyMs of latenciesMs) {
    for (const name of peers) {
      process.stderr.write(`  ${name} at ${latencyMs} ms …\n`);
      const id = `${peers.indexOf(name)}-${latencyMs}`;
      const folder = join(stack.dataDir, `sync-${id}`);
      mkdirSync(folder, { recursive: true });
      const peer = await PEERS[name]!({ ...stack, files, folder, prefix: `peer-${id}-${Date.now()}` });
      try {
        for (const each of measured) if (each.name === name) await measure(peer, each.situation, latencyMs, each);
      } finally {
        if (typeof peer !== 'string') {
          await peer.meter.setLatency(0);
          await peer.dispose();
        }
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  return [
    `${files.toLocaleString('en')} files of about 1 KB. Requests and bytes at the store; seconds by the latency of each request.\n`,
    formatSync(measured, latenciesMs),
    await measureKeyStroke(stack, latenciesMs),
    await measureTenThousand(stack),
  ].join('\n');
}

async function measure(peer: SyncPeer | string, situation: Situation, latencyMs: number, into: Measured): Promise<void> {
  const step = typeof peer === 'string' ? `left out: ${peer}` : peer.steps[situation];
  if (typeof peer === 'string' || typeof step === 'string') {
    into.notes = [String(step)];
    return;
  }
  await step.prepare?.();
  await peer.meter.setLatency(latencyMs);
  await peer.meter.clear();
  const started = performance.now();
  await step.run();
  const seconds = (performance.now() - started) / 1000;
  into.runs.push({ ...(await peer.meter.read()), seconds });
  const calls = callsOf(peer);
  await peer.meter.setLatency(0);
  const note = [situation === 'two devices collide' ? await peer.survived() : '', peer.remarks?.[situation] ?? '', calls].filter((part) => part !== '').join('; ');
  await step.check?.();
  if (note !== '' && !into.notes.includes(note)) into.notes.push(note);
}

function callsOf(peer: SyncPeer): string {
  if (!('calls' in peer)) return '';
  const calls = (peer as OurPeer).calls();
  return `${calls} ${calls === 1 ? 'call' : 'calls'} of the server`;
}
