import { expect, type Page } from '@playwright/test';
import { encode } from 'uqr';
import { authenticatorApp, type AuthenticatorApp } from './authenticator-app.ts';
import { logIn, registeredPerson, signInOnForm, signInOverApi, stepUp, whoIsSignedIn, type Person } from './person.ts';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** The second factor from its first code to its last, on the account pages and in the terminal. */
const section = (page: Page) => page.getByRole('region', { name: 'Authenticator app' });
const forms = (page: Page) => page.getByRole('main');
const alert = (page: Page) => forms(page).getByRole('alert');

/** The modules of the QR code on the account page, dark as `true`, read back from the path that is drawn. */
async function drawnOnPage(page: Page): Promise<boolean[][]> {
  const picture = section(page).getByRole('img', { name: /QR code/ });
  return picture.evaluate((svg) => {
    const size = (svg as SVGSVGElement).viewBox.baseVal.width;
    const path = svg.querySelector<SVGPathElement>('path[fill="#000"]')!;
    return Array.from({ length: size }, (_row, y) => Array.from({ length: size }, (_column, x) => path.isPointInFill(new DOMPoint(x + 0.5, y + 0.5))));
  });
}

/** Sets it up on the account page: secret and picture, a wrong code, the right one, ten codes. */
async function setUpOnPage(page: Page, person: Person): Promise<{ app: AuthenticatorApp; recoveryCodes: string[] }> {
  await section(page).getByRole('button', { name: 'Set up an authenticator app' }).click();
  await stepUp(page, person);
  const uri = await section(page).getByRole('link', { name: 'open the app' }).getAttribute('href');
  const secret = await section(page).locator('code').innerText();
  expect(Object.fromEntries(new URL(uri!).searchParams)).toMatchObject({ secret: secret.replaceAll(' ', ''), issuer: 'Selkie' });
  expect(decodeURIComponent(new URL(uri!).pathname)).toContain(person.email);
  expect(await drawnOnPage(page)).toEqual(encode(uri!, { ecc: 'M', border: 4 }).data);

  const app = authenticatorApp(secret);
  await section(page).getByLabel('Code from the app').fill(app.wrongCode());
  await page.keyboard.press('Enter');
  await expect(section(page).getByRole('alert')).toContainText(/code/i);
  await section(page).getByLabel('Code from the app').fill(app.code().replace(/(...)/, '$1 '));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Keep these recovery codes' })).toBeFocused();
  const recoveryCodes = await section(page).getByRole('listitem').allInnerTexts();
  expect([recoveryCodes.length, new Set(recoveryCodes).size]).toEqual([10, 10]);
  await section(page).getByRole('button', { name: 'I have kept them' }).click();
  await expect(section(page)).toContainText('It is on. 10 recovery codes are left.');
  return { app, recoveryCodes };
}

async function typePassword(page: Page, person: Person): Promise<void> {
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.waitForURL('**/sign-in?done=signed-out');
}

test('on the pages: set up, sign in with a code, a code once only, a recovery code instead, set up again, off', async ({ page }) => {
  const person = await registeredPerson();
  await signInOverApi(page, person);
  await page.goto('/account');
  const { app, recoveryCodes } = await setUpOnPage(page, person);
  await signOut(page);

  await page.goto('/sign-in?returnTo=/account');
  await typePassword(page, person);
  await expect(page.getByRole('heading', { name: 'Enter the code of your authenticator app' })).toBeFocused();
  expect(await whoIsSignedIn(page)).toBeUndefined();
  await page.getByLabel('Code', { exact: true }).fill(app.wrongCode());
  await page.keyboard.press('Enter');
  await expect(alert(page)).toContainText(/code/i);
  expect(await whoIsSignedIn(page)).toBeUndefined();
  const code = app.nextCode();
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/account');
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'totp' });
  await signOut(page);

  await page.goto('/sign-in?returnTo=/account');
  await typePassword(page, person);
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.keyboard.press('Enter');
  await expect(alert(page)).toContainText(/code/i);
  await page.getByRole('button', { name: 'Use a recovery code instead' }).click();
  await page.getByLabel('Recovery code').fill('AAAA-BBBB-CCCC-DDDD');
  await page.keyboard.press('Enter');
  await expect(alert(page)).toContainText('That recovery code is not right, or was used before');
  expect(await whoIsSignedIn(page)).toBeUndefined();
  await page.getByLabel('Recovery code').fill(recoveryCodes[3]!.toLowerCase().replaceAll('-', ' '));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'You are signed in, and your authenticator app is off' })).toBeFocused();
  await expect(page.getByText('9 recovery codes are left.')).toBeVisible();
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'password' });

  await page.getByRole('button', { name: 'Set it up again' }).click();
  await page.waitForURL((url) => url.pathname === '/account');
  await setUpOnPage(page, person);
  await section(page).getByRole('button', { name: 'Turn it off' }).click();
  await expect(section(page)).toContainText('Your authenticator app is off, and its recovery codes no longer work.');
  await expect(page.getByRole('heading', { name: 'Authenticator app' })).toBeFocused();
  await expect(section(page)).toContainText('It is off.');
  await signOut(page);
  await signInOnForm(page, person);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'password' });
});

