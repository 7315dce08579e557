import { expect, type BrowserContext, type CDPSession, type Page, type Route } from '@playwright/test';
import { seededRandom } from '../lib/core/sync/seeded-random.ts';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand, typeLine } from './terminal.ts';
import { test } from './test.ts';

/**
 * The tab dies in the middle of what it does: its process is killed at a chosen write to localStorage (before or after
 * it), or at a chosen exchange (before the server hears of it, or after, with the answer lost).
 */
interface Death {
  at: 'write' | 'exchange';
  /** How many of them go well. */
  after: number;
  isDone: boolean;
}

/** Each of the writes that a change and its push begin with, and the exchange itself. */
const DEATHS: readonly Death[] = [false, true].flatMap((isDone) => [
  ...[0, 1, 2, 3, 4].map((after): Death => ({ at: 'write', after, isDone })), { at: 'exchange', after: 0, isDone },
]);
const SEED = 20261121;
const FILES = ['a.md', 'b.md', 'c.md'];
const EVERYTHING = 'ls | while read -r name; do echo "== $name"; cat "$name"; done';

/** In the page: at the fatal write it asks for `/die` and waits, so that nothing of the script runs any more. */
function dieAtWrite({ after, isDone }: Omit<Death, 'at'>): void {
  let left = after;
  for (const name of ['setItem', 'removeItem'] as const) {
    const plain = Storage.prototype[name] as (...values: string[]) => void;
    Storage.prototype[name] = function (this: Storage, ...values: string[]) {
      // Files and what sync notes; not the history of commands.
      const isFatal = this === localStorage && /^selkie1:[^:]+:(f:|s:|m:|b$|l$)/.test(values[0] ?? '') && left-- === 0;
      if (isFatal && !isDone) die();
      plain.apply(this, values);
      if (isFatal && isDone) die();
    };
  }
  function die(): void {
    const request = new XMLHttpRequest();
    request.open('GET', '/die', false);
    request.send();
  }
}

async function kill(page: Page, debug: CDPSession): Promise<void> {
  const crashed = page.waitForEvent('crash');
  void debug.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** Does `act` and kills the page at `death`, or when all is over and that point was not reached. */
async function dieDuring(page: Page, death: Death, act: () => Promise<void>): Promise<void> {
  // While the page still answers.
  const debug = await page.context().newCDPSession(page);
  let deadly: (route: Route | undefined) => void = () => undefined;
  const reached = new Promise<Route | undefined>((resolve) => { deadly = resolve; });
  let left = death.after;
  await page.route('**/*', async (route) => {
    const request = route.request();
    if (new URL(request.url()).pathname === '/die') return deadly(route);
    const isFatal = death.at === 'exchange' && request.method() === 'POST' && request.headers()['next-action'] !== undefined && left-- === 0;
    if (!isFatal) return route.fallback();
    // Fetched, and never handed to the page.
    if (death.isDone) await route.fetch();
    deadly(route);
  });
  if (death.at === 'write') await page.evaluate(dieAtWrite, death);
  await Promise.race([reached, act().catch(() => undefined)]);
  await kill(page, debug);
}

async function reopened(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await openTerminal(page);
  return page;
}

test(`a tab that is killed in an edit, a save, a push or a pull loses nothing: ${DEATHS.length} deaths, seed ${SEED}`, async ({ browser }) => {
  test.setTimeout(240_000);
  const random = seededRandom(SEED);
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)]!;
  const person = await registeredPerson();
  const [context, otherContext] = [await browser.newContext(), await browser.newContext()];
  const other = await otherContext.newPage();
  await openTerminal(other);
  await logIn(other, person);
  let page = await reopened(context);
  await logIn(page, person);
  await untilSynced(page);

  /** What each file holds; the newest is last. */
  const model = new Map<string, string>();
  const truth = () => [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, content]) => `== ${name}\n${content}`).join('\n');
  const contents = (where: Page, name: string) => runCommand(where, `cat ${name} 2> /dev/null`);
  for (const [index, death] of DEATHS.entries()) {
    const round = index + 1;
    const name = pick(FILES);
    const doing = pick(['save', 'save', 'edit', 'apply'] as const);
    const known = model.get(name);
    const said = [...(known === undefined ? [] : [known]), ...(doing === 'apply' ? [] : [`said in round ${round}`])];
    const [before, after] = [said.join('\n'), [...said, `line of round ${round}`].join('\n')];
    const what = `round ${round}: ${doing} of ${name}, ${JSON.stringify(death)}`;
    await test.step(what, async () => {
      if (doing === 'apply') {
        await dieDuring(page, death, async () => {
          await runCommand(other, `printf '%s\\n' '${after.replaceAll('\n', "' '")}' > ${name}; sync`);
          await expect.poll(() => contents(page, name)).toBe(after);
        });
        // The other device has said that it is in the account, whatever became of this one.
        await expect.poll(() => contents(other, name)).toBe(after);
        model.set(name, after);
      } else {
        // Said to be there, and most likely not pushed yet when the tab dies.
        await runCommand(page, `echo 'said in round ${round}' >> ${name}`);
        let isSaid = false;
        await dieDuring(page, death, async () => {
          if (doing === 'save') await runCommand(page, `echo 'line of round ${round}' >> ${name}`);
          else {
            await typeLine(page, `edit ${name}`);
            await expect(page.locator('.cm-content')).toBeFocused();
            await page.keyboard.press('Control+End');
            await page.keyboard.insertText(`line of round ${round}\n`);
            await page.keyboard.press('Control+s');
            await expect(page.getByRole('toolbar', { name: 'Editor' }).locator('.state')).toHaveText('saved');
          }
          isSaid = true;
          await untilSynced(page);
        });
        page = await reopened(context);
        const found = await contents(page, name);
        // Whole, old or new; and new when that was said.
        expect(isSaid ? [after] : [before, after], what).toContain(found);
        model.set(name, found);
      }
      if (page.isClosed()) page = await reopened(context);
      expect(await runCommand(page, 'sync'), what).toBe('Everything is in your account.');
      expect(await runCommand(page, EVERYTHING), what).toBe(truth());
    });
  }
  // One truth on both devices, and no copy of anything.
  expect(await runCommand(other, 'sync')).toBe('Everything is in your account.');
  for (const device of [page, other]) expect(await runCommand(device, EVERYTHING)).toBe(truth());
});
