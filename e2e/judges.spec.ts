import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';
import { CspEvaluator } from 'csp_evaluator/dist/evaluator.js';
import { Severity } from 'csp_evaluator/dist/finding.js';
import { CspParser } from 'csp_evaluator/dist/parser.js';
import { registeredPerson } from './person.ts';

/** Other people's judgement on the built product: Google's CSP Evaluator and Deque's axe. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

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

async function axeOn(page: Page): Promise<string[]> {
  // Over the debugger, which the page's policy does not bind.
  await page.evaluate(`${axe};undefined`);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(options: object): Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }> } }).axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 120)}`));
  });
}

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
  }
}
