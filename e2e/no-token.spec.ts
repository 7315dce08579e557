import { expect } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand } from './terminal.ts';
import { test } from './test.ts';

/** A JWS in compact form: header and claims are base64url of `{"…`. */
const JWT = /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/;

test('no Cognito token reaches the browser: not in a response, a cookie, HTML, an RSC payload or storage', async ({ page, context }) => {
  const person = await registeredPerson();
  const seen: { url: string; text: string }[] = [];
  const bodies: Promise<void>[] = [];
  page.on('response', (response) => {
    bodies.push(
      (async () => {
        const headers = JSON.stringify(await response.allHeaders());
        const body = await response.text().catch(() => '');
        seen.push({ url: response.url(), text: `${headers}\n${body}` });
      })(),
    );
  });
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'echo x > y; whoami; sessions');
  await untilSynced(page);
  await page.goto('/account');
  await page.waitForLoadState('networkidle');
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await Promise.all(bodies);
  expect(seen.length).toBeGreaterThan(10);
  expect(seen.some(({ url }) => url.endsWith('/api/auth/sign-in'))).toBe(true);
  expect(seen.filter(({ text }) => JWT.test(text)).map(({ url }) => url)).toEqual([]);

  const cookies = await context.cookies();
  const session = cookies.find(({ name }) => name === '__Host-Http-sid');
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/', domain: 'localhost' });
  expect(session!.value.length + session!.name.length).toBeLessThanOrEqual(512 + session!.name.length);
  expect(cookies.every(({ value, httpOnly }) => httpOnly && !JWT.test(value))).toBe(true);
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const storage = await page.evaluate(async () => {
    const cached: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) cached.push(await (await cache.match(request))!.text());
    }
    return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), cached]);
  });
  expect(storage).not.toMatch(JWT);
  // The same search does find one: a test that could not fail would prove nothing.
  expect('x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXRoYXQtaXM').toMatch(JWT);
});
