import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Ran, findAllOnPath, run } from './testing/command-line.ts';
import { type S3Bench, benchKey, startS3Bench } from './testing/s3-bench.ts';

// Independent clients, with signers, listings and chunking of their own. CI installs them, so there a missing one
// is a failure; on a developer's machine it is skipped and its name says why.
const ci = Boolean(process.env['CI']);
const none = (name: string, debianPackage: string) => ({
  title: `${name}${ci ? '' : ` (skipped: it is not on PATH; Debian package ${debianPackage})`}`,
  program: () => expect.fail(`${name} is not on PATH: install the Debian package ${debianPackage}.`),
});
const every = (name: string, debianPackage: string): Array<{ title: string; program: () => string }> => {
  const paths = findAllOnPath(name);
  return paths.length === 0 ? [none(name, debianPackage)] : paths.map((path) => ({ title: path, program: () => path }));
};
// As Minio rclone lists by ListObjectsV2 with encoded names, as Other by the first ListObjects with plain ones.
const rclones = every('rclone', 'rclone').flatMap((one) => ['Minio', 'Other'].map((provider) => ({ ...one, provider })));
// Every version that is here: the old one sends plain bodies, the new one chunks with trailing checksums.
const awses = every('aws', 'awscli');

let bench: S3Bench;
let work: string;
beforeEach(async () => {
  bench = await startS3Bench();
  work = await mkdtemp(join(tmpdir(), 'selkie-s3-clients-'));
  for (const [name, bytes] of Object.entries(tree)) {
    await mkdir(dirname(join(work, 'up', name)), { recursive: true });
    await writeFile(join(work, 'up', name), bytes);
    await utimes(join(work, 'up', name), 1_700_000_000, 1_700_000_000);
  }
  return async () => {
    await bench.dispose();
    await rm(work, { recursive: true, force: true });
  };
});

const tree: Record<string, Buffer> = {
  'plain.txt': Buffer.from('hello\n'),
  empty: Buffer.alloc(0),
  'deep/er/still/note.md': Buffer.from('# note\n'),
  'deep/spaces and + & ü 日本.txt': Buffer.from('names\n'),
  'deep/quote\'"<>%41#?.txt': Buffer.from('hostile names\n'),
  'big.bin': Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 251)),
};

async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    found[relative(folder, path)] = (await readFile(path)).toString('base64');
  }
  return found;
}

const treeAsFound = Object.fromEntries(Object.entries(tree).map(([name, bytes]) => [name, bytes.toString('base64')]));

describe.skipIf(findAllOnPath('rclone').length === 0 && !ci).each(rclones)('$title as a client of $provider', ({ program, provider }) => {
  const call = (...args: string[]): Promise<Ran> =>
    run(program(), ['--retries', '1', '--low-level-retries', '1', ...args], {
      RCLONE_CONFIG: join(work, 'rclone.conf'),
      RCLONE_CONFIG_SELKIE_TYPE: 's3',
      RCLONE_CONFIG_SELKIE_PROVIDER: provider,
      RCLONE_CONFIG_SELKIE_ENDPOINT: bench.url,
      RCLONE_CONFIG_SELKIE_REGION: 'eu-central-1',
      RCLONE_CONFIG_SELKIE_LOCATION_CONSTRAINT: 'eu-central-1',
      RCLONE_CONFIG_SELKIE_ACCESS_KEY_ID: benchKey.id,
      RCLONE_CONFIG_SELKIE_SECRET_ACCESS_KEY: benchKey.secret,
    });
  const ok = async (...args: string[]): Promise<string> => {
    const ran = await call(...args);
    expect(ran.code, `rclone ${args.join(' ')}\n${ran.stderr}`).toBe(0);
    return ran.stdout;
  };

  test('syncs a tree up and down, keeps its times, and agrees that both are the same', async () => {
    const remote = `selkie:rclone-${provider.toLowerCase()}/tree`;
    const up = join(work, 'up');
    const down = join(work, 'down');
    await ok('sync', up, remote);
    await ok('check', up, remote);
    await ok('sync', remote, down);
    expect(await contents(down)).toEqual(treeAsFound);
    expect((await stat(join(down, 'plain.txt'))).mtimeMs).toBe(1_700_000_000_000);

    // Only a time changes: rclone copies the object onto itself with new metadata.
    await utimes(join(up, 'plain.txt'), 1_600_000_000, 1_600_000_000);
    await rm(join(up, 'empty'));
    await writeFile(join(up, 'deep/er/new.txt'), 'new\n');
    await ok('sync', up, remote);
    await ok('check', up, remote);
    await ok('sync', remote, down);
    expect(await contents(down)).toEqual(await contents(up));
    expect((await stat(join(down, 'plain.txt'))).mtimeMs).toBe(1_600_000_000_000);
    const again = await call('sync', up, remote, '-v', '--stats-one-line');
    expect(again.stderr).toMatch(/There was nothing to transfer/);

    await writeFile(join(up, 'plain.txt'), 'HELLO\n');
    const differing = await call('check', up, remote);
    expect([differing.code, /1 differences found/.test(differing.stderr)]).toEqual([1, true]);
    expect((await ok('lsf', remote)).split('\n').filter((line) => line !== '')).toEqual(['big.bin', 'deep/', 'plain.txt']);
  });
});

