import { expect } from '@playwright/test';
import { mailedCode, newPerson, registeredPerson, whoIsSignedIn } from './person.ts';
import { openTerminal, runCommand, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** A sign-in by a code in a mail, without any password. */
const wrong = (code: string) => code.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10));

test('on the form: no address, a wrong code, another mail whose code replaces the first, and in', async ({ page }) => {
  const person = await registeredPerson();
  await page.goto('/sign-in?returnTo=/account');
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await expect(page.getByRole('region', { name: 'Other ways in' }).getByRole('status')).toHaveText('Enter your e-mail address. The code goes there.');
  await expect(page.getByLabel('E-mail address')).toBeFocused();

  await page.keyboard.insertText(person.email);
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await expect(page.getByRole('heading', { name: 'Enter the code from your mail' })).toBeFocused();
  await expect(page.getByRole('link', { name: 'outbox' })).toHaveAttribute('href', new RegExp(encodeURIComponent(person.email)));
  const first = await mailedCode(person.email);
  const code = page.getByLabel('Code', { exact: true });
  await code.fill(wrong(first));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/code/i);
  expect(await whoIsSignedIn(page)).toBeUndefined();

  await page.getByRole('button', { name: 'Send another code' }).click();
  await expect(page.getByText('If a code can be sent to this address, another one is on its way; the older no longer works.')).toBeVisible();
  await expect.poll(() => mailedCode(person.email)).not.toBe(first);
  await code.fill(first);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/code/i);
  expect(await whoIsSignedIn(page)).toBeUndefined();
  await code.fill(await mailedCode(person.email));
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/account');
  await expect(page.getByText('This session was signed in with a code from your mail.')).toBeVisible();
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'email-code' });
});

test('an address that nobody has gets the same question and no mail, and no code of it opens anything', async ({ page, request }) => {
  const { email } = newPerson();
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Mail me a code' }).click();
  await expect(page.getByRole('heading', { name: 'Enter the code from your mail' })).toBeFocused();
  const outbox = await page.getByRole('link', { name: 'outbox' }).getAttribute('href');
  expect(await (await request.get(outbox!)).json()).toEqual([]);
  await page.getByLabel('Code', { exact: true }).fill('12345678');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/code/i);
  expect(await whoIsSignedIn(page)).toBeUndefined();
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
});

test('in the terminal: login --code, a wrong code, the right one', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await typeLine(page, `login --code ${person.email}`);
  await untilScreen(page, `If ${person.email} has an account, a code is on its way.`);
  await untilScreen(page, 'Code from your mail:');
  const code = await mailedCode(person.email);
  await typeLine(page, wrong(code));
  await untilScreen(page, 'login: That code is wrong; type it again.');
  await typeLine(page, `${code.slice(0, 4)} ${code.slice(4)}`);
  await untilScreen(page, `You are signed in as ${person.email}; your files follow you.`);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'email-code' });
  await untilReady(page);
  expect(await runCommand(page, 'account')).toContain(`Signed in as       ${person.email}, with a code from your mail`);
});
