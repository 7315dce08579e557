import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { logIn, registeredPerson, stepUp } from './person.ts';
import { openTerminal, runCommand } from './terminal.ts';
import { test } from './test.ts';

const section = (page: Page) => page.getByRole('region', { name: 'Download everything' });

test('/account/data gives everything as one zip, with the history if asked for, and stops when told to', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'mkdir docs; echo first > docs/plan.md; ln -s docs/plan.md link; sync; echo second > docs/plan.md; sync');
  await page.goto('/account');
  await page.getByRole('link', { name: 'Download everything' }).click();
  await page.waitForURL('**/account/data');
  const download = async (): Promise<Buffer> => {
    const [file] = await Promise.all([page.waitForEvent('download'), section(page).getByRole('button', { name: 'Download everything' }).click()]);
    await expect(section(page).getByRole('status')).toHaveText(`Saved as ${file.suggestedFilename()}, with 2 files.`);
    return readFile(await file.path());
  };
  const plain = await download();
  expect([plain.includes('docs/plan.md'), plain.includes('link'), plain.includes('.selkie-history')]).toEqual([true, true, false]);
  await section(page).getByRole('checkbox', { name: 'With every earlier version' }).check();
  const whole = await download();
  expect(whole.includes('.selkie-history')).toBe(true);

  // The answer is held back until Stop was pressed.
  let answer: () => void = () => undefined;
  const isStopped = new Promise<void>((resolve) => { answer = resolve; });
  await page.route('**/account/data', async (route) => {
    if (route.request().headers()['next-action'] !== undefined) await isStopped;
    await route.continue();
  });
  await section(page).getByRole('button', { name: 'Download everything' }).click();
  await section(page).getByRole('button', { name: 'Stop' }).click();
  answer();
  await expect(section(page).getByRole('status')).toHaveText('Stopped; nothing was saved.');
  await page.unrouteAll();
  expect((await download()).length).toBe(whole.length);
});

test('/account/data leads to where everything is deleted, and what was downloaded can be brought into a new account', async ({ page, browser }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await runCommand(page, 'mkdir docs; echo kept > docs/plan.md; sync');
  await page.goto('/account/data');
  const [file] = await Promise.all([page.waitForEvent('download'), section(page).getByRole('button', { name: 'Download everything' }).click()]);
  const zip = await readFile(await file.path());
  await page.getByRole('link', { name: /Delete your account/ }).click();
  await page.waitForURL('**/account**');
  const deletion = page.getByRole('region', { name: 'Delete your account' });
  await deletion.getByLabel('Your e-mail address').fill(person.email);
  await deletion.getByRole('button', { name: 'Delete my account' }).click();
  await stepUp(page, person);
  await page.waitForURL('**/sign-in**');

  const fresh = await (await browser.newContext()).newPage();
  await openTerminal(fresh);
  await logIn(fresh, await registeredPerson());
  const [chooser] = await Promise.all([fresh.waitForEvent('filechooser'), fresh.keyboard.insertText('import').then(() => fresh.keyboard.press('Enter'))]);
  await chooser.setFiles({ name: 'all.zip', mimeType: 'application/zip', buffer: zip });
  await expect.poll(() => runCommand(fresh, 'cat docs/plan.md')).toBe('kept');
});
