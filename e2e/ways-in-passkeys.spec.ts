import { expect, type Page } from '@playwright/test';
import { logIn, registeredPerson, signInOnForm, signInOverApi, stepUp, whoIsSignedIn, type Person } from './person.ts';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';
import { addVirtualAuthenticator, type VirtualAuthenticator } from './virtual-authenticator.ts';

/** Passkeys from the first to the last, on the account pages and in the terminal. */
const atAccount = (url: URL) => url.pathname === '/account';
const passkeys = (page: Page) => page.getByRole('region', { name: 'Passkeys' });
const names = (page: Page) => passkeys(page).getByRole('listitem').locator('p:first-child');

async function addOnPage(page: Page, person: Person, name: string): Promise<void> {
  await passkeys(page).getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await page.getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await stepUp(page, person);
  await expect(passkeys(page).getByRole('status').first()).toHaveText(`The passkey “${name}” is yours now. Next time, sign in with it instead of your password.`);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL('**/sign-in?done=signed-out');
  expect(await whoIsSignedIn(page)).toBeUndefined();
}

/** A person with one passkey, signed out, at the sign-in page, with no finger on the device. */
async function withPasskey(page: Page): Promise<{ person: Person; device: VirtualAuthenticator }> {
  const person = await registeredPerson();
  const device = await addVirtualAuthenticator(page);
  await signInOverApi(page, person);
  await page.goto('/account');
  await addOnPage(page, person, 'Laptop');
  await device.touched(false);
  await signOut(page);
  return { person, device };
}

/** Without the offer in the address field: a device with a finger on it would take that before any button is pressed. */
async function withoutAutofill(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const none = () => Promise.resolve(false);
    Object.assign(PublicKeyCredential, { isConditionalMediationAvailable: none, getClientCapabilities: () => Promise.resolve({ conditionalGet: false }) });
  });
}

test('a passkey is added after a fresh proof, listed, renamed and removed, and the focus never gets lost', async ({ page }) => {
  const person = await registeredPerson();
  const device = await addVirtualAuthenticator(page);
  await signInOverApi(page, person);
  await page.goto('/account');
  await expect(passkeys(page)).toContainText('You have none yet.');
  await addOnPage(page, person, 'Laptop');
  expect(await device.credentials()).toHaveLength(1);
  await expect(names(page)).toHaveText(['Laptop']);
  await expect(page.getByRole('heading', { name: 'Passkeys' })).toBeFocused();

  await passkeys(page).getByRole('button', { name: 'Rename the passkey Laptop' }).click();
  await expect(page.getByLabel('Name')).toBeFocused();
  await expect(page.getByLabel('Name')).toHaveValue('Laptop');
  await page.getByLabel('Name').fill('  ');
  await page.keyboard.press('Enter');
  await expect(passkeys(page).getByRole('alert')).toHaveText('Enter a name.');
  await page.getByLabel('Name').fill('Old <b>laptop</b>');
  await page.keyboard.press('Enter');
  await expect(names(page)).toHaveText(['Old <b>laptop</b>']);
  await page.reload();
  await expect(names(page)).toHaveText(['Old <b>laptop</b>']);

  // The proof still holds, so nothing is asked again.
  await passkeys(page).getByRole('button', { name: 'Remove the passkey Old' }).click();
  await expect(passkeys(page)).toContainText('You have none yet.');
  await expect(names(page)).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Passkeys' })).toBeFocused();
});

test('one passkey signs in as an offer of the address field, with the address typed, and without any; a password still does', async ({ page }) => {
  const { person, device } = await withPasskey(page);
  await expect(page.getByLabel('E-mail address')).toHaveAttribute('autocomplete', 'username webauthn');
  await signInOnForm(page, person);
  expect(await whoIsSignedIn(page), 'while it is offered and not taken').toEqual({ email: person.email, proof: 'password' });
  await signOut(page);

  await device.touched(true);
  await page.goto('/sign-in?returnTo=/account');
  await page.waitForURL(atAccount);
  expect(await whoIsSignedIn(page), 'offered').toEqual({ email: person.email, proof: 'passkey' });

  await withoutAutofill(page);
  for (const typed of [person.email, '']) {
    await page.reload();
    await signOut(page);
    await page.goto('/sign-in?returnTo=/account');
    await page.getByLabel('E-mail address').fill(typed);
    await page.getByRole('button', { name: 'Use a passkey' }).click();
    await page.waitForURL(atAccount);
    await expect(page.getByText('This session was signed in with a passkey.')).toBeVisible();
    expect(await whoIsSignedIn(page), `with ${typed === '' ? 'no address' : 'the address'}`).toEqual({ email: person.email, proof: 'passkey' });
  }
});

test('a passkey that was removed here but not on the device is refused once, in words, and not tried in a circle', async ({ page }) => {
  const { person, device } = await withPasskey(page);
  await signInOnForm(page, person);
  await passkeys(page).getByRole('button', { name: 'Remove the passkey Laptop' }).click();
  await stepUp(page, person);
  await expect(passkeys(page)).toContainText('You have none yet.');
  await signOut(page);
  // The page that the sign-out led to offers passkeys, too; its offer is not to be answered.
  await page.goto('about:blank');
  const tries: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/auth/passkey')) tries.push(new URL(request.url()).pathname);
  });
  await device.touched(true);
  await page.goto('/sign-in');
  const words = page.getByRole('region', { name: 'Other ways in' }).getByRole('status');
  const refusal = 'The passkey was not used, or it no longer opens an account here. Try again, or sign in another way.';
  await expect(words).toHaveText(refusal);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect.poll(() => tries.length).toBeGreaterThan(1);
  await expect(words).toHaveText(refusal);
  // One question for the offer, one for the press, and one for the offer that follows a press in vain.
  await expect.poll(() => tries).toEqual(Array(3).fill('/api/auth/passkey/options'));
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'password' });
  expect(tries).toHaveLength(3);
});

test('in the terminal: passkey add, list, login --passkey with and without an address, remove', async ({ page }) => {
  const person = await registeredPerson();
  const device = await addVirtualAuthenticator(page);
  await openTerminal(page);
  await logIn(page, person);
  await typeLine(page, 'passkey add My laptop');
  await untilScreen(page, 'This needs a fresh proof that it is you.');
  await typeLine(page, person.password);
  await untilScreen(page, 'The passkey My laptop is added; `login --passkey` signs you in with it.');
  await untilReady(page);
  expect(await device.credentials()).toHaveLength(1);
  expect(await screenOf(page)).not.toContain(person.password);
  const listed = /^(\S{8})  My laptop  added \d{4}-\d\d-\d\d \d\d:\d\d$/.exec(await runCommand(page, 'passkey'));
  expect(listed).not.toBeNull();

  for (const line of ['login --passkey', `login --passkey ${person.email}`]) {
    await typeLine(page, 'logout');
    await expect(statusLine(page)).toContainText('signed out');
    await untilReady(page);
    await typeLine(page, line);
    await untilScreen(page, `You are signed in as ${person.email}; your files follow you.`);
    expect(await whoIsSignedIn(page), line).toEqual({ email: person.email, proof: 'passkey' });
    await untilReady(page);
    await typeLine(page, 'clear');
  }

  await typeLine(page, `passkey remove ${listed![1]}`);
  await untilScreen(page, 'Password (or `passkey`):');
  await typeLine(page, 'passkey');
  await untilScreen(page, 'The passkey My laptop opens your account no more');
  await untilReady(page);
  expect(await runCommand(page, 'passkey')).toBe('There is no passkey yet; `passkey add` makes one.');
});
