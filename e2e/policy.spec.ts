import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';
import { authenticatorApp } from './authenticator-app.ts';
import { makeAdmin } from './cloud-clients.ts';
import { logIn, registeredPerson, signInOverApi, stepUp, untilSynced } from './person.ts';
import { openTerminal, runCommand, statusLine, typeLine, untilScreen } from './terminal.ts';
import { test } from './test.ts';
import { addVirtualAuthenticator } from './virtual-authenticator.ts';

/** Collects what the browser reports, from before the first script on. */
async function collectViolations(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const kept: string[] = [];
    Object.defineProperty(window, 'violations', { value: kept });
    document.addEventListener('securitypolicyviolation', (event) =>
      kept.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`),
    );
  });
  return () => page.evaluate(() => (window as unknown as { violations: string[] }).violations);
}

test('the terminal, colours, scrolling, resizing and the editor run with zero violations', async ({ page }) => {
  const violations = await collectViolations(page);
  await openTerminal(page);
  await runCommand(page, String.raw`printf '\e[38;2;255;100;0mtrue colour\e[0m \e[1;4;31mbold\e[0m\n'; seq 1 200`);
  await page.mouse.wheel(0, -2_000);
  await page.setViewportSize({ width: 375, height: 700 });
  await page.setViewportSize({ width: 1_200, height: 800 });
  await typeLine(page, 'edit note.md');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.type('# Title\n\nsome *text*');
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+s');
  await page.keyboard.press('Control+q');
  await untilScreen(page, /me@selkie/);
  expect(await violations()).toEqual([]);
});

test('signing in and syncing, and every page of the account, run with zero violations', async ({ page }) => {
  const violations = await collectViolations(page);
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'echo x > y');
  await untilSynced(page);
  expect(await violations()).toEqual([]);
  for (const path of ['/sign-in', '/sign-up', '/confirm', '/forgot', '/reset', '/account', '/no-such-page']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
    expect(await violations(), path).toEqual([]);
  }
});

test('every other way in, the question "is it still you?" and the administration run with zero violations', async ({ page }) => {
  // Over pages, the user pool's own included.
  const violations: string[] = [];
  await page.exposeFunction('tellViolation', (violation: string) => violations.push(violation));
  await page.addInitScript(() => {
    const { tellViolation } = window as unknown as { tellViolation(violation: string): void };
    document.addEventListener('securitypolicyviolation', (event) => tellViolation(`${event.documentURI} ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  });
  const person = await registeredPerson();
  await makeAdmin(person.email);
  const device = await addVirtualAuthenticator(page);
  await signInOverApi(page, person);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.keyboard.press('Enter');
  await stepUp(page, person);
  await expect(page.getByText('The passkey “Laptop” is yours now.')).toBeVisible();
  await page.getByRole('button', { name: 'Set up an authenticator app' }).click();
  const section = page.getByRole('region', { name: 'Authenticator app' });
  const app = authenticatorApp(await section.locator('code').innerText());
  await expect(section.getByRole('img', { name: /QR code/ })).toBeVisible();
  await page.getByLabel('Code from the app').fill(app.code());
  await page.keyboard.press('Enter');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  expect(readFileSync(await (await download).path(), 'utf8').match(/^(\w{4}-){5}\w{4}$/gm)).toHaveLength(10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByRole('button', { name: 'Turn it off' }).click();
  await expect(section).toContainText('It is off.');
  await page.goto('/admin/sessions');
  await expect(page.getByRole('heading', { name: person.email })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Audit trail' }).getByRole('listitem').first()).toBeVisible();

  await openTerminal(page);
  await expect(statusLine(page)).toContainText(person.email);
  await typeLine(page, 'mfa on');
  await untilScreen(page, 'Code that the app shows:');
  await page.keyboard.press('Control+c');
  await page.context().clearCookies();
  await device.touched(true);
  await page.goto('/sign-in?returnTo=/account');
  await page.waitForURL(({ pathname }) => pathname === '/account');
  await page.context().clearCookies();
  await device.touched(false);
  await page.goto('/sign-in?returnTo=/account');
  await page.getByRole('link', { name: 'Sign in through managed login' }).click();
  await page.getByLabel('Email address').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('This session was signed in through managed login.')).toBeVisible();
  // The ear does hear, on every page.
  expect(violations).toEqual([]);
  await page.evaluate(() => document.body.setAttribute('style', 'color: red'));
  await expect.poll(() => violations).toHaveLength(1);
});