describe.skipIf(findAllOnPath('aws').length === 0 && !ci).each(awses)('$title', ({ program }) => {
  const call = (...args: string[]): Promise<Ran> =>
    run(program(), ['--endpoint-url', bench.url, '--region', 'eu-central-1', ...args], {
      AWS_ACCESS_KEY_ID: benchKey.id,
      AWS_SECRET_ACCESS_KEY: benchKey.secret,
      AWS_CONFIG_FILE: join(work, 'aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(work, 'aws-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
      LC_ALL: 'C.UTF-8',
    });
  const ok = async (...args: string[]): Promise<string> => {
    const ran = await call(...args);
    expect(ran.code, `aws ${args.join(' ')}\n${ran.stderr}`).toBe(0);
    return ran.stdout;
  };

  test('syncs a tree up and down, deletes what is gone, and finds nothing to do the second time', async () => {
    const up = join(work, 'up');
    const down = join(work, 'down');
    await ok('s3', 'mb', 's3://aws-tree');
    await ok('s3', 'sync', up, 's3://aws-tree/t', '--no-progress');
    await ok('s3', 'sync', 's3://aws-tree/t', down, '--no-progress');
    expect(await contents(down)).toEqual(treeAsFound);
    await rm(join(up, 'empty'));
    await writeFile(join(up, 'plain.txt'), 'hello again\n');
    // S3 counts whole seconds: a file of this very second would look newer than its own upload.
    await utimes(join(up, 'plain.txt'), 1_700_000_001, 1_700_000_001);
    const second = await ok('s3', 'sync', up, 's3://aws-tree/t', '--delete', '--no-progress');
    expect(second.split('\n').filter((line) => line !== '').map((line) => line.split(' ')[0]).sort()).toEqual(['delete:', 'upload:']);
    expect(await ok('s3', 'sync', up, 's3://aws-tree/t', '--delete', '--no-progress')).toBe('');
    await ok('s3', 'sync', 's3://aws-tree/t', down, '--delete', '--no-progress');
    expect(await contents(down)).toEqual(await contents(up));
    expect(await ok('s3', 'ls')).toMatch(/ aws-tree$/m);
  });

  test('a download larger than its part size comes in ranges and whole', async () => {
    await writeFile(join(work, 'aws-config'), '[default]\ns3 =\n  multipart_threshold = 64MB\n');
    const big = Buffer.concat(Array.from({ length: 7 }, () => tree['big.bin'] ?? Buffer.alloc(0)));
    await writeFile(join(work, 'big'), big);
    await ok('s3', 'cp', join(work, 'big'), 's3://selkie-test/big', '--no-progress');
    await rm(join(work, 'aws-config'));
    await ok('s3', 'cp', 's3://selkie-test/big', join(work, 'back'), '--no-progress');
    expect((await readFile(join(work, 'back'))).equals(big)).toBe(true);
  });

  test('an address that it presigned opens its key and no other', async () => {
    const address = (await ok('s3', 'presign', 's3://selkie-test/presigned', '--expires-in', '60')).trim();
    expect((await fetch(address)).status).toBe(404);
    await ok('s3', 'cp', join(work, 'up', 'plain.txt'), 's3://selkie-test/presigned', '--no-progress');
    expect(await (await fetch(address)).text()).toBe('hello\n');
    const stranger = await fetch(address.replace('presigned?', 'big?'));
    expect([stranger.status, /<Code>SignatureDoesNotMatch</.test(await stranger.text())]).toEqual([403, true]);
  });
});
