import { expect, type Browser, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
import { logIn, registeredPerson, untilSynced, type Person } from './person.ts';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

async function device(browser: Browser, person: Person, viewport = { width: 1280, height: 800 }): Promise<Page> {
  const page = await (await browser.newContext({ viewport })).newPage();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  return page;
}

/** As one text, however the lines were broken. */
const words = async (page: Page): Promise<string> => (await screenOf(page)).replaceAll(/\s+/g, ' ');

/** Two devices change the same lines; the second one is told. */
async function collide(first: Page, second: Page): Promise<void> {
  await runCommand(first, `printf 'title\\nmilk\\nbread\\nend\\n' > list.md; sync`);
  await expect.poll(() => runCommand(second, 'wc -l < list.md'), { timeout: 20_000 }).toBe('4');
  await second.context().setOffline(true);
  await runCommand(first, `printf 'title\\noat milk\\nbread\\nend\\n' > list.md; sync`);
  await runCommand(second, `printf 'title\\nsoy milk\\nbread\\nend\\n' > list.md; clear`);
  await expect(statusLine(second)).toContainText('offline');
  await second.context().setOffline(false);
  await expect.poll(() => words(second), { timeout: 30_000 }).toContain('was changed on two devices');
  await untilSynced(second);
}

test('a conflict is told once, on the device where it happened, with a command that shows both versions as it stands', async ({ browser }) => {
  const person = await registeredPerson();
  const [first, second] = [await device(browser, person), await device(browser, person)];
  await collide(first, second);
  const told = /● .*list\.md was changed on two devices; one version is now (list \(conflict chrome-linux \w{8}\)\.md) \(`(sync diff --conflict '.+')` shows both\)\./.exec(await words(second));
  expect(told, await words(second)).not.toBeNull();
  const [, copy, command] = told!;
  expect(await runCommand(second, command!)).toBe(`--- list.md\n+++ ${copy}\n@@ -1,4 +1,4 @@\n title\n-oat milk\n+soy milk\n bread\n end`);
  // Neither a new page nor the other device says it again.
  await second.reload();
  await untilReady(second);
  await untilSynced(second);
  await expect.poll(() => runCommand(first, 'ls | wc -l'), { timeout: 20_000 }).toBe('2');
  for (const page of [first, second]) expect(await words(page)).not.toContain('two devices');
  expect(await runCommand(first, 'sync conflicts | cat')).toBe(`1  ${copy}  beside list.md  from chrome-linux`);
});

for (const [name, viewport] of [['at a desk', { width: 1280, height: 800 }], ['on a phone', { width: 375, height: 700 }]] as const) {
  test(`a conflict is settled in the three-way view and both versions can be had again: ${name}`, async ({ browser }) => {
    const person = await registeredPerson();
    const [first, second] = [await device(browser, person), await device(browser, person, viewport)];
    await collide(first, second);
    await typeLine(second, 'clear; sync resolve');
    const bar = second.getByRole('toolbar', { name: 'Settle a conflict' });
    await expect(bar).toContainText('0 of 1 settled');
    const part = second.getByRole('region', { name: 'Part 1 of 1' });
    await expect(part.locator('.version pre')).toHaveText(['milk\n', 'soy milk\n', 'oat milk\n'], { useInnerText: false });
    expect(await axeOn(second)).toEqual([]);
    await expect(bar.getByRole('button', { name: 'Save' })).toBeDisabled();
    await part.getByRole('button', { name: 'Take the file’s' }).click();
    await expect(part.getByRole('textbox', { name: 'What will be written' })).toHaveValue('oat milk\n');
    await part.getByRole('textbox', { name: 'What will be written' }).fill('oat milk, soy milk\n');
    // Answers are not thrown away by one key.
    await second.keyboard.press('Control+q');
    await expect(bar).toContainText('Leave without saving?');
    await bar.getByRole('button', { name: 'Stay' }).click();
    await bar.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => words(second)).toContain('list.md is settled and the copy is gone; `sync undo` brings both back.');
    await untilSynced(second);
    await expect.poll(() => runCommand(first, 'ls; cat list.md'), { timeout: 20_000 }).toBe('list.md\ntitle\noat milk, soy milk\nbread\nend');
    await runCommand(second, 'sync undo');
    await expect.poll(() => runCommand(first, 'ls | wc -l; cat list.md list*conflict* | grep milk'), { timeout: 20_000 }).toBe('2\noat milk\nsoy milk');
    await untilScreen(second, /me@selkie/);
  });
}
