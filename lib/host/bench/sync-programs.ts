import { join } from 'node:path';
import { findAllOnPath, run } from '../../local/s3/testing/command-line.ts';
import { twoFolders } from './sync-folder.ts';
import { s3Meter } from './sync-meter.ts';
import { CONTESTED, judgeEdits, PEER_BUCKET, type PeerMaker, type SyncBench } from './sync-peer.ts';
import { S3_REGION, s3Access } from './sync-s3-keys.ts';

/** Programs of this machine as they come, with their own defaults; the start of the program is part of its time. */
const NOT_INSTALLED = 'not installed';

/** Runs to a good end, or says in the program's words why not. Answers what it printed. */
type Call = (args: readonly string[], at?: { cwd: string; env: Record<string, string> }) => Promise<string>;

function caller(name: string, env: Record<string, string>): Call | undefined {
  const [program] = findAllOnPath(name);
  if (program === undefined) return undefined;
  return async (args, at = { cwd: '.', env: {} }) => {
    const ran = await run('sh', ['-c', 'cd "$0" && exec "$@"', at.cwd, program, ...args], { ...env, ...at.env });
    if (ran.code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${ran.code}:\n${ran.stderr.slice(-2000)}`);
    return ran.stdout;
  };
}

function rcloneCaller(bench: SyncBench): Call | undefined {
  const { endpoint, accessKeyId, secretAccessKey } = s3Access(bench);
  return caller('rclone', {
    RCLONE_CONFIG: join(bench.folder, 'rclone.conf'),
    RCLONE_CONFIG_BENCH_TYPE: 's3', RCLONE_CONFIG_BENCH_PROVIDER: 'Minio', RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
    RCLONE_CONFIG_BENCH_REGION: S3_REGION, RCLONE_CONFIG_BENCH_LOCATION_CONSTRAINT: S3_REGION,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: accessKeyId, RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: secretAccessKey,
  });
}

/** One direction at a time: the collision is up, up, down. */
function oneWay(bench: SyncBench, name: string, copy: (from: string, to: string) => Promise<unknown>, remote: string): ReturnType<PeerMaker> {
  const folders = twoFolders(bench);
  const up = (from: string) => async () => void (await copy(from, remote));
  return Promise.resolve({
    name,
    meter: s3Meter(bench.cloud),
    steps: {
      'first sync': { prepare: folders.writeAll, run: up(folders.a) },
      'one edit': { prepare: folders.edit, run: up(folders.a) },
      'no change': { run: up(folders.a) },
      'new device': { run: async () => void (await copy(remote, folders.b)), check: folders.requireSame },
      'two devices collide': {
        prepare: folders.editBoth,
        async run() {
          await copy(folders.a, remote);
          await copy(folders.b, remote);
          await copy(remote, folders.a);
        },
      },
      'restore of an old state': 'keeps no history',
    },
    survived: folders.survived,
    async dispose() {},
  });
}

export const rcloneSync: PeerMaker = async (bench) => {
  const call = rcloneCaller(bench);
  if (call === undefined) return NOT_INSTALLED;
  return oneWay(bench, 'rclone sync', (from, to) => call(['sync', from, to]), `bench:${PEER_BUCKET}/${bench.prefix}`);
};

export const awsSync: PeerMaker = async (bench) => {
  const { endpoint, accessKeyId, secretAccessKey } = s3Access(bench);
  const call = caller('aws', {
    AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '',
    AWS_CONFIG_FILE: join(bench.folder, 'aws-config'), AWS_SHARED_CREDENTIALS_FILE: join(bench.folder, 'aws-credentials'),
  });
  if (call === undefined) return NOT_INSTALLED;
  const copy = (from: string, to: string) => call(['--endpoint-url', endpoint, '--region', S3_REGION, 's3', 'sync', from, to, '--no-progress', '--only-show-errors']);
  return oneWay(bench, 'aws s3 sync', copy, `s3://${PEER_BUCKET}/${bench.prefix}`);
};

export const rcloneBisync: PeerMaker = async (bench) => {
  const call = rcloneCaller(bench);
  if (call === undefined) return NOT_INSTALLED;
  const folders = twoFolders(bench);
  const bisync = async (folder: string, ...more: string[]): Promise<void> => {
    await call(['bisync', folder, `bench:${PEER_BUCKET}/${bench.prefix}`, '--workdir', `${folder}-state`, ...more]);
  };
  return {
    name: 'rclone bisync',
    meter: s3Meter(bench.cloud),
    steps: {
      'first sync': { prepare: folders.writeAll, run: () => bisync(folders.a, '--resync') },
      'one edit': { prepare: folders.edit, run: () => bisync(folders.a) },
      'no change': { run: () => bisync(folders.a) },
      'new device': { run: () => bisync(folders.b, '--resync'), check: folders.requireSame },
      'two devices collide': {
        prepare: folders.editBoth,
        async run() {
          await bisync(folders.a);
          await bisync(folders.b);
          await bisync(folders.a);
        },
      },
      'restore of an old state': 'keeps no history',
    },
    survived: folders.survived,
    async dispose() {},
  };
};

export const restic: PeerMaker = async (bench) => {
  const { endpoint, accessKeyId, secretAccessKey } = s3Access(bench);
  const call = caller('restic', {
    RESTIC_REPOSITORY: `s3:${endpoint}/${PEER_BUCKET}/${bench.prefix}`, RESTIC_PASSWORD: 'bench',
    AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_DEFAULT_REGION: S3_REGION,
  });
  if (call === undefined) return NOT_INSTALLED;
  const folders = twoFolders(bench);
  const at = (device: string) => ({ cwd: device, env: { RESTIC_CACHE_DIR: `${device}-cache` } });
  const backup = async (device: string): Promise<string> => {
    const printed = await call(['backup', '--json', '--host', device, '.'], at(device));
    return /"snapshot_id":"([0-9a-f]+)"/.exec(printed)![1]!;
  };
  let first = '';
  let collided: string[] = [];
  return {
    name: 'restic',
    meter: s3Meter(bench.cloud),
    remarks: { 'first sync': 'a backup, not a sync', 'two devices collide': 'nothing is brought to the other device but by a restore' },
    steps: {
      'first sync': {
        async prepare() {
          await call(['init'], at(folders.a));
          await folders.writeAll();
        },
        async run() {
          first = await backup(folders.a);
        },
      },
      'one edit': { prepare: folders.edit, run: async () => void (await backup(folders.a)) },
      'no change': { run: async () => void (await backup(folders.a)) },
      'new device': { run: async () => void (await call(['restore', 'latest', '--target', folders.b], at(folders.b))), check: folders.requireSame },
      'two devices collide': {
        prepare: folders.editBoth,
        async run() {
          collided = [await backup(folders.a), await backup(folders.b)];
        },
      },
      'restore of an old state': { run: async () => void (await call(['restore', first, '--target', folders.a], at(folders.a))), check: folders.requireOldState },
    },
    async survived() {
      const texts: string[] = [];
      for (const snapshot of collided) texts.push(await call(['dump', snapshot, `/${CONTESTED}`], at(folders.a)));
      const judged = judgeEdits([texts, texts]);
      return judged === 'both, as two files' ? 'both, each in a snapshot of its own' : judged;
    },
    async dispose() {},
  };
};
