import { expect, type Locator, type Page } from '@playwright/test';
import { makeAdmin } from './cloud-clients.ts';
import { registeredPerson, signInOverApi, stepUp, whoIsSignedIn, type Person } from './person.ts';
import { test } from './test.ts';

/** /admin/sessions, for whom it is and for whom it is not. */
const people = (page: Page) => page.getByRole('region', { name: 'People with a session' });
const rowOf = (page: Page, { email }: Person): Locator => people(page).locator('li').filter({ has: page.getByRole('heading', { name: email }) });

async function find(page: Page, text: string): Promise<void> {
  await page.getByLabel('Part of an e-mail address').fill(text);
  await page.keyboard.press('Enter');
}

test('an administrator finds people, ends one session, signs somebody out everywhere, and both sides see it in their events', async ({ page, browser }) => {
  const [admin, person] = [await registeredPerson(), await registeredPerson()];
  await makeAdmin(admin.email);
  const devices: Page[] = [];
  for (let count = 0; count < 3; count += 1) {
    const device = await (await browser.newContext()).newPage();
    await signInOverApi(device, person);
    devices.push(device);
  }
  await signInOverApi(page, admin);
  await page.goto('/account');
  await page.getByRole('link', { name: 'people and sessions' }).click();
  await page.waitForURL('**/admin/sessions');
  await find(page, 'nobody-has-this');
  await expect(people(page)).toContainText('Nobody who is signed in has “nobody-has-this” in their address.');
  await find(page, person.email.slice(0, 14).toUpperCase());
  const row = rowOf(page, person);
  const sessions = row.getByRole('listitem');
  await expect(sessions).toHaveCount(3);
  await expect(people(page).getByRole('heading', { level: 3 })).toHaveText([person.email]);
  await expect(sessions.first()).toContainText(/Chrome on Linux.*with their password/s);

  // A sign-in is no proof.
  const end = row.getByRole('button', { name: 'End the session of' });
  await end.first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(people(page)).toContainText('Nothing was changed.');
  await end.first().click();
  await stepUp(page, admin);
  await expect(people(page)).toContainText('That session has ended.');
  await expect(page.getByRole('heading', { name: 'People with a session' })).toBeFocused();
  await expect(sessions).toHaveCount(2);
  const alive = async () => (await Promise.all(devices.map(whoIsSignedIn))).map((who) => who !== undefined);
  expect((await alive()).filter(Boolean)).toHaveLength(2);

  await row.getByRole('button', { name: `Sign out everywhere for ${person.email}` }).click();
  await expect(people(page)).toContainText(`${person.email} is signed out everywhere.`);
  await expect(row).toHaveCount(0);
  expect(await alive()).toEqual([false, false, false]);
  expect(await whoIsSignedIn(page)).toMatchObject({ email: admin.email });

  const trail = page.getByRole('region', { name: /^Audit trail/ });
  await expect(trail.getByRole('listitem').filter({ hasText: 'Signed out everywhere by an administrator' }).first()).toBeVisible();
  await expect(trail.getByRole('listitem').filter({ hasText: 'Session ended by an administrator' }).first()).toBeVisible();
  await find(page, admin.email);
  await rowOf(page, admin).getByRole('button', { name: `Events of ${admin.email}` }).click();
  await expect(page.getByRole('heading', { name: `Audit trail of ${admin.email}` })).toBeFocused();
  await expect(trail.getByRole('listitem').filter({ hasText: 'Signed out everywhere by an administrator' })).toHaveCount(1);

  // Signed in anew, the person reads what was done, and not where the administrator sits.
  await signInOverApi(devices[0]!, person);
  await devices[0]!.goto('/account');
  const events = devices[0]!.getByRole('region', { name: 'Recent events' });
  for (const words of ['Signed out everywhere by an administrator', 'Session ended by an administrator']) {
    await expect(events.getByRole('listitem').filter({ hasText: words })).toHaveCount(1);
    await expect(events.getByRole('listitem').filter({ hasText: words })).not.toContainText('Chrome');
  }
  for (const device of devices) await device.context().close();
});

test('for anybody else the page is not there and the API says 403, with no byte of anybody', async ({ page, browser }) => {
  const [person, other] = [await registeredPerson(), await registeredPerson()];
  const victim = await (await browser.newContext()).newPage();
  await signInOverApi(victim, other);
  const { user } = (await (await victim.context().request.get('/api/auth/session')).json()) as { user: { id: string } };
  await signInOverApi(page, person);
  await page.goto('/account');
  await expect(page.getByText('This session was signed in with your password.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'people and sessions' })).toHaveCount(0);
  const shown = await page.goto('/admin/sessions');
  expect(shown!.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'Nothing here for you' })).toBeVisible();
  const answers = await page.evaluate(async (id) => Promise.all(([
    ['GET', '/api/admin/sessions'], ['GET', '/api/admin/audit'], ['GET', `/api/admin/audit?user=${id}`], ['DELETE', `/api/admin/sessions/${id}.x`],
    ['POST', `/api/admin/people/${id}/sign-out`],
  ] as const).map(async ([method, path]) => {
    const answer = await fetch(path, { method, ...(method === 'POST' ? { headers: { 'content-type': 'application/json' }, body: '{}' } : {}) });
    return { status: answer.status, text: await answer.text() };
  })), user.id);
  const problem = { status: 403, code: 'forbidden', detail: 'Only administrators may do this.' };
  for (const { status, text } of answers) {
    expect(status).toBe(403);
    expect(JSON.parse(text)).toMatchObject(problem);
    expect(text).not.toMatch(new RegExp(`${other.email}|${user.id}|example\\.com`));
  }
  expect(await shown!.text()).not.toContain(other.email);
  expect(await whoIsSignedIn(victim)).toMatchObject({ email: other.email });
  await victim.context().close();
});
