import { expect } from '@playwright/test';
import { openTerminal, runCommand, screenOf, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

test('a stranger gets a prompt, a welcome that says what to type, and a status that says signed out', async ({ page }) => {
  await openTerminal(page);
  const screen = await screenOf(page);
  expect(screen).toMatch(/help/);
  expect(screen).toMatch(/signup/);
  expect(screen.trimEnd().split('\n').at(-1)).toBe('me@selkie:~$');
  await expect(statusLine(page)).toContainText('signed out');
});

test('pipes, redirections, quotes, variables, globs and lists run as in bash', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'mkdir -p garden/shed && cd garden');
  expect(await runCommand(page, `printf 'pear\\napple\\npear\\n' > fruit.txt; sort -u < fruit.txt | wc -l`)).toBe('2');
  expect(await runCommand(page, `name='a b'; echo "$name" >> fruit.txt; tail -n 1 fruit.txt; grep -c pear *.txt`)).toBe('a b\n2');
  expect(await runCommand(page, 'cp fruit.txt shed/copy && mv shed/copy shed/moved && ls shed; rm -r shed && ls | cat; cat nothing || echo failed')).toBe(
    'moved\nfruit.txt\ncat: nothing: No such file or directory\nfailed',
  );
  expect(await runCommand(page, 'pwd')).toBe('/home/me/garden');
  expect(await runCommand(page, 'yes | head -3')).toBe('y\ny\ny');
});

test('after a reload the files, the directory and the history are still there', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'mkdir deep; cd deep; echo kept > note.md');
  await page.reload();
  await untilReady(page);
  expect(await runCommand(page, 'pwd; cat note.md')).toBe('/home/me/deep\nkept');
  await runCommand(page, 'true');
  // The two lines above are the newest of the history; the one before the reload comes after them.
  expect(await runCommand(page, 'history | grep -c "echo kept > note.md"')).toBe('2');
});

test('the arrow keys bring back the last line and Tab completes a name', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'echo once > a-long-file-name.txt');
  await typeLine(page, 'clear');
  await page.keyboard.type('cat a-l');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await untilScreen(page, /cat a-long-file-name\.txt\s*\nonce/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Home');
  await page.keyboard.type('echo twice; ');
  await page.keyboard.press('Enter');
  await untilScreen(page, /twice\nonce/);
});

test('Ctrl-C stops an endless loop on the main thread and gives the prompt back, Ctrl-L clears', async ({ page }) => {
  await openTerminal(page);
  await typeLine(page, 'while true; do :; done');
  await expect(page.locator('[data-testid="terminal"][data-busy="true"]')).toBeVisible();
  await page.keyboard.press('Control+c');
  await untilScreen(page, /\^C\n.*me@selkie:~\$$/);
  expect(await runCommand(page, 'echo well')).toBe('well');
  await typeLine(page, 'echo before');
  await untilScreen(page, 'before');
  await page.keyboard.press('Control+l');
  // What scrolled away stays in the scrollback; the rows in sight hold the prompt alone.
  await expect.poll(async () => (await page.locator('.xterm-rows').innerText()).trim()).toBe('me@selkie:~$');
});

test('a line of many kinds of mistakes each gets one sentence and the prompt comes back', async ({ page }) => {
  await openTerminal(page);
  expect(await runCommand(page, 'nosuchcommand')).toMatch(/nosuchcommand: command not found/);
  expect(await runCommand(page, 'cd /nowhere')).toMatch(/cd: \/nowhere: No such file or directory/);
  expect(await runCommand(page, 'ssh host')).toMatch(/ssh/);
  expect(await runCommand(page, 'echo still here')).toBe('still here');
});

test('edit opens the editor in the frame, Ctrl-S saves, Ctrl-Q leaves', async ({ page }) => {
  await openTerminal(page);
  await typeLine(page, 'edit poem.md');
  await expect(page.locator('.cm-content')).toBeFocused();
  await page.keyboard.type('seals sing');
  await page.keyboard.press('Control+s');
  await page.keyboard.press('Control+q');
  await expect(page.locator('.cm-content')).toHaveCount(0);
  expect(await runCommand(page, 'cat poem.md')).toBe('seals sing');
});
