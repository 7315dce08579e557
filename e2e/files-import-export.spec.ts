import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, typeLine, untilScreen } from './terminal.ts';
import { test } from './test.ts';

/** Modes, sizes, link targets and contents of everything below. */
const EVERYTHING = 'find . | sort | while read -r name; do stat -c "%A %s %n" "$name"; done; readlink notes/link; cat notes/*.md';

async function saved(page: Page, line: string, name: string | RegExp = /^selkie-\d{4}-\d\d-\d\d\.zip$/): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), typeLine(page, line)]);
  expect(download.suggestedFilename()).toMatch(name);
  return readFile(await download.path());
}

test('what was exported comes back byte for byte in another account: modes, links, empty folders and odd names', async ({ page, browser }) => {
  await openTerminal(page);
  await logIn(page, await registeredPerson());
  await runCommand(page, String.raw`mkdir -p notes 'empty folder'; printf 'a\n' > notes/a.md; printf 'b, no end' > 'notes/über b.md'; ln -s ../raw.bin notes/link; printf '\000\377\012' > raw.bin; chmod 600 raw.bin; printf 'echo hi' > run.sh; chmod 755 run.sh`);
  const before = await runCommand(page, EVERYTHING);
  expect(before).toContain('lrwxrwxrwx 10 ./notes/link');
  await untilSynced(page);
  const zip = await saved(page, 'sync export');
  // With its history it is larger, and comes back without it.
  const whole = await saved(page, 'sync export --history');
  expect(whole.length).toBeGreaterThan(zip.length);

  const other = await (await browser.newContext()).newPage();
  await openTerminal(other);
  await logIn(other, await registeredPerson());
  const [chooser] = await Promise.all([other.waitForEvent('filechooser'), typeLine(other, 'import')]);
  await chooser.setFiles({ name: 'home.zip', mimeType: 'application/zip', buffer: whole });
  await untilScreen(other, '5 files imported.');
  expect(await runCommand(other, EVERYTHING)).toBe(before);
  expect([...(await saved(other, 'download raw.bin', 'raw.bin'))]).toEqual([0, 255, 10]);
  await untilSynced(other);
  // The same again changes nothing.
  const [again] = await Promise.all([other.waitForEvent('filechooser'), typeLine(other, 'clear; import')]);
  await again.setFiles({ name: 'home.zip', mimeType: 'application/zip', buffer: zip });
  await untilScreen(other, '5 files here already.');
  expect(await runCommand(other, EVERYTHING)).toBe(before);
});

test('files that are dropped or chosen are never put in the place of others without asking, and `download` gives one back', async ({ page }) => {
  await openTerminal(page);
  await runCommand(page, 'echo mine > list.md');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), typeLine(page, 'import')]);
  await chooser.setFiles([{ name: 'list.md', mimeType: 'text/markdown', buffer: Buffer.from('theirs\n') }, { name: 'new.txt', mimeType: 'text/plain', buffer: Buffer.from('new\n') }]);
  await untilScreen(page, '[k]eep both, [o]verwrite, [s]kip?');
  await page.keyboard.press('Enter');
  await untilScreen(page, '2 files imported.');
  expect(await runCommand(page, 'cat list.md new.txt; cat list*conflict*')).toBe('mine\nnew\ntheirs');

  const terminal = page.getByTestId('terminal');
  const transfer = await page.evaluateHandle(() => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([new Uint8Array([0, 255, 10])], 'dropped.bin'));
    return dropped;
  });
  await runCommand(page, 'clear');
  await terminal.dispatchEvent('dragover', { dataTransfer: transfer });
  await expect(terminal).toHaveAttribute('data-drop', 'true');
  await terminal.dispatchEvent('drop', { dataTransfer: transfer });
  await untilScreen(page, '1 file imported.');
  await expect(terminal).not.toHaveAttribute('data-drop');
  expect([...(await saved(page, 'download dropped.bin', 'dropped.bin'))]).toEqual([0, 255, 10]);
});

const WHEN = new Date('2025-01-02T03:04:06Z');
/** More than the hundred that a browser tells at a time. */
const MANY = 120;
const LOOK = `stat -c '%Y %n' photos/deep/'u br.txt' photos/0.txt; ls photos | wc -l; cat photos/deep/'u br.txt' photos/${MANY - 1}.txt; ls photos/deep`;
const SEEN = `${WHEN.getTime() / 1000} photos/deep/u br.txt\n${WHEN.getTime() / 1000} photos/0.txt\n${MANY + 1}\ndeep\n${MANY - 1}\nu br.txt`;

/** A folder on the disk: many files, one deep down, an old date. */
async function folderOnDisk(directory: string): Promise<string> {
  const photos = join(directory, 'photos');
  await mkdir(join(photos, 'deep'), { recursive: true });
  const files = [['deep/u br.txt', 'deep\n'], ...Array.from({ length: MANY }, (_, index) => [`${index}.txt`, `${index}\n`])] as [string, string][];
  for (const [name, content] of files) {
    await writeFile(join(photos, name), content);
    await utimes(join(photos, name), WHEN, WHEN);
  }
  return photos;
}

test('a whole folder can be chosen: everything below it comes, with its names and times', async ({ page }, info) => {
  await openTerminal(page);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), typeLine(page, 'import --folder')]);
  await chooser.setFiles(await folderOnDisk(info.outputPath('disk')));
  await untilScreen(page, `${MANY + 1} files imported.`);
  expect(await runCommand(page, LOOK)).toBe(SEEN);
});

test('a folder can be dropped as it is, empty folders too, and the same drop again changes nothing', async ({ page }, info) => {
  await openTerminal(page);
  const photos = await folderOnDisk(info.outputPath('disk'));
  await mkdir(join(photos, 'empty'));
  const browser = await page.context().newCDPSession(page);
  const drop = async (): Promise<void> => {
    const data = { items: [], files: [photos], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await browser.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
  };
  await drop();
  await untilScreen(page, `${MANY + 1} files imported.`);
  expect(await runCommand(page, 'rmdir photos/empty; echo $?')).toBe('0');
  expect(await runCommand(page, LOOK)).toBe(SEEN);
  await runCommand(page, 'clear');
  await drop();
  await untilScreen(page, `${MANY + 1} files here already.`);
});
