import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { startStack } from '../lib/host/testing/running-stack.ts';
import { registeredPerson, whoIsSignedIn, type Person } from './person.ts';
import { stackPorts } from './stack.ts';
import { openTerminal, statusLine, typeLine, untilReady } from './terminal.ts';
import { test } from './test.ts';

/** The user pool's own sign-in pages, there and back. */
const origin = `http://localhost:${stackPorts.app}`;

/** Fills in the pool's form, which is on another site than the app. */
async function atThePool(page: Page, person: Person, cloudPort: number = stackPorts.cloud): Promise<void> {
  await page.waitForURL((url) => url.origin === `http://127.0.0.1:${cloudPort + 2}`);
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('from the form to the pool’s page and back to where the person wanted to go', async ({ page }) => {
  const person = await registeredPerson();
  await page.goto('/sign-in?returnTo=/account');
  await page.getByRole('link', { name: 'Sign in through managed login' }).click();
  await page.waitForURL(/127\.0\.0\.1/);
  const asked = new URL(page.url()).searchParams;
  expect([asked.get('response_type'), asked.get('code_challenge_method'), asked.get('redirect_uri')]).toEqual(['code', 'S256', `${origin}/api/auth/callback`]);
  expect([asked.get('code_challenge')?.length, (asked.get('state') ?? '').length > 20, (asked.get('nonce') ?? '').length > 20]).toEqual([43, true, true]);
  await atThePool(page, { ...person, password: 'Wrong-password-1!' });
  await expect(page.getByRole('alert')).toContainText(/password/i);
  await atThePool(page, person);
  await page.waitForURL(`${origin}/account`);
  await expect(page.getByText('This session was signed in through managed login.')).toBeVisible();
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'managed-login' });
  // No code is left in the browser's history.
  const { entries } = await (await page.context().newCDPSession(page)).send('Page.getNavigationHistory');
  expect(entries.map(({ url }) => new URL(url).pathname)).not.toContain('/api/auth/callback');
  expect(entries.at(-1)!.url).toBe(`${origin}/account`);

  // The next person at this browser is asked, although the pool would still know the one before.
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL('**/sign-in?done=signed-out');
  await page.getByRole('link', { name: 'Sign in through managed login' }).click();
  await page.waitForURL(/127\.0\.0\.1/);
  await expect(page.getByLabel('Password')).toBeVisible();
  expect(await whoIsSignedIn(page)).toBeUndefined();
});

test('login --managed in the terminal asks once for the pool’s page and comes back signed in', async ({ page }) => {
  const person = await registeredPerson();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${origin}/api/auth/login`)) asked.push(request.method());
  });
  await openTerminal(page);
  await typeLine(page, 'login --managed');
  await atThePool(page, person);
  await page.waitForURL(`${origin}/`);
  await untilReady(page);
  await expect(statusLine(page)).toContainText(person.email);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'managed-login' });
  expect(asked).toEqual(['HEAD', 'GET']);
});

test('a return path of another site is not followed', async ({ page }) => {
  const person = await registeredPerson();
  await page.goto(`/sign-in?returnTo=${encodeURIComponent('/\\evil.example')}`);
  await page.getByRole('link', { name: 'Sign in through managed login' }).click();
  await atThePool(page, person);
  await page.waitForURL(`${origin}/`);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'managed-login' });
});

test('a way back that was forged, altered, repeated or another person’s gets a page with words, and no session', async ({ page, browser }) => {
  const person = await registeredPerson();
  const failed = `${origin}/sign-in?done=managed-failed`;
  const words = page.getByText('The managed login did not lead to a sign-in. Try it again, or sign in here.');
  const refused = async (path: string) => {
    await page.goto(path);
    expect(page.url()).toBe(failed);
    await expect(words).toBeVisible();
    expect(await whoIsSignedIn(page), path).toBeUndefined();
  };
  // Nobody set out.
  await refused('/api/auth/callback?code=forged&state=forged');

  /** Goes to the pool, signs in there, and stops the browser on its way back. */
  const wayBack = async (from: Page) => {
    let caught: string | undefined;
    // The browser's own interception: Playwright's does not see where a redirect leads.
    const debug = await from.context().newCDPSession(from);
    debug.on('Fetch.requestPaused', ({ requestId, request }) => {
      caught ??= request.url;
      void debug.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    });
    await debug.send('Fetch.enable', { patterns: [{ urlPattern: `${origin}/api/auth/callback?*` }] });
    await from.goto(`${origin}/sign-in`);
    await from.getByRole('link', { name: 'Sign in through managed login' }).click();
    await atThePool(from, person);
    await expect.poll(() => caught).toBeTruthy();
    await debug.send('Fetch.disable');
    return new URL(caught!);
  };
  const altered = await wayBack(page);
  altered.searchParams.set('state', `${altered.searchParams.get('state')!.slice(0, -1)}_`);
  await refused(altered.href);
  // The question was spent by the wrong answer, so the right one comes too late.
  const state = new URL(altered).searchParams;
  await refused(`/api/auth/callback?${state}`);

  // Somebody signs in as themselves and sends the victim their way back.
  const attacker = await (await browser.newContext()).newPage();
  const theirs = await wayBack(attacker);
  await page.context().clearCookies();
  await refused(theirs.href);
  // In their own browser it is good, once.
  await attacker.goto(theirs.href);
  await attacker.waitForURL(`${origin}/`);
  expect(await whoIsSignedIn(attacker)).toEqual({ email: person.email, proof: 'managed-login' });
  await attacker.context().clearCookies();
  await attacker.goto(theirs.href);
  expect(attacker.url()).toBe(failed);
  expect(await whoIsSignedIn(attacker)).toBeUndefined();
  await attacker.context().close();
});

test('with SESSION_COOKIE_SAMESITE=strict the person arrives signed in all the same', async ({ page }) => {
  test.setTimeout(120_000);
  const ports = { app: stackPorts.app + 40, cloud: stackPorts.cloud + 60 };
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-strict-'));
  const stack = await startStack({ ...ports, dataDir, env: { SESSION_COOKIE_SAMESITE: 'strict' } });
  try {
    const person = await registeredPerson(stack.origin, stack.cloud);
    await page.goto(`${stack.origin}/sign-in?returnTo=/account`);
    await page.getByRole('link', { name: 'Sign in through managed login' }).click();
    await atThePool(page, person, ports.cloud);
    await page.waitForURL(`${stack.origin}/account`);
    await expect(page.getByText(person.email).first()).toBeVisible();
    const cookies = (await page.context().cookies()).filter(({ name }) => name.startsWith('__Host-Http-'));
    expect(cookies.find(({ name }) => name === '__Host-Http-sid')).toMatchObject({ sameSite: 'Strict', httpOnly: true, secure: true });
    // A link from another site arrives without it, which is what "strict" is for.
    await page.goto(`${stack.cloud}/health`);
    await page.evaluate((target) => location.assign(target), `${stack.origin}/account`);
    await page.waitForURL(({ pathname }) => pathname === '/sign-in');
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
