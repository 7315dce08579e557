import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, typeLine, untilScreen } from './terminal.ts';

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
