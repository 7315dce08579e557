import { expect, type Browser, type Page } from '@playwright/test';
import { logIn, registeredPerson, untilSynced, type Person } from './person.ts';
import { openTerminal, runCommand, statusLine } from './terminal.ts';
import { test } from './test.ts';

async function device(browser: Browser, person: Person, before?: (page: Page) => Promise<void>): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await openTerminal(page);
  await before?.(page);
  await logIn(page, person);
  await untilSynced(page);
  return page;
}

/** Runs `line` until it prints `expected`: what another device wrote arrives without a command of ours. */
async function untilPrints(page: Page, line: string, expected: string): Promise<void> {
  await expect.poll(() => runCommand(page, line), { timeout: 20_000 }).toBe(expected);
}

test('files written before and after sign-in appear on a second device without a command', async ({ browser }) => {
  const person = await registeredPerson();
  const first = await device(browser, person, async (page) => {
    await runCommand(page, 'mkdir notes; echo before > notes/old.md');
  });
  await runCommand(first, 'echo after > notes/new.md');
  await untilSynced(first);
  const second = await device(browser, person);
  await untilPrints(second, 'cat notes/old.md notes/new.md', 'before\nafter');
  await runCommand(first, 'echo later > notes/live.md; mv notes/old.md notes/moved.md; rm notes/new.md');
  await untilPrints(second, 'cat notes/live.md; ls notes | cat', 'later\nlive.md\nmoved.md');
});

test('two devices edit one file offline, in different lines: both edits are in it afterwards', async ({ browser }) => {
  const person = await registeredPerson();
  const first = await device(browser, person);
  await runCommand(first, `printf 'one\\ntwo\\nthree\\nfour\\nfive\\n' > list`);
  await untilSynced(first);
  const second = await device(browser, person);
  await untilPrints(second, 'wc -l < list', '5');
  await first.context().setOffline(true);
  await second.context().setOffline(true);
  await runCommand(first, `printf 'ONE\\ntwo\\nthree\\nfour\\nfive\\n' > list`);
  await runCommand(second, `printf 'one\\ntwo\\nthree\\nfour\\nFIVE\\n' > list`);
  await expect(statusLine(first)).toContainText('offline');
  await expect(statusLine(second)).toContainText('offline');
  await first.context().setOffline(false);
  await untilSynced(first);
  await second.context().setOffline(false);
  for (const page of [first, second]) await untilPrints(page, 'cat list; ls | cat', 'ONE\ntwo\nthree\nfour\nFIVE\nlist');
});

test('two devices edit the same line offline: one keeps the name, the other becomes a conflict copy, on both', async ({ browser }) => {
  const person = await registeredPerson();
  const first = await device(browser, person);
  await runCommand(first, 'echo base > plan.md');
  await untilSynced(first);
  const second = await device(browser, person);
  await untilPrints(second, 'cat plan.md', 'base');
  await first.context().setOffline(true);
  await second.context().setOffline(true);
  await runCommand(first, 'echo from the first > plan.md');
  await runCommand(second, 'echo from the second > plan.md');
  await first.context().setOffline(false);
  await untilSynced(first);
  await second.context().setOffline(false);
  for (const page of [first, second]) {
    await untilPrints(page, 'cat plan*.md | sort; ls | wc -l', 'from the first\nfrom the second\n2');
    expect(await runCommand(page, 'cat plan.md')).toBe('from the first');
    expect(await runCommand(page, 'ls | cat')).toMatch(/plan \(conflict .+ [0-9a-z]{8}\)\.md/);
  }
});

test('a second person on the same browser never sees a byte of the first', async ({ browser }) => {
  const [one, two] = [await registeredPerson(), await registeredPerson()];
  const page = await device(browser, one);
  await runCommand(page, 'echo mine > private.md');
  await untilSynced(page);
  await page.keyboard.insertText('logout');
  await page.keyboard.press('Enter');
  await expect(statusLine(page)).toContainText('signed out');
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain('mine');
  await logIn(page, two);
  await untilSynced(page);
  expect(await runCommand(page, 'ls -A')).toBe('');
});
