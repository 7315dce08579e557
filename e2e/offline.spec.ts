import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { startStack } from '../lib/host/testing/running-stack.ts';
import { stackPorts } from './stack.ts';
import { openTerminal, runCommand, statusLine, typeLine, untilReady, untilScreen } from './terminal.ts';
import { test } from './test.ts';

// A second stack beside the shared one: this test switches it off.
const ports = { app: stackPorts.app + 1, cloud: stackPorts.cloud + 10 };

test('with the server switched off the page opens and works, and syncs when the server is back', async ({ browser }) => {
  test.setTimeout(120_000);
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-offline-'));
  let stack = await startStack({ ...ports, dataDir });
  try {
    const person = await registeredPerson(stack.origin, stack.cloud);
    const context = await browser.newContext({ baseURL: stack.origin });
    const page = await context.newPage();
    await openTerminal(page);
    await logIn(page, person);
    await runCommand(page, 'echo online > kept.md');
    await untilSynced(page);
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    // The worker says a build is complete by naming its cache; until then there is no promise.
    await expect.poll(() => page.evaluate(async () => (await caches.keys()).length), { timeout: 30_000 }).toBeGreaterThan(0);
    await expect.poll(() => page.evaluate(async () => (await caches.match('/')) !== undefined), { timeout: 30_000 }).toBe(true);

    await stack.stop();
    await page.goto('about:blank');
    await page.goto('/');
    await untilReady(page);
    expect(await runCommand(page, 'cat kept.md; echo offline > written-offline.md; ls | cat')).toBe('online\nkept.md\nwritten-offline.md');
    await expect(statusLine(page)).toContainText('offline');
    // What is loaded on first use is there as well.
    await typeLine(page, 'edit kept.md');
    await expect(page.locator('.cm-content')).toBeFocused();
    await page.keyboard.press('Control+q');
    await untilScreen(page, /me@selkie/);

    stack = await startStack({ ...ports, dataDir });
    await untilSynced(page);
    const other = await (await browser.newContext({ baseURL: stack.origin })).newPage();
    await openTerminal(other);
    await logIn(other, person);
    await expect.poll(() => runCommand(other, 'cat written-offline.md')).toBe('offline');
  } finally {
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
