import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerPerson } from './bench/account.ts';
import { enter, launchBrowser, untilIdle, untilReady, untilStatus } from './bench/browser-page.ts';
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
    const person = await registerPerson(stack, 'mara@example.com');
    for (const [name, viewport] of [['desktop', { width: 1000, height: 560 }], ['phone', { width: 375, height: 660 }]] as const) {
      const page = await (await browser.newContext({ viewport, deviceScaleFactor: 2, hasTouch: name === 'phone', isMobile: name === 'phone' })).newPage();
      const type = async (line: string) => {
        await page.keyboard.insertText(line);
        await page.keyboard.press('Enter');
        await untilIdle(page);
      };
      // As somebody who has seen the tour.
      await page.addInitScript("localStorage.setItem('selkie1:toured', 'yes')");
      await page.goto(stack.origin);
      await untilReady(page);
      await enter(page, `login ${person.email}`, 'assword');
      await page.keyboard.insertText(person.password);
      await page.keyboard.press('Enter');
      await untilStatus(page, 'synced');
      if (name === 'desktop') {
        await type(`mkdir -p notes && printf '%s\\n' milk bread '42 herrings' > notes/shopping.md`);
        await type('echo "call the harbour" > notes/today.md');
      }
      await type('clear');
      await type('ls -l notes');
      await type('grep -n herr notes/*.md');
      await type('seq 1 100000 | sort -rn | head -2');
      await type(`jo='{"harbour": {"boats": [4, 2]}}'; echo "$jo" | jq -c '.harbour.boats | add'`);
      await type('for i in 1 2 3; do echo "wave $i"; done | tee notes/waves.txt | wc -l');
      // The page says "synced" until it has looked at its newest change.
      await page.waitForTimeout(1_000);
      await untilStatus(page, 'synced');
      // A suggestion from the history, in grey.
      await page.keyboard.insertText('grep');
      await page.waitForTimeout(300);
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
