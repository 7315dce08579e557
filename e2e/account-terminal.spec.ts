import { expect } from '@playwright/test';
import { logIn, mailedCode, newPerson, registeredPerson } from './person.ts';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

test('signup, the mailed code, whoami, logout and login, all in the terminal', async ({ page }) => {
  const person = newPerson();
  await openTerminal(page);
  await typeLine(page, 'signup');
  await untilScreen(page, /address/i);
  await typeLine(page, person.email);
  await untilScreen(page, /password/i);
  await typeLine(page, person.password);
  await untilScreen(page, /again/i);
  await typeLine(page, person.password);
  const asked = await untilScreen(page, /code/i);
  expect(asked).toContain('/outbox?to=');
  await typeLine(page, await mailedCode(person.email));
  await untilScreen(page, `signed in as ${person.email}`);
  expect(await runCommand(page, 'whoami')).toBe(person.email);

  await typeLine(page, 'logout');
  await expect(statusLine(page)).toContainText('signed out');
  await untilReady(page);
  await logIn(page, person);
  expect(await runCommand(page, 'whoami')).toBe(person.email);
});

test('a password is never on the screen, in the history or in storage', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  expect(await screenOf(page)).not.toContain(person.password);
  expect(await runCommand(page, 'history')).not.toContain(person.password);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toContain(person.password);
  expect(stored).toContain(person.email);
});

test('wrong password and unknown address get the same sentence, and a bad address is refused at once', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  const answers: string[] = [];
  for (const email of [person.email, newPerson().email]) {
    await typeLine(page, 'clear');
    await typeLine(page, `login ${email}`);
    await untilScreen(page, /password/i);
    await typeLine(page, 'Wrong-password-1!');
    const screen = await untilScreen(page, /password[^\n]*\n[^]*me@selkie:~\$\s*$/i);
    answers.push(screen.replaceAll(email, 'ADDRESS'));
  }
  expect(answers[0]).toBe(answers[1]);
});

test('Ctrl-C at the password prompt gives the shell back', async ({ page }) => {
  await openTerminal(page);
  await typeLine(page, 'login someone@example.com');
  await untilScreen(page, /password/i);
  await page.keyboard.type('half a pass');
  await page.keyboard.press('Control+c');
  expect(await runCommand(page, 'echo back')).toBe('back');
  expect(await screenOf(page)).not.toContain('half a pass');
});
