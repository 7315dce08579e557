import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, request, type Browser, type Page } from '@playwright/test';
import { startStack } from '../lib/host/testing/running-stack.ts';
import { registeredPerson, signInOverApi, type Person } from './person.ts';
import { openTerminal, runCommand, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

const ports = { app: 4350, cloud: 4450 };
const origin = `http://localhost:${ports.app}`;
const cloud = `http://127.0.0.1:${ports.cloud}`;
const metricsToken = 'of-this-test-and-of-no-other-place';

async function device(browser: Browser, person: Person): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: origin })).newPage();
  await openTerminal(page);
  await signInOverApi(page, person);
  await page.reload();
  await untilReady(page);
  return page;
}

test('a stop cuts no request and no commit: ready says no, what is under way is answered, and then it has ended', async ({ browser }) => {
  test.setTimeout(180_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-stop-'));
  const options = { ...ports, dataDir, env: { SHUTDOWN_DELAY_SECONDS: '2', LOG_LEVEL: 'info', LOG_FORMAT: 'json', METRICS_TOKEN: metricsToken } };
  const stack = await startStack(options);
  const control = await request.newContext({ baseURL: cloud, extraHTTPHeaders: { 'content-type': 'application/json' } });
  let person: Person;
  try {
    person = await registeredPerson(origin, cloud);
    const page = await device(browser, person);
    await runCommand(page, 'echo before > first.txt; sync');
    const signIn = () => fetch(`${origin}/api/auth/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }, body: JSON.stringify(person) });

    await control.post('/faults', { data: { service: 's3', operation: 'PutObject', action: 'delay', ms: 1_500, times: 1 } });
    await control.post('/faults', { data: { service: 'cognito', operation: 'InitiateAuth', action: 'delay', ms: 2_800, times: 1 } });
    const signingIn = signIn();
    await typeLine(page, "echo under way > second.txt; sync && echo all''sent");
    const metrics = async () => (await fetch(`${origin}/api/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })).text();
    // The scrape, the sign-in and the push.
    await expect.poll(async () => /^selkie_requests_in_flight (\d+)$/m.exec(await metrics())?.[1], { timeout: 20_000 }).toBe('3');

    const ended = once(stack.process, 'close');
    stack.process.kill('SIGTERM');
    const ready = async () => {
      const answer = await fetch(`${origin}/api/ready`);
      return [answer.status, answer.headers.get('retry-after'), answer.headers.get('connection')];
    };
    await expect.poll(ready).toEqual([503, '5', 'close']);
    expect((await fetch(`${origin}/api/health`)).status).toBe(200);
    const answer = await signingIn;
    expect([answer.status, ((await answer.json()) as { status: string }).status]).toEqual([200, 'signed-in']);
    await untilScreen(page, 'allsent');
    await ended;
    await expect(fetch(`${origin}/api/health`)).rejects.toThrow('fetch failed');
    const lines = stack.output().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { route?: string; status?: number });
    expect(lines.filter(({ route }) => route === 'action').every(({ status }) => status === 200)).toBe(true);
    expect(stack.output()).not.toContain('were cut');
  } finally {
    await control.dispose();
    await stack.stop();
  }

  // What was answered is there, for a device that has seen nothing of it.
  const again = await startStack(options);
  try {
    const fresh = await device(browser, person);
    expect(await runCommand(fresh, 'sync >/dev/null; cat first.txt second.txt')).toBe('before\nunder way');
  } finally {
    await again.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
