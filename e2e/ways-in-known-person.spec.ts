import { expect } from '@playwright/test';
import { registeredPerson, signInOverApi } from './person.ts';
import { openTerminal, runCommand, typeLine, untilScreen } from './terminal.ts';
import { test } from './test.ts';

test('a command that is typed before the page knows who is signed in waits for that; Ctrl-C leaves', async ({ page }) => {
  const person = await registeredPerson();
  await signInOverApi(page, person);
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/auth/session', async (route) => {
    await held;
    await route.continue();
  });
  await openTerminal(page);
  await typeLine(page, 'mfa');
  await page.keyboard.press('Control+c');
  expect(await runCommand(page, 'echo back')).toBe('back');
  await typeLine(page, 'clear');
  await typeLine(page, 'whoami');
  await expect(page.getByTestId('terminal')).toHaveAttribute('data-busy', 'true');
  answer();
  await untilScreen(page, new RegExp(`whoami\\n${person.email}\\n`));
});
