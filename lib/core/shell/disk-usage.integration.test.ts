import { expect, test } from 'vitest';
import { createMemoryStore, withReserve } from '../fs/key-value-store.ts';
import { createMountFiles } from '../fs/mount-files.ts';
import { openStoredFiles } from '../fs/stored-files.ts';
import * as limits from '../limits.ts';
import { runInMemory } from './testing/run-in-memory.ts';

function openTree(capacityUnits = limits.localStorageUnits) {
  const plain = createMemoryStore({ capacityUnits });
  const store = { ...plain, isMemory: undefined };
  let serial = 0;
  const home = openStoredFiles({
    store: withReserve(store, 'selkie1:reserve', limits.storageReserveUnits), prefix: 'selkie1:p:f:', tab: 't', keepsRemovals: true,
    device: 'here', now: () => 0, newId: () => `i${String(++serial).padStart(3, '0')}`,
  });
  return { files: createMountFiles({ now: () => 0, home }), store };
}

test('df tells the room of localStorage and of memory, and how many files there may be', async () => {
  const { files, store } = openTree();
  store.set('key of another page', 'x'.repeat(1_000_000));
  const { text } = await runInMemory('echo hello > f; mkdir d; ln -s f l; printf %2048s x > /tmp/t; df; df -h; df -i; df -h l /tmp/t', { files });
  expect(text).toBe(`Filesystem     1K-blocks Used Available Use% Mounted on
localStorage       10112 1954      8158  20% /home/me
memory            131072    2    131070   1% /
Filesystem     Size Used Avail Use% Mounted on
localStorage   9.9M 2.0M  8.0M  20% /home/me
memory         128M 2.0K  128M   1% /
Filesystem     Inodes IUsed IFree IUse% Mounted on
localStorage    10000     3  9997    1% /home/me
memory              0     1     0     - /
Filesystem     Size Used Avail Use% Mounted on
localStorage   9.9M 2.0M  8.0M  20% /home/me
memory         128M 2.0K  128M   1% /
`);
});

test('du counts what files take in the store, links for themselves; --apparent-size counts the content', async () => {
  const { files, store } = openTree();
  const { text } = await runInMemory(
    'mkdir -p d/e; printf %30000s x > d/big; printf %10s x > d/e/small; ln -s big d/l; du -ak d; du -sh d; du -b d/big d/l; du -sb d; du -a --apparent-size d/e', { files });
  const taken = (path: string): number => 2 * store.keys('selkie1:p:f:')
    .filter((key) => new RegExp(`"${path}["/]`).test(store.get(key)!.split('\n')[0]!))
    .reduce((sum, key) => sum + key.length + store.get(key)!.length, 0);
  const blocks = (path: string): number => Math.ceil(taken(path) / 1024);
  const at = '/home/me/d';
  expect(taken(`${at}/big`)).toBeGreaterThan(32_000);
  expect(text).toBe([
    `${blocks(`${at}/big`)}\td/big`, `${blocks(`${at}/e/small`)}\td/e/small`, `${blocks(`${at}/e`)}\td/e`, `${blocks(`${at}/l`)}\td/l`, `${blocks(at)}\td`,
    `${Math.ceil(taken(at) / 1024)}K\td`, '30000\td/big', '3\td/l', '30013\td', '1\td/e/small', '1\td/e', '',
  ].join('\n'));
});

test('du --time tells the last change of a file, and of a directory that of the last below it', async () => {
  const { files } = openTree();
  const script = "mkdir -p d/e; echo a > d/a; echo b > d/e/b; touch -d '2020-01-02 03:04' d/e/b; touch -d '2021-05-06 07:08' d/a; du -a --time d | cut -f2-; du -S --time d | cut -f2-; du -sc --time=ctime --time-style=+%Y d | cut -f2-";
  const [inner, outer, before] = ['2020-01-02 03:04', '2021-05-06 07:08', '1970-01-01 00:00'];
  expect((await runInMemory(script, { files, env: { TZ: 'UTC' } })).text).toBe([
    `${outer}\td/a`, `${inner}\td/e/b`, `${inner}\td/e`, `${outer}\td`, `${inner}\td/e`, `${outer}\td`, '2021\td', '2021\ttotal', '',
  ].join('\n'));
  expect((await runInMemory('mkdir empty; du --time empty | cut -f2', { files, env: { TZ: 'UTC' } })).text).toBe(`${before}\n`);
});

test('a write that has no room says in a sentence what to do, and what frees room works', async () => {
  const { files } = openTree(90_000);
  const script = 'seq 1 6000 > a; seq 1 6000 > b; seq 1 6000 > c; echo $?; cp a d; echo $?; ls; tail -1 a; rm a; echo new > n; cat n; df | tail -n +2 | head -1 | tr -s " " | cut -d" " -f5';
  const { text, errors } = await runInMemory(script, { files });
  const words = 'No space left on device: no room left in this browser; remove files (du -a shows what they take), or keep them in /tmp, which ends with the page';
  expect(errors).toBe(`b: ${words}\nc: ${words}\ncp: cannot create regular file 'd': ${words}\n`);
  expect(text).toBe('1\n1\na\nb\nc\n6000\nnew\n2%\n');
});

test('bits are kept by cp -p, and a umask acts on what is made from then on, in subshells apart', async () => {
  const { files } = openTree();
  const script = "echo x > a; chmod 751 a; cp -p a b; umask 077; cp a c; cp -p a d; (umask 002; echo > e); (umask 0266; echo kept > h; cat h); echo > f; mkdir g; umask; stat -c '%a %n' *";
  expect((await runInMemory(script, { files })).text).toBe('kept\n0077\n751 a\n751 b\n700 c\n751 d\n664 e\n600 f\n700 g\n400 h\n');
});

test('df calls home memory where this browser keeps nothing for the page', async () => {
  const home = openStoredFiles({
    store: withReserve(createMemoryStore(), 'reserve', 10), prefix: 'f:', tab: 't', keepsRemovals: true, device: 'here', now: () => 0, newId: () => 'i',
  });
  const { text } = await runInMemory('df -T . | tail -n +2 | tr -s " " | cut -d" " -f1,2,7', { files: createMountFiles({ now: () => 0, home }) });
  expect(text).toBe('memory tmpfs /home/me\n');
});