test('canary: the policy does stop inline styles, a string sink and a foreign script', async ({ page }) => {
  const violations = await collectViolations(page);
  await openTerminal(page);
  const refused = await page.evaluate(() => {
    document.body.setAttribute('style', 'color: red');
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }));
    const attempt = (work: () => void) => {
      try {
        work();
        return 'went through';
      } catch (error) {
        return (error as Error).name;
      }
    };
    return [
      attempt(() => (document.createElement('div').innerHTML = '<img src=x onerror="window.owned = 1">')),
      attempt(() => (document.createElement('script').src = 'https://evil.example/x.js')),
      getComputedStyle(document.body).color === 'rgb(255, 0, 0)' ? 'red' : 'not red',
    ];
  });
  expect(refused).toEqual(['TypeError', 'TypeError', 'not red']);
  await expect.poll(async () => new Set((await violations()).map((v) => v.split(' ')[0]))).toEqual(
    new Set(['require-trusted-types-for', 'style-src-attr', 'style-src-elem']),
  );
});

test('canary: xterm.js as it comes, without our way of adding its styles, does violate the policy', async ({ page }) => {
  const violations = await collectViolations(page);
  await openTerminal(page);
  expect(await violations()).toEqual([]);
  // The debugger's evaluation is not subject to the policy; what the code then does to the page is.
  await page.evaluate(`${readFileSync(createRequire(import.meta.url).resolve('@xterm/xterm'), 'utf8')};undefined`);
  await page.evaluate(() => {
    const host = document.createElement('div');
    document.body.append(host);
    new (globalThis as unknown as { Terminal: new () => { open(host: HTMLElement): void } }).Terminal().open(host);
  });
  await expect.poll(async () => (await violations()).filter((v) => v.startsWith('style-src-elem')).length).toBeGreaterThanOrEqual(2);
});

test('every kind of response carries the headers, and no policy has an unsafe word', async ({ request }) => {
  for (const path of ['/', '/sign-in', '/account', '/no-such-page', '/api/auth/session', '/api/nothing', '/api/health']) {
    const response = await request.get(path, { maxRedirects: 0 });
    const headers = response.headers();
    expect(headers['content-security-policy'], path).toBeTruthy();
    expect(headers['content-security-policy'], path).not.toMatch(/unsafe|\*(\s|;|$)|http:/);
    expect(headers['content-security-policy'], path).toMatch(/frame-ancestors 'none'/);
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['cross-origin-opener-policy'], path).toBe('same-origin');
    expect(headers['cross-origin-resource-policy'], path).toBe('same-origin');
    expect(headers['referrer-policy'], path).toBeTruthy();
    expect(headers['permissions-policy'], path).toBeTruthy();
    expect(headers['x-powered-by'], path).toBeUndefined();
    expect(headers['access-control-allow-origin'], path).toBeUndefined();
  }
  const nonce = async () => /'nonce-([^']+)'/.exec((await request.get('/')).headers()['content-security-policy']!)![1];
  expect(await nonce()).not.toBe(await nonce());
});

test('build files carry a policy of their own, HSTS, and nothing that lets another site use them', async ({ request }) => {
  const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(await (await request.get('/')).text())![1]!;
  const headers = (await request.get(script)).headers();
  expect(headers).toMatchObject({
    'content-security-policy': "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
    'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin', 'referrer-policy': 'no-referrer',
  });
  expect(headers['access-control-allow-origin']).toBeUndefined();
});
