import { expect } from '@playwright/test';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { authenticatorApp } from './authenticator-app.ts';
import { axeOn } from './axe.ts';
import { makeAdmin } from './cloud-clients.ts';
import { registeredPerson, signInOverApi, stepUp } from './person.ts';
import { test } from './test.ts';

/** Other people's judgement on the built product: Google's CSP Evaluator and Deque's axe. */
function findings(policy: string): string[] {
  return new CspEvaluator(new CspParser(policy).csp).evaluate()
    // Its scale runs from 10 (high) to 60 (none); INFO and NONE are remarks.
    .filter(({ severity }) => severity < Severity.INFO)
    .map(({ directive, value, description, severity }) => `${severity} ${directive} ${value ?? ''}: ${description}`);
}

test('csp_evaluator has nothing above "info" on any route, error pages and refusals included', async ({ request }) => {
  const paths = [
    '/', '/sign-in', '/sign-up', '/confirm', '/forgot', '/reset', '/account', '/admin/sessions', '/no-such-page', '/api/auth/session', '/api/nothing', '/api/health',
    '/manifest.webmanifest', '/sw.js', '/icon.svg', '/%', '/_next/image?url=%2Fx&w=1&q=1', '/api/auth/login', '/api/auth/callback?code=x&state=y',
  ];
  for (const path of paths) {
    const answer = await request.get(path, { maxRedirects: 0 });
    const policy = answer.headers()['content-security-policy'];
    expect(policy, `${path} (${answer.status()})`).toBeTruthy();
    expect(findings(policy!), path).toEqual([]);
  }
  const refused = await request.post('/api/auth/sign-in', { headers: { 'sec-fetch-site': 'cross-site' }, data: {} });
  expect([refused.status(), findings(refused.headers()['content-security-policy']!)]).toEqual([403, []]);
  // The judge does judge.
  expect(findings("script-src 'self' 'unsafe-inline' https:").length).toBeGreaterThan(0);
});

for (const [name, viewport] of [['desktop', { width: 1280, height: 800 }], ['phone', { width: 375, height: 700 }]] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing on the forms: ${name}, ${colorScheme}`, async ({ browser }) => {
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      const person = await registeredPerson();
      for (const path of ['/sign-in', '/sign-up', '/confirm', '/forgot', '/reset', '/no-such-page']) {
        await page.goto(path);
        await page.waitForLoadState('networkidle');
        expect(await axeOn(page), path).toEqual([]);
      }
      // With mistakes shown.
      await page.goto('/sign-in?returnTo=/account');
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      expect(await axeOn(page), 'sign-in with mistakes').toEqual([]);
      await page.getByLabel('E-mail address').fill(person.email);
      await page.getByLabel('Password', { exact: true }).fill(person.password);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await expect(page.getByRole('heading', { name: 'Your account', exact: true })).toBeVisible();
      await page.waitForLoadState('networkidle');
      expect(await axeOn(page), '/account').toEqual([]);
      // The judge does judge.
      await page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')));
      expect((await axeOn(page)).join()).toContain('button-name');
      await context.close();
    });

    test(`axe finds nothing on what the account and its administration ask and show: ${name}, ${colorScheme}`, async ({ browser }) => {
      const context = await browser.newContext({ viewport, colorScheme });
      const page = await context.newPage();
      const admin = await registeredPerson();
      await makeAdmin(admin.email);
      await signInOverApi(page, admin);
      await page.goto('/account');
      const factor = page.getByRole('region', { name: 'Authenticator app' });
      await factor.getByRole('button', { name: 'Set up an authenticator app' }).click();
      await expect(page.getByRole('dialog', { name: 'Is it still you?' })).toBeVisible();
      expect(await axeOn(page), 'step-up').toEqual([]);
      await stepUp(page, admin);
      await expect(factor.getByRole('img', { name: /QR code/ })).toBeVisible();
      expect(await axeOn(page), 'setting up an authenticator app').toEqual([]);
      await factor.getByLabel('Code from the app').fill(authenticatorApp(await factor.locator('code').innerText()).code());
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeFocused();
      expect(await axeOn(page), 'recovery codes').toEqual([]);
      await page.goto('/account/data');
      await page.getByRole('button', { name: 'Download everything' }).click();
      await expect(page.getByText('There is nothing in your account yet.')).toBeVisible();
      expect(await axeOn(page), '/account/data').toEqual([]);
      await page.goto('/admin/sessions');
      await expect(page.getByRole('heading', { name: admin.email })).toBeVisible();
      expect(await axeOn(page), '/admin/sessions').toEqual([]);
      await context.close();
    });
  }
}
