import { expect, type Page } from '@playwright/test';
import { remainsOf } from './cloud-clients.ts';
import { logIn, registeredPerson, signInOverApi, stepUp, untilSynced, whoIsSignedIn, type Person } from './person.ts';
import { openTerminal, runCommand, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** The end of an account: nothing of it is left anywhere, and it takes more than a click. */
async function idOf(page: Page): Promise<string> {
  const answer = await page.context().request.get('/api/auth/session', { headers: { 'sec-fetch-site': 'same-origin' } });
  return ((await answer.json()) as { user: { id: string } }).user.id;
}

/** A signed-in terminal with a file in the account; who it is. */
async function withFile(page: Page): Promise<{ person: Person; id: string }> {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'echo precious > diary.txt; sync');
  await untilSynced(page);
  const id = await idOf(page);
  const { hasAccount, objects, redisKeys } = await remainsOf({ id, email: person.email });
  expect([hasAccount, objects.length > 0, redisKeys.length > 0]).toEqual([true, true, true]);
  return { person, id };
}

const storedOf = (page: Page, id: string) => page.evaluate((owner) => Object.keys(localStorage).filter((key) => key.includes(owner) || localStorage.getItem(key)!.includes(owner)), id);

async function expectGone(person: Person, id: string): Promise<void> {
  const left = await remainsOf({ id, email: person.email });
  expect([left.hasAccount, left.objects]).toEqual([false, []]);
  // What outlives the person is their number alone: "signed out everywhere", so that no session of theirs can come back.
  expect(left.redisKeys.filter((key) => key !== `u:${id}:epoch`)).toEqual([]);
}

test('on the account page: the address is typed, the person proves it, and everything is gone in every tab and on every device', async ({ page, context, browser }) => {
  const { person, id } = await withFile(page);
  const elsewhere = await (await browser.newContext()).newPage();
  await signInOverApi(elsewhere, person);
  const beside = await context.newPage();
  await beside.goto('/account');
  await expect(beside.getByRole('heading', { name: 'Recent events' })).toBeVisible();
  const account = await context.newPage();
  await account.goto('/account');
  const section = account.getByRole('region', { name: 'Delete your account' });
  await section.getByLabel('Your e-mail address').fill('somebody@example.com');
  await section.getByRole('button', { name: 'Delete my account' }).click();
  await expect(section.getByRole('alert')).toHaveText(`Type ${person.email} exactly as it stands here.`);
  await section.getByLabel('Your e-mail address').fill(person.email.toUpperCase());
  await section.getByRole('button', { name: 'Delete my account' }).click();
  await expect(account.getByRole('dialog')).toBeVisible();
  await account.keyboard.press('Escape');
  await expect(section.getByRole('alert')).toHaveText('Nothing was deleted.');
  expect(await whoIsSignedIn(account)).toMatchObject({ email: person.email });

  await section.getByRole('button', { name: 'Delete my account' }).click();
  await stepUp(account, person);
  await account.waitForURL('**/sign-in?done=deleted');
  await expect(account.getByText('Your account and everything in it is gone. You can sign up again at any time.')).toBeVisible();
  expect(await context.cookies()).toEqual([]);
  await expectGone(person, id);
  // The tabs beside it, one of them with its terminal.
  await beside.waitForURL(({ pathname }) => pathname === '/sign-in');
  await expect(beside.getByText(person.email)).toHaveCount(0);
  await expect(statusLine(page)).not.toContainText(person.email);
  expect(await storedOf(page, id)).toEqual([]);
  await untilReady(page);
  expect(await runCommand(page, 'cat diary.txt')).toBe('cat: diary.txt: No such file or directory');
  // Another device.
  await elsewhere.goto('/account');
  expect(new URL(elsewhere.url()).pathname).toBe('/sign-in');
  await elsewhere.getByLabel('E-mail address').fill(person.email);
  await elsewhere.getByLabel('Password', { exact: true }).fill(person.password);
  await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(elsewhere.getByRole('main').getByRole('alert')).toContainText('Address and password do not match');
  await elsewhere.context().close();
});

test('in the terminal: account delete asks for the address and a proof, then nothing is left', async ({ page }) => {
  const { person, id } = await withFile(page);
  await typeLine(page, 'account delete');
  await untilScreen(page, 'Type the address to delete the account, or Enter to keep it:');
  await page.keyboard.press('Enter');
  await untilScreen(page, 'That is not the address; nothing was deleted.');
  await untilReady(page);
  await typeLine(page, 'clear');
  await typeLine(page, 'account delete');
  await untilScreen(page, 'Type the address to delete the account, or Enter to keep it:');
  await typeLine(page, person.email);
  await untilScreen(page, /Password.*:$/m);
  await typeLine(page, person.password);
  await untilScreen(page, 'Your account is deleted, and nothing of yours is left in this browser.');
  await expect(statusLine(page)).not.toContainText(person.email);
  await expectGone(person, id);
  expect(await page.context().cookies()).toEqual([]);
  expect(await storedOf(page, id)).toEqual([]);
  await untilReady(page);
  await typeLine(page, `login ${person.email}`);
  await untilScreen(page, 'Password:');
  await typeLine(page, person.password);
  await untilScreen(page, 'login: The address or the password is wrong');
  expect(await whoIsSignedIn(page)).toBeUndefined();
});
