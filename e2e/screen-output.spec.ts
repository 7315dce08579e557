import { expect, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** What is added to the region that screen readers follow. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.defineProperty(window, 'heard', { value: heard, configurable: true });
    new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => heard.push(node.textContent ?? '')))).observe(
      document.querySelector('[role="log"]')!, { childList: true },
    );
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

test('cat of a hostile file changes neither title, clipboard, address nor the next line, and opens nothing', async ({ browser }) => {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await openTerminal(page);
  await page.evaluate(() => navigator.clipboard.writeText('mine'));
  const before = { title: await page.title(), address: page.url() };
  const attack = [
    String.raw`\e]0;owned\a`, String.raw`\e]52;c;cm0gLXJmIH4=\a`, String.raw`\e]8;;javascript:alert(1)\aclick me\e]8;;\a`, String.raw`\e[c\e[>c\e[6n\e[21t\eP$qm\e\\`,
    String.raw`\e]10;?\a\e]11;?\a`, String.raw`\e[?1049h\e[?25l\e[?1003h\e[?1004h\e(0\e[4h\e[20l\e[2;3r\e[?6h\e[8m`, String.raw`\e[2147483647bx\e[2147483647S\e[2147483647L`,
    String.raw`\ePq#0;2;0;0;0~~\e\\`, String.raw`\e]0;without end`,
  ].join('');
  await runCommand(page, `printf '${attack}' > hostile`);
  await typeLine(page, 'cat hostile');
  await untilReady(page);
  await typeLine(page, 'echo still ─ mine');
  await untilScreen(page, /\nstill ─ mine\nme@selkie:~\$$/);
  expect({ title: await page.title(), address: page.url() }).toEqual(before);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('mine');
  expect(context.pages()).toHaveLength(1);
  await page.mouse.move(200, 200);
  await page.mouse.down();
  await page.mouse.up();
  // No answer to a question and no move of the mouse has come into the line.
  expect((await screenOf(page)).split('\n').at(-1)).toBe('me@selkie:~$');
  expect(await runCommand(page, 'echo one; echo two')).toBe('one\ntwo');
});

test('a screen reader hears each output once, and neither the line that is typed nor its drawing', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'true');
  // That is read too, a moment later.
  await expect(page.getByRole('log')).toContainText('done-');
  await page.keyboard.press('Escape');
  const heard = await listen(page);
  await page.keyboard.type('echo heard once');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect.poll(heard).toEqual(['heard once']);
  await typeLine(page, String.raw`printf '\e[31mred\e[0m\n'; cat nothing`);
  await expect.poll(heard).toEqual(['heard once', 'red\ncat: nothing: No such file or directory']);
  await typeLine(page, 'seq 1 2000');
  await expect.poll(async () => (await heard()).at(-1)).toMatch(/^Much output; its end: .*\n2000$/s);
  await typeLine(page, 'login');
  await expect.poll(async () => (await heard()).at(-1)).toContain('E-mail address:');
  await page.keyboard.press('Control+c');
});

test('with the setting for screen readers the rows can be walked through, nothing is said twice, and axe finds nothing', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'settings screen-reader on; echo row');
  await expect(page.locator('.xterm-accessibility-tree')).toHaveCount(1);
  expect(await page.locator('.live-region').evaluateAll((regions) => regions.map((region) => region.getAttribute('aria-live')))).toEqual(['off']);
  expect(await axeOn(page)).toEqual([]);
  await runCommand(page, 'settings screen-reader off');
  await expect(page.locator('.xterm-accessibility-tree')).toHaveCount(0);
});

test('after the first visit everything works without a network, also what was never used before', async ({ page, context }) => {
  test.setTimeout(120_000);
  await openTerminal(page);
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await expect.poll(() => page.evaluate(async () => (await caches.match('/')) !== undefined), { timeout: 60_000 }).toBe(true);
  await context.setOffline(true);
  expect(await runCommand(page, `printf 'b\\na\\n' | sort | nl -ba | tr a-z A-Z`)).toBe('     1  A\n     2  B');
  await page.reload();
  await untilReady(page);
  expect(await runCommand(page, 'theme nord; settings theme')).toBe('nord');
  await page.keyboard.press('F1');
  await expect(page.getByRole('dialog', { name: 'What to do' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+F');
  await expect(page.getByRole('search')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+Shift+T');
  await expect(page.locator('.xterm')).toHaveCount(2);
  await untilReady(page);
  expect(await runCommand(page, 'echo 3 | tee x | wc -l; find . -name x')).toBe('1\n./x');
  await context.setOffline(false);
});

test('the manifest names the app, its icons and pictures; update says when there is nothing', async ({ page, request }) => {
  const manifest = await (await request.get('/manifest.webmanifest')).json();
  expect(manifest).toMatchObject({ id: '/', start_url: '/', scope: '/', display: 'standalone', lang: 'en', dir: 'ltr' });
  for (const { src } of [...manifest.icons, ...manifest.screenshots]) expect((await request.get(src)).status(), src).toBe(200);
  expect(manifest.screenshots.map((picture: { form_factor: string }) => picture.form_factor).sort()).toEqual(['narrow', 'wide']);
  await openTerminal(page);
  expect(await runCommand(page, 'update')).toBe('This is the newest version that this browser has found.');
});

test('a new version is offered in a corner and by a sentence, never taken by itself, and update takes it', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'true');
  await page.evaluate(() => {
    (window as unknown as { isOld: boolean }).isOld = true;
    navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data: { type: 'selkie-build', build: 'another' } }));
  });
  await expect(page.getByText('A new version is ready.')).toBeVisible();
  await untilScreen(page, 'A new version of Selkie is ready; `update` loads it when you like.');
  const isOld = () => page.evaluate(() => (window as unknown as { isOld?: boolean }).isOld === true);
  // Not while a command runs elsewhere.
  await typeLine(page, 'sleep 1000');
  await expect(page.locator('[data-testid="terminal"][data-busy="true"]')).toBeVisible();
  await page.keyboard.press('Alt+Shift+T');
  await expect(page.locator('.xterm')).toHaveCount(2);
  await untilReady(page);
  await typeLine(page, 'update');
  await untilScreen(page, /A command still runs in another terminal \(sleep 1000\)/);
  expect(await isOld()).toBe(true);
  await typeLine(page, 'update --now');
  await expect.poll(() => isOld().catch(() => true)).toBe(false);
  await untilReady(page);
});
