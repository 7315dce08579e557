import { expect, request as newRequest, type APIRequestContext } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { stackPorts } from './stack.ts';
import { openTerminal, runCommand, statusLine } from './terminal.ts';
import { test } from './test.ts';

let control: APIRequestContext;
test.beforeAll(async () => {
  control = await newRequest.newContext({ baseURL: `http://127.0.0.1:${stackPorts.cloud}` });
});
test.afterEach(async () => {
  await control.delete('/faults', { headers: { 'content-type': 'application/json' } });
});
test.afterAll(() => control.dispose());

async function order(fault: Record<string, unknown>): Promise<void> {
  const answer = await control.post('/faults', { data: fault });
  expect(answer.ok(), await answer.text()).toBe(true);
}

test('Redis gone: 503 with Retry-After, no cookie cleared, nobody let in, work goes on, and all is well when it is back', async ({ page, context }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  const before = await context.cookies();
  await order({ service: 'redis', action: 'fail', status: 500 });
  const answer = await page.request.get('/api/auth/session');
  expect(answer.status()).toBe(503);
  expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
  expect(await answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
  expect(answer.headers()['set-cookie']).toBeUndefined();
  const account = await page.request.get('/account', { maxRedirects: 0 });
  expect(account.status()).toBe(503);
  expect(await account.text()).not.toContain(person.email);
  expect((await page.request.post('/api/auth/sign-in', { headers: { 'sec-fetch-site': 'same-origin' }, data: person })).status()).toBe(503);
  await runCommand(page, 'echo during > outage.md');
  await expect(statusLine(page)).not.toContainText('signed out');
  expect(await context.cookies()).toEqual(before);
  await control.delete('/faults', { headers: { 'content-type': 'application/json' } });
  await untilSynced(page);
  expect((await page.request.get('/api/auth/session')).status()).toBe(200);
});

test('S3 gone: the file stays, the status says so, and it is pushed when S3 is back', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  await order({ service: 's3', action: 'fail', status: 503 });
  await runCommand(page, 'echo kept > s3-outage.md');
  await expect(statusLine(page)).toContainText('1 to push');
  expect(await runCommand(page, 'cat s3-outage.md')).toBe('kept');
  await control.delete('/faults', { headers: { 'content-type': 'application/json' } });
  await untilSynced(page);
  const other = await (await browser.newContext()).newPage();
  await openTerminal(other);
  await logIn(other, person);
  await expect.poll(() => runCommand(other, 'cat s3-outage.md')).toBe('kept');
});

test('the reply to a push is lost: the file arrives once, without a conflict', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  await order({ service: 's3', operation: 'PutObject', action: 'drop-reply', times: 1 });
  await runCommand(page, 'echo once > lost-reply.md');
  await untilSynced(page);
  expect(await runCommand(page, 'ls')).toBe('lost-reply.md');
});

test('Cognito gone: sign-in says so in one sentence, and a session that lives goes on', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await order({ service: 'cognito', action: 'fail', status: 500 });
  expect((await page.request.get('/api/auth/session')).status()).toBe(200);
  const context = await newRequest.newContext({ baseURL: `http://localhost:${stackPorts.app}` });
  const answer = await context.post('/api/auth/sign-in', { headers: { 'sec-fetch-site': 'same-origin' }, data: person });
  expect(answer.status()).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'unavailable' });
  await context.dispose();
});
