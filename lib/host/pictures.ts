import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerPerson } from './bench/account.ts';
import { enter, launchBrowser, untilReady, untilStatus } from './bench/browser-page.ts';
import { projectRoot } from './paths.ts';
import { main } from './stop.ts';
import { cleanEnvironment, startStack } from './testing/running-stack.ts';

/** `npm run pictures`: the README's screenshots, taken from the built product by a person's own steps. */
await main(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'selkie-pictures-'));
  const directory = join(projectRoot, 'public', 'screenshots');
  mkdirSync(directory, { recursive: true });
  const stack = await startStack({ app: 4420, cloud: 4480, dataDir, env: cleanEnvironment() });
  const browser = await launchBrowser();
  try {
    const person = await registerPerson(stack);
    for (const [name, viewport] of [['desktop', { width: 1100, height: 640 }], ['phone', { width: 375, height: 700 }]] as const) {
      const page = await (await browser.newContext({ viewport, deviceScaleFactor: 2 })).newPage();
      await page.goto(stack.origin);
      await untilReady(page);
      await enter(page, `login ${person.email}`, 'assword');
      await enter(page, person.password, `signed in as ${person.email}`);
      await untilStatus(page, 'synced');
      if (name === 'desktop') {
        await enter(page, `mkdir -p notes; printf '%s\\n' milk bread '42 herrings' > notes/shopping.md; echo saved`, '\nsaved');
        await enter(page, 'clear', 'me@selkie');
        await enter(page, 'ls -la notes', 'shopping.md');
      }
      await enter(page, `seq 1 100000 | sort -rn | head -3 | tee notes/top.txt`, '99998');
      await enter(page, `grep -n herr notes/*.md | wc -l; echo fin''ished`, 'finished');
      await untilStatus(page, 'synced');
      await page.screenshot({ path: join(directory, `${name}.png`) });
      await page.context().close();
    }
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  process.stdout.write(`Written to ${directory}\n`);
});
