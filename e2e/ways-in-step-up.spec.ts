import { expect, type Page } from '@playwright/test';
import { authenticatorApp } from './authenticator-app.ts';
import { logIn, registeredPerson, signInOverApi, type Person } from './person.ts';
import { openTerminal, runCommand, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';
import { addVirtualAuthenticator } from './virtual-authenticator.ts';

/** "Is it still you?": before whatever can't be taken back. */
const dialog = (page: Page) => page.getByRole('dialog', { name: 'Is it still you?' });
const apps = (page: Page) => page.getByRole('region', { name: 'Authenticator app' });
const passwordField = (page: Page) => dialog(page).getByLabel('Password', { exact: true });

test('with the keyboard alone: asked, left, wrong, right; the focus goes in, stays in, and comes back', async ({ page }) => {
  const person = await registeredPerson();
  await signInOverApi(page, person);
  await page.goto('/account');
  const button = apps(page).getByRole('button', { name: 'Set up an authenticator app' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(passwordField(page)).toBeFocused();

  // The page behind it can't be reached.
  const seen = new Set<string>();
  for (let tab = 0; tab < 8; tab += 1) {
    await page.keyboard.press('Tab');
    seen.add(await page.evaluate(() => {
      const at = document.activeElement;
      return at === document.body ? 'the browser' : at?.closest('dialog') === null ? `behind: ${at.outerHTML}` : (at?.textContent?.trim() || at?.id) ?? '';
    }));
  }
  expect(seen).toEqual(new Set(['Show password', 'Confirm', 'Cancel', 'the browser', 'step-up-password']));

  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
  await expect(button).toBeFocused();
  await expect(apps(page)).toContainText('Nothing was changed.');
  await expect(apps(page)).toContainText('It is off.');

  await page.keyboard.press('Enter');
  await expect(passwordField(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('alert')).toHaveText('Enter your password.');
  await passwordField(page).fill('Wrong-password-1!');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('alert')).toHaveText('That password is not right; nothing was changed.');
  await expect(dialog(page).getByRole('alert')).toBeFocused();
  await expect(passwordField(page)).toHaveValue('Wrong-password-1!');
  await passwordField(page).fill(person.password);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toHaveCount(0);
  await expect(apps(page).getByRole('img', { name: /QR code/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Authenticator app' })).toBeFocused();
  // What was begun can be left; the proof holds, so nothing is asked when it begins again.
  await apps(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(apps(page)).toContainText('It is off.');
  await button.click();
  await expect(apps(page).getByRole('img', { name: /QR code/ })).toBeVisible();
  await expect(dialog(page)).toHaveCount(0);
});

async function removePasskey(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Remove the passkey Laptop' }).click();
}

test('with an authenticator app on, the password alone is no proof; a passkey is one', async ({ page, browser }) => {
  const person: Person = await registeredPerson();
  const device = await addVirtualAuthenticator(page);
  await signInOverApi(page, person);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.keyboard.press('Enter');
  await passwordField(page).fill(person.password);
  await page.keyboard.press('Enter');
  await expect(page.getByText('The passkey “Laptop” is yours now.')).toBeVisible();
  // A session of before the app, whose proof is still to be given.
  const before = await (await browser.newContext()).newPage();
  await signInOverApi(before, person);
  await apps(page).getByRole('button', { name: 'Set up an authenticator app' }).click();
  const app = authenticatorApp(await apps(page).locator('code').innerText());
  await apps(page).getByLabel('Code from the app').fill(app.code());
  await page.keyboard.press('Enter');
  await apps(page).getByRole('button', { name: 'I have kept them' }).click();

  await before.goto('/account');
  await removePasskey(before);
  await passwordField(before).fill(person.password);
  await before.keyboard.press('Enter');
  const code = dialog(before).getByLabel('Code', { exact: true });
  await expect(code).toBeFocused();
  await code.fill(app.wrongCode());
  await before.keyboard.press('Enter');
  await expect(dialog(before).getByRole('alert')).toContainText(/code/i);
  // Left half-way it has proved nothing.
  await dialog(before).getByRole('button', { name: 'Cancel' }).click();
  await expect(before.getByRole('region', { name: 'Passkeys' })).toContainText('Nothing was changed.');
  await removePasskey(before);
  await expect(passwordField(before)).toBeFocused();
  await passwordField(before).fill(person.password);
  await before.keyboard.press('Enter');
  await code.fill(app.nextCode());
  await before.keyboard.press('Enter');
  await expect(dialog(before)).toHaveCount(0);
  await expect(before.getByRole('region', { name: 'Passkeys' })).toContainText('You have none yet.');
  await before.context().close();
  expect(await device.credentials()).toHaveLength(1);
});

test('in the terminal: a wrong password is told and asked again, Ctrl-C changes nothing, and a passkey is a proof', async ({ page }) => {
  const person = await registeredPerson();
  await addVirtualAuthenticator(page);
  await openTerminal(page);
  await logIn(page, person);
  await typeLine(page, 'mfa on');
  await untilScreen(page, 'Password (or `passkey`):');
  await typeLine(page, 'Wrong-password-1!');
  await untilScreen(page, 'mfa: That was not accepted; nothing was changed.\nPassword (or `passkey`):');
  await page.keyboard.press('Control+c');
  expect(await runCommand(page, 'mfa')).toBe('Authenticator app: off; `mfa on` sets one up.');
  await typeLine(page, 'passkey add');
  await untilScreen(page, /Name for it: \S/);
  await page.keyboard.press('Enter');
  await untilScreen(page, 'Password (or `passkey`):');
  await typeLine(page, person.password);
  const added = await untilScreen(page, 'is added; `login --passkey` signs you in with it.');
  expect(added).toMatch(/The passkey chrome-linux is added/);
  await untilReady(page);
});
