import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPackage } from '../package/testing/test-package.ts';
import { startLoadStack, type LoadStack } from './load-stack.ts';

/**
 * `doctor --url` from outside, without any of the deployment's own environment, at the built app behind a real nginx with TLS and the
 * operators' configuration, and at the same with one line of it wrong.
 */
const hasPrograms = ['nginx', 'redis-server', 'openssl'].every((program) => spawnSync(program, ['-v']).error === undefined);
const isTried = hasPrograms || process.env.CI !== undefined;
const folder = mkdtempSync(join(tmpdir(), 'selkie-doctor-nginx-'));
let packageFolder: string;
let stack: LoadStack;
beforeAll(async () => {
  if (!isTried) return;
  packageFolder = await testPackage();
  stack = await startLoadStack({ folder, packageFolder, instances: 1, say: () => undefined });
  writeFileSync(join(folder, 'ca.pem'), stack.ca);
}, 600_000);
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What it found of the deployment, and what it could not tell; again, where a machine that is busy let it tell nothing. */
async function look(change?: (text: string) => string): Promise<Found> {
  await stack.restartNginx(change);
  let found = await lookOnce();
  for (let left = 2; left > 0 && found.wrong.length === 0 && found.unknown.length > 0; left -= 1) found = await lookOnce();
  return found;
}

interface Found {
  wrong: string[];
  unknown: string[];
}

async function lookOnce(): Promise<Found> {
  const { port } = new URL(stack.origin);
  const words = ['--json', '--url', stack.origin, '--http', `http://localhost:${Number(port) + 1}`, '--ca', join(folder, 'ca.pem')];
  const child = spawn(process.execPath, [join(packageFolder, 'doctor.mjs'), ...words], { env: { PATH: process.env.PATH, NODE_ENV: 'production' }, cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  await once(child, 'close');
  const { findings } = JSON.parse(out) as { findings: Array<{ id: string; severity: string; because?: string }> };
  const ofDeployment = findings.filter(({ id }) => /^(deployment|cookies|headers)\./.test(id));
  expect(ofDeployment.length).toBeGreaterThan(20);
  return { wrong: ofDeployment.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ id }) => id), unknown: ofDeployment.filter(({ severity }) => severity === 'unknown').map(({ id, because }) => `${id}: ${because}`) };
}

/** With a line of its own before the first header that nginx sets for the app. */
const withLine = (line: string) => (text: string): string => edit(text, /( +)proxy_http_version 1\.1;\n/, `$&$1${line}\n`);
const without = (header: string) => (text: string): string => edit(text, new RegExp(` +proxy_set_header ${header} .*\\n`), '');
function edit(text: string, pattern: RegExp, by: string): string {
  const changed = text.replace(pattern, by);
  if (changed === text) throw new Error(`lib/infra/hosts/nginx.conf has nothing like ${pattern} any more.`);
  return changed;
}

describe.skipIf(!isTried)('doctor --url', () => {
  test('finds nothing wrong and leaves nothing open where the configuration is the operators’', async () => {
    expect(await look()).toEqual({ wrong: [], unknown: [] });
  });

  test.each<[string, (text: string) => string, string[]]>([
    ['strips HSTS', withLine('proxy_hide_header Strict-Transport-Security;'), ['headers.strict-transport-security']],
    ['strips flags of the session cookie', withLine('proxy_cookie_flags __Host-Http-sid nosecure nohttponly;'), ['cookies.session']],
    // nginx then passes on what the client sent.
    ['forgets X-Forwarded-For', without('X-Forwarded-For'), ['deployment.client-address']],
    ['has another proxy in front that is not counted', (text) => edit(text, /X-Forwarded-For \$remote_addr/, 'X-Forwarded-For 192.0.2.1'), ['deployment.shared-address']],
    ['forgets the Host', (text) => without('X-Forwarded-Host')(without('Host')(text)), ['deployment.reachable']],
  ])('names a proxy that %s', async (_what, change, wrong) => {
    expect((await look(change)).wrong).toEqual(wrong);
  });

  test('a proxy that forgets X-Forwarded-Proto takes nothing from anybody: what the app says of itself comes from APP_ORIGIN', async () => {
    expect(await look(without('X-Forwarded-Proto'))).toEqual({ wrong: [], unknown: [] });
  });
});
