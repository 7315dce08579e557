import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStand, unguessable, type Breakage, type Stand } from '../doctor/testing/stand.ts';
import { answers, cut, redisCommand } from '../doctor/testing/twists.ts';
import type { Environment } from '../environment.ts';
import { freePort } from '../load/free-port.ts';
import { isCurrentPackage } from './make-package.ts';
import { testPackage } from './testing/test-package.ts';

/** The folder that `npm run package` makes, as a service manager starts it. */
let packageFolder: string;
let stand: Stand;
const folder = mkdtempSync(join(tmpdir(), 'selkie-package-'));
beforeAll(async () => {
  packageFolder = await testPackage();
  stand = await startStand();
}, 600_000);
afterAll(async () => {
  await stand?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Start {
  listening: boolean;
  /** Of a start that ended by itself; of one that serves, 0 after SIGTERM. */
  code: number | null;
  stderr: string;
}

/** Starts the app on a healthy deployment that was broken in one way; stops it again when it serves. */
async function start(breakage: Breakage = {}): Promise<Start> {
  const env: Environment = { PATH: process.env.PATH, NODE_ENV: 'production', LOG_FORMAT: 'none', ...(await stand.breakIt(breakage)) };
  const child = spawn(process.execPath, [join(packageFolder, 'server.mjs'), '--loopback', '--port', String(await freePort())], { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  let listening = false;
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdout.on('data', (bytes: Buffer) => {
    if (!bytes.includes('{"listening":true}')) return;
    listening = true;
    child.kill('SIGTERM');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  await stand.mend();
  return { listening, code, stderr };
}

describe('the start of a package', () => {
  test('with right services it serves, and says nothing', async () => {
    expect(await start()).toEqual({ listening: true, code: 0, stderr: '' });
  });

  test.each<[string, Breakage, string]>([
    ['another database’s token', { env: { UPSTASH_REDIS_REST_TOKEN: unguessable() } }, 'Redis refuses our token.'],
    ['Redis without scripts', { redis: redisCommand('EVAL', () => ({ error: 'ERR Command is not available' })) }, 'Redis does not run scripts: ERR Command is not available.'],
    ['a store that ignores conditions', { s3: (request, answer) => (request.method === 'PUT' ? answers(200, '', { etag: '"x"' })(request, answer) : answer()) }, 'The store overwrote probe/create-only although it was told to create it only.'],
    ['another client’s secret', { env: { COGNITO_CLIENT_SECRET: 'b'.repeat(51) } }, 'Cognito does not accept the client secret.'],
    ['a secret of sevens', { env: { SESSION_SECRET: Buffer.alloc(32, 7).toString('base64') } }, 'Key 1 of SESSION_SECRET repeats itself.'],
  ])('%s ends it with 1, one sentence and what to do', async (_name, breakage, sentence) => {
    const { listening, code, stderr } = await start(breakage);
    expect({ listening, code }).toEqual({ listening: false, code: 1 });
    const [said = '', ...rest] = stderr.split('\n');
    expect(said).toMatch(/^selkie: .+[.] .+[.]$/);
    expect(said.startsWith(`selkie: ${sentence} `)).toBe(true);
    expect(rest).toEqual(['node doctor.mjs looks at everything.', '']);
  });

  test('a service that is away is said, and it serves all the same', async () => {
    expect(await start({ redis: cut })).toEqual({ listening: true, code: 0, stderr: 'selkie: Redis could not be asked: the connection was cut. Check UPSTASH_REDIS_REST_URL, and that this machine may reach it.\n' });
  });

  test('without an environment it does not start, and says which variable is missing', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(packageFolder, 'server.mjs')], { encoding: 'utf8', env: { NODE_ENV: 'production' } });
    expect([status, stderr]).toEqual([1, 'selkie: APP_ORIGIN is missing: set it; .env.example says what it is.\n']);
    const front = spawnSync(process.execPath, [join(packageFolder, 'redis-front.mjs')], { encoding: 'utf8', env: { NODE_ENV: 'production' } });
    expect([front.status, front.stderr]).toEqual([1, expect.stringMatching(/^\nselkie: REDIS_URL is missing: .*\n$/)]);
  });
});

// Its patience ends after five seconds, and a machine that others use as well may need longer.
test('doctor goes along: on the host, with its environment, it finds what npm run doctor finds', { retry: 2 }, async () => {
  const env: Environment = { PATH: process.env.PATH, ...(await stand.breakIt({ env: { COGNITO_CLIENT_SECRET: 'b'.repeat(51) } })) };
  const child = spawn(process.execPath, [join(packageFolder, 'doctor.mjs'), '--json'], { env: env as NodeJS.ProcessEnv, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number];
  await stand.mend();
  const { findings } = JSON.parse(out) as { findings: Array<{ id: string; severity: string }> };
  expect([code, findings.filter(({ severity }) => severity === 'error').map(({ id }) => id)]).toEqual([1, ['cognito.secret']]);
});

describe('the folder', () => {
  test('it holds no environment file, no actions key and no secret of whoever made it', () => {
    const manifest = JSON.parse(readFileSync(join(packageFolder, '.next/server/server-reference-manifest.json'), 'utf8')) as { encryptionKey: string; node: object };
    expect([manifest.encryptionKey, Object.keys(manifest.node).length]).toEqual(['', 1]);
    expect(existsSync(join(packageFolder, '.env'))).toBe(false);
  });

  test('one that was cut off, or made of other sources, is not taken for a current one', () => {
    const copy = join(folder, 'copy');
    cpSync(join(packageFolder, 'selkie-package'), join(copy, 'selkie-package'), { recursive: true });
    expect([isCurrentPackage(packageFolder), isCurrentPackage(copy)]).toEqual([true, false]);
    cpSync(join(packageFolder, 'server.mjs'), join(copy, 'server.mjs'));
    expect(isCurrentPackage(copy)).toBe(true);
    writeFileSync(join(copy, 'selkie-package'), '0'.repeat(64));
    expect(isCurrentPackage(copy)).toBe(false);
  });
});
