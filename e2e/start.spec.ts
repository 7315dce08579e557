import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, request } from '@playwright/test';
import { embeddedEnvironment } from '../lib/host/configuration.ts';
import type { Secrets } from '../lib/host/secrets.ts';
import { registeredPerson } from './person.ts';
import { cleanEnvironment, startStack } from '../lib/host/testing/running-stack.ts';
import { stackPorts } from './stack.ts';
import { test } from './test.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const ports = { app: stackPorts.app + 2, cloud: stackPorts.cloud + 20 };
let dataDir: string;
test.beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'selkie-start-'));
});
test.afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** `npm start` that is expected to refuse; what it wrote and its exit code. */
async function refusedStart(env: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env: { ...cleanEnvironment(), PORT: String(ports.app), SELKIE_CLOUD_PORT: String(ports.cloud), SELKIE_DATA: dataDir, ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

/** How many processes of the group are left. */
function groupSize(group: number): number {
  return execFileSync('ps', ['-A', '-o', 'pgid='], { encoding: 'utf8' }).split('\n').filter((line) => Number(line) === group).length;
}

test('half a configuration, a wrong value and a taken port each stop the start with one sentence that names it', async () => {
  const half = await refusedStart({ S3_BUCKET: 'files' });
  expect(half.code).toBe(1);
  expect(half.output).toMatch(/^\s*selkie: S3 is configured, but not everything that is needed\. Missing: COGNITO_REGION, .*S3_REGION.*\n$/);
  const wrong = await refusedStart({ SESSION_IDLE_SECONDS: 'soon' });
  expect(wrong.code).toBe(1);
  expect(wrong.output).toMatch(/SESSION_IDLE_SECONDS/);
  expect(wrong.output).not.toMatch(/\n\s+at /);
  const taken = await refusedStart({ PORT: String(stackPorts.app) });
  expect(taken.code).toBe(1);
  expect(taken.output).toMatch(new RegExp(`Port ${stackPorts.app} is taken`));
  const cloudTaken = await refusedStart({ SELKIE_CLOUD_PORT: String(stackPorts.cloud - 1) });
  expect(cloudTaken.code).toBe(1);
  expect(cloudTaken.output).toMatch(/SELKIE_CLOUD_PORT/);
});

test('Ctrl-C stops in order and leaves no process behind; kill -9 of npm leaves none either', async () => {
  const stack = await startStack({ ...ports, dataDir });
  expect(groupSize(stack.process.pid!)).toBeGreaterThan(2);
  await stack.stop();
  expect(stack.output()).toMatch(/selkie: Stopped\.\s*$/);
  await expect.poll(() => groupSize(stack.process.pid!)).toBe(0);

  const second = await startStack({ ...ports, dataDir });
  process.kill(second.process.pid!, 'SIGKILL');
  await expect.poll(() => groupSize(second.process.pid!), { timeout: 20_000 }).toBe(0);
});

test('with every file of the data folder cut in half the next start says what it set aside, and runs', async () => {
  const stack = await startStack({ ...ports, dataDir });
  await registeredPerson(stack.origin, stack.cloud);
  await stack.stop();
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    truncateSync(path, Math.floor(statSync(path).size / 2));
  }
  const again = await startStack({ ...ports, dataDir });
  expect(again.output()).toMatch(/secrets\.json was damaged: kept as/);
  await registeredPerson(again.origin, again.cloud);
  await again.stop();
});

test('with all three services configured no embedded cloud starts, and a second instance serves the same people', async () => {
  const first = await startStack({ ...ports, dataDir });
  const person = await registeredPerson(first.origin, first.cloud);
  const secrets = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as Secrets;
  const otherData = mkdtempSync(join(tmpdir(), 'selkie-configured-'));
  const second = await startStack({ app: ports.app + 1, cloud: ports.cloud + 10, dataDir: otherData, env: embeddedEnvironment(ports.cloud, secrets) });
  try {
    expect(second.output()).not.toMatch(/embedded cloud/i);
    expect(readdirSync(otherData)).toEqual([]);
    await expect(fetch(`${second.cloud}/health`)).rejects.toThrow();
    const api = await request.newContext({ baseURL: second.origin, extraHTTPHeaders: { 'sec-fetch-site': 'same-origin' } });
    const signedIn = await api.post('/api/auth/sign-in', { data: person });
    expect(signedIn.status()).toBe(200);
    // The cookie of one instance is good at the other: neither keeps a state of its own.
    const cookie = /__Host-Http-sid=[^;]+/.exec(signedIn.headers()['set-cookie']!)![0];
    expect((await fetch(`${first.origin}/api/auth/session`, { headers: { cookie } })).status).toBe(200);
    await api.dispose();
  } finally {
    await second.stop();
    await first.stop();
    rmSync(otherData, { recursive: true, force: true });
  }
});