/** The modules of the QR code in the terminal: how each half of each cell is painted, read from what the browser shows. */
async function paintedInTerminal(page: Page, size: number): Promise<boolean[][]> {
  const rows = await page.locator('.xterm-rows > div').evaluateAll((lines) =>
    lines.map((line) => [...line.querySelectorAll('span')].flatMap((span) => {
      const { backgroundColor, backgroundImage } = getComputedStyle(span);
      if (!/xterm-bg-(16|231)\b/.test(span.className)) return [];
      const halves = backgroundImage === 'none' ? [backgroundColor, backgroundColor] : [...backgroundImage.matchAll(/rgb\([^)]*\) [05]/g)].map(([stop]) => stop.slice(0, -2));
      return [...(span.textContent ?? '')].map(() => halves.map((colour) => colour === 'rgb(0, 0, 0)'));
    })),
  );
  const code = rows.filter((cells) => cells.length > 0);
  return code.flatMap((cells) => [cells.map(([upper]) => upper!), cells.map(([, lower]) => lower!)]).slice(0, size);
}

test('in the terminal: mfa on with its picture, login with a code, with a recovery code, mfa off', async ({ page }) => {
  const person = await registeredPerson();
  await page.setViewportSize({ width: 1280, height: 900 });
  await openTerminal(page);
  await logIn(page, person);
  expect(await runCommand(page, 'mfa')).toBe('Authenticator app: off; `mfa on` sets one up.');
  await typeLine(page, 'clear');
  await typeLine(page, 'mfa on');
  await untilScreen(page, 'This needs a fresh proof');
  await typeLine(page, person.password);
  const asked = await untilScreen(page, 'Code that the app shows:');
  const secret = /Or type its secret: ([A-Z2-7 ]+)/.exec(asked)![1]!.replaceAll(' ', '');
  const uri = `otpauth://totp/Selkie:${encodeURIComponent(person.email)}?secret=${secret}&issuer=Selkie&algorithm=SHA1&digits=6&period=30`;
  const { data, size } = encode(uri, { ecc: 'L', border: 4 });
  expect(await paintedInTerminal(page, size)).toEqual(data);

  const app = authenticatorApp(secret);
  await typeLine(page, app.wrongCode());
  await untilScreen(page, 'mfa: That code is wrong');
  await typeLine(page, app.code());
  const shown = await untilScreen(page, 'They are not shown again; keep them outside Selkie.');
  const recoveryCodes = shown.split('\n').slice(shown.split('\n').findIndex((line) => line.startsWith('Your recovery codes.')) + 1, -2);
  await untilReady(page);
  expect(await runCommand(page, 'mfa')).toBe('Authenticator app: on; 10 recovery codes are left.');

  const logOut = async () => {
    await typeLine(page, 'logout');
    await expect(statusLine(page)).toContainText('signed out');
    await untilReady(page);
    await typeLine(page, 'clear');
    await typeLine(page, `login ${person.email}`);
    await untilScreen(page, 'Password:');
    await typeLine(page, person.password);
    await untilScreen(page, 'Code of your authenticator app (or `recovery`):');
    expect(await whoIsSignedIn(page)).toBeUndefined();
  };
  await logOut();
  await typeLine(page, app.wrongCode());
  await untilScreen(page, 'login: That code is wrong; type it again.');
  await typeLine(page, app.nextCode());
  await untilScreen(page, `You are signed in as ${person.email}`);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'totp' });
  await untilReady(page);

  await logOut();
  await typeLine(page, 'recovery');
  await untilScreen(page, 'Recovery code:');
  await typeLine(page, recoveryCodes[7]!);
  await untilScreen(page, `You are signed in as ${person.email}`);
  expect(await screenOf(page)).toContain('That recovery code is used up, 9 are left, and your authenticator app is off; `mfa on` sets it up again.');
  expect(await screenOf(page)).not.toContain(recoveryCodes[7]);
  expect(await whoIsSignedIn(page)).toEqual({ email: person.email, proof: 'password' });
  await untilReady(page);

  await typeLine(page, 'clear');
  await typeLine(page, 'mfa on --plain');
  await untilScreen(page, 'Password');
  await typeLine(page, person.password);
  const plain = await untilScreen(page, 'Code that the app shows:');
  expect(plain).not.toContain('▀');
  await typeLine(page, authenticatorApp(/authenticator app: ([A-Z2-7 ]+)/.exec(plain)![1]!).code());
  await untilScreen(page, 'They are not shown again');
  await untilReady(page);
  expect(await runCommand(page, 'mfa off')).toBe('Signing in asks for no code any more; you can delete Selkie\'s entry in the app.');
  expect(await runCommand(page, 'mfa')).toBe('Authenticator app: off; `mfa on` sets one up.');
});
