import { expect } from '@playwright/test';
import { logIn, registeredPerson, untilSynced } from './person.ts';
import { openTerminal, runCommand } from './terminal.ts';
import { test } from './test.ts';

/** Times and sizes differ from run to run. */
const still = (text: string) => text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'TIME').replaceAll(/[\d,]+ bytes/g, 'N bytes');

test('every change is in the history, and any of it can be shown, brought back and taken back, links and renames included', async ({ page }) => {
  const person = await registeredPerson();
  await openTerminal(page);
  await logIn(page, person);
  await untilSynced(page);
  const run = async (line: string) => still(await runCommand(page, line));
  // Paused, so that each commit holds what one `sync` sends, however slow the machine is.
  await run('sync pause');
  await run(`mkdir docs; printf 'one\\ntwo\\n' > docs/plan.md; ln -s docs/plan.md link; chmod 700 docs/plan.md; sync`);
  await run(`printf 'one\\nTWO\\n' > docs/plan.md; sync`);
  expect(await run('mv docs/plan.md docs/done.md; rm link; sync status | head -n 3; sync diff; sync | cat')).toBe([
    'Sync is paused in this browser; `sync resume` goes on, `sync` exchanges once. 2 files wait to be pushed.',
    '  R docs/plan.md -> docs/done.md', '  D link',
    'R docs/plan.md -> docs/done.md', '--- account:link', '+++ /dev/null', '@@ -1 +0,0 @@', '-docs/plan.md', '\\ No newline at end of file',
    'Everything is in your account. Nothing is exchanged by itself until `sync resume`.',
  ].join('\n'));
  expect(await run('sync log; sync log docs/done.md | wc -l')).toBe([
    '    3  TIME  chrome-linux  R docs/plan.md -> docs/done.md, D link',
    '    2  TIME  chrome-linux  M docs/plan.md',
    '    1  TIME  chrome-linux  A docs, A docs/plan.md, A link', '3',
  ].join('\n'));
  expect(await run('sync show 2; sync show 1:docs/plan.md')).toBe([
    '2  TIME  chrome-linux  N bytes', '  M docs/plan.md', '--- 1:docs/plan.md', '+++ 2:docs/plan.md', '@@ -1,2 +1,2 @@', ' one', '-two', '+TWO', 'one', 'two',
  ].join('\n'));
  // A removed link, a file under its older name and content, and back again.
  expect(await run('sync restore link > /dev/null; readlink link; sync restore docs@1 > /dev/null; ls docs; cat link; ls -l docs | tail -n 1 | cut -c1-10')).toBe('docs/plan.md\nplan.md\none\ntwo\n-rwx------');
  expect(await run('sync undo > /dev/null; ls docs; cat docs/done.md; sync undo 4 > /dev/null; ls')).toBe('done.md\none\nTWO\ndocs');
  // What is not in the account yet is never replaced, and what cannot be is told in a sentence.
  expect(await run('sync restore nothing.md; sync show 99; sync restore --all @1 --dry-run')).toBe([
    'sync: There is no older version of nothing.md; `sync log nothing.md` tells what there is.', 'sync: There is no commit 99. The newest is 7; `sync log` lists them.',
    'Would make everything as at 1  TIME  chrome-linux', '  R docs/done.md -> docs/plan.md', '  A link',
  ].join('\n'));
});
