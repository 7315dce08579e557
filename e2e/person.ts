import { randomBytes } from 'node:crypto';
import { expect, request, type Page } from '@playwright/test';
import { stackPorts } from './stack.ts';
import { screenOf, statusLine, typeLine, untilScreen } from './terminal.ts';

export interface Person {
  email: string;
  password: string;
}

export function newPerson(): Person {
  const id = randomBytes(5).toString('hex');
  return { email: `person-${id}@example.com`, password: `Seal-${id}-sea!7` };
}

/** The newest code that was mailed to `email`; waits for it. */
export async function mailedCode(email: string, cloud = `http://127.0.0.1:${stackPorts.cloud}`): Promise<string> {
  const context = await request.newContext();
  let code: string | undefined;
  await expect.poll(async () => {
    const mails = (await (await context.get(`${cloud}/outbox?to=${encodeURIComponent(email)}`)).json()) as { code: string }[];
    code = mails[0]?.code;
    return code;
  }).toBeTruthy();
  await context.dispose();
  return code!;
}

/** An account that is ready for sign-in, made over the HTTP API. */
export async function registeredPerson(origin = `http://localhost:${stackPorts.app}`, cloud?: string): Promise<Person> {
  const person = newPerson();
  const context = await request.newContext({ baseURL: origin, extraHTTPHeaders: { 'sec-fetch-site': 'same-origin', origin } });
  expect((await context.post('/api/auth/sign-up', { data: person })).status()).toBe(202);
  const code = await mailedCode(person.email, cloud);
  expect((await context.post('/api/auth/confirm', { data: { email: person.email, code } })).status()).toBe(200);
  await context.dispose();
  return person;
}

/** Signs in with the form at /sign-in, up to the page it leads to. */
export async function signInOnForm(page: Page, person: Person, returnTo = '/account'): Promise<void> {
  await page.goto(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
  await page.getByLabel('E-mail address').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.pathname === returnTo);
}

/** The same session without the form, where the sign-in is not what is tried; the browser keeps its cookie. */
export async function signInOverApi(page: Page, person: Person): Promise<void> {
  const userAgent = await page.evaluate(() => navigator.userAgent);
  const headers = { 'sec-fetch-site': 'same-origin', 'user-agent': userAgent };
  expect((await page.context().request.post('/api/auth/sign-in', { headers, data: person })).status()).toBe(200);
}

/** Answers "Is it still you?" with the password. */
export async function stepUp(page: Page, person: Person): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
  await dialog.getByLabel('Password', { exact: true }).fill(person.password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
  await expect(dialog).toHaveCount(0);
}

/** Who this browser is signed in as, and how that was proved; undefined when nobody is. */
export async function whoIsSignedIn(page: Page): Promise<{ email: string; proof: string } | undefined> {
  const answer = await page.context().request.get('/api/auth/session', { headers: { 'sec-fetch-site': 'same-origin' } });
  if (answer.status() === 401) return undefined;
  const { user, session } = (await answer.json()) as { user: { email: string }; session: { proof: string } };
  return { email: user.email, proof: session.proof };
}

/** `login` in the terminal, up to the moment where the status line knows the person. */
export async function logIn(page: Page, person: Person): Promise<void> {
  await typeLine(page, 'login');
  await untilScreen(page, /address.*$/im);
  await typeLine(page, person.email);
  await untilScreen(page, /password/i);
  await typeLine(page, person.password);
  // A phone's screen breaks the line before the address.
  await expect.poll(async () => (await screenOf(page)).replace(/\s+/g, ' ')).toContain(`signed in as ${person.email}`);
  await expect(statusLine(page)).toContainText(person.email);
}

/** After an outage the page asks again within 12 s and a round's time. */
export async function untilSynced(page: Page): Promise<void> {
  await expect(statusLine(page)).toContainText('synced', { timeout: 30_000 });
}
