import { expect, type Page } from '@playwright/test';
import { axeOn } from './axe.ts';
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

test('axe finds nothing in the pager, the Markdown reader, the file manager and the editor, and a chosen completion is said once', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, "mkdir -p into; printf '# Words\\n\\n- [a link](b.md)\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n' > axe-one.md; seq 1 500 > axe-two.txt");
  for (const [line, shown, leave] of [['less axe-two.txt', 'q leave', 'q'], ['md axe-one.md', 'Words', 'q'], ['fm', 'axe-one.md', 'q']] as const) {
    await typeLine(page, line);
    await untilScreen(page, shown);
    expect(await axeOn(page), line).toEqual([]);
    await page.keyboard.press(leave);
    await untilReady(page);
  }
  await typeLine(page, 'edit axe-one.md');
  await expect(page.locator('.cm-content')).toBeVisible();
  expect(await axeOn(page), 'edit').toEqual([]);
  await page.keyboard.press('Control+q');
  await untilReady(page);

  await page.keyboard.type('cat axe-');
  for (const said of ['2 candidates', 'axe-one.md, 1 of 2']) {
    if (said === '2 candidates') await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('log', { name: 'Output' })).toContainText(said);
  }
  const words = await page.getByRole('log', { name: 'Output' }).innerText();
  expect(words.split('axe-one.md, 1 of 2')).toHaveLength(2);
});
