import { expect, type Page } from '@playwright/test';
import { openTerminal, runCommand, screenOf, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** What the policy refused since the page was opened. */
async function watchPolicy(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(window, { refusedByPolicy: refused });
    document.addEventListener('securitypolicyviolation', (event) => refused.push(`${event.effectiveDirective} ${event.blockedURI}`));
  });
  return () => page.evaluate(() => (window as unknown as { refusedByPolicy: string[] }).refusedByPolicy);
}

const SUN = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><script>document.title = "ran"</script><circle r="9"/></svg>';
const PDF = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R>>\n';

test('a picture, an SVG with a script in it and a PDF are shown over the terminal, and the policy has nothing to refuse', async ({ page }) => {
  const refused = await watchPolicy(page);
  await openTerminal(page);
  await runCommand(page, `printf '%s' '${SUN}' > sun.svg; printf '%s' '${PDF.replaceAll('\n', ' ')}' > paper.pdf; echo iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg== | base64 -d > dot.png`);
  const view = page.getByRole('toolbar', { name: 'Viewer' });
  for (const [name, size] of [['sun.svg', '60 × 40'], ['dot.png', '1 × 1']] as const) {
    await typeLine(page, `open ${name}`);
    await expect(view).toContainText(size);
    await expect(page.getByRole('img', { name: `Picture ${name}` })).toBeVisible();
    await page.keyboard.press('Escape');
    await untilReady(page);
  }
  expect(await page.title()).not.toBe('ran');
  await typeLine(page, 'open paper.pdf');
  await expect(page.locator('iframe[title="paper.pdf"]')).toBeVisible();
  await view.getByRole('button', { name: 'Close Esc' }).click();
  await untilReady(page);
  expect(await refused()).toEqual([]);
  expect(await runCommand(page, 'echo keys are back')).toBe('keys are back');
});

test('an endless pipe is paged, searched and left, and Ctrl-C leaves whatever a view does', async ({ page }) => {
  await openTerminal(page);
  await typeLine(page, 'seq 1 1000000 | less');
  await untilScreen(page, 'q leave');
  expect((await screenOf(page)).split('\n').slice(0, 3)).toEqual(['1', '2', '3']);
  await page.keyboard.type('/^54321$');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await screenOf(page)).split('\n')[0]).toBe('54321');
  await page.keyboard.press('q');
  await untilReady(page);
  await typeLine(page, 'yes | less');
  await untilScreen(page, 'q leave');
  await page.keyboard.type('/never');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+c');
  await untilReady(page);
  expect(await runCommand(page, 'echo there')).toBe('there');
});

test('the file manager copies, opens and takes back, with the keyboard alone', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'mkdir -p into; printf "# Words\\n" > a.md');
  await typeLine(page, 'fm');
  await untilScreen(page, 'q leave');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await untilScreen(page, '━━━━━');
  await page.keyboard.press('q');
  await untilScreen(page, 'a.md');
  await page.keyboard.press('c');
  await page.keyboard.press('Control+u');
  await page.keyboard.type('into');
  await page.keyboard.press('Enter');
  await untilScreen(page, '1 file copied to');
  await page.keyboard.press('u');
  await untilScreen(page, 'Taken back.');
  await page.keyboard.press('q');
  await untilReady(page);
  expect(await runCommand(page, 'ls into; cat a.md')).toBe('# Words');
});

test('the editor has vim\'s keys when one asks for them, and colours for what it knows', async ({ page }) => {
  const refused = await watchPolicy(page);
  await openTerminal(page);
  await runCommand(page, 'printf "one\\ntwo\\nthree\\n" > list.sh');
  await typeLine(page, 'vi list.sh');
  await expect(page.locator('.cm-vim-panel')).toContainText('NORMAL');
  await page.keyboard.type('jddOfor i in 1; do');
  await page.keyboard.press('Escape');
  await expect(page.locator('.cm-line', { hasText: 'for i in' }).locator('span').first()).toHaveText('for');
  await page.keyboard.type(':wq');
  await page.keyboard.press('Enter');
  await untilReady(page);
  expect(await runCommand(page, 'cat list.sh')).toBe('one\nfor i in 1; do\nthree');
  expect(await refused()).toEqual([]);
});
