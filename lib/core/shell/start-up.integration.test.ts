import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { HOME } from '../fs/places.ts';
import type { TerminalIo } from './command.ts';
import { createTestShell } from './testing/run-in-memory.ts';
import type { ShellIo } from './shell.ts';

const terminal: TerminalIo = { columns: () => 80, rows: () => 24, ask: async () => '', edit: async () => {}, clear: () => {} };

/** @param interrupt fired as soon as something is on the screen. */
async function start(bashrc: string | undefined, interrupt = new AbortController()) {
  const files = createMemoryFiles({ now: Date.now });
  if (bashrc !== undefined) files.write(`${HOME}/.bashrc`, new TextEncoder().encode(bashrc));
  const shell = createTestShell({ files, env: { HOSTNAME: 'selkie', TZ: 'UTC' } });
  let screen = '';
  const show = { async write(bytes: Uint8Array) {
    screen += new TextDecoder().decode(bytes);
    if (screen === 'begun\n') setImmediate(() => interrupt.abort());
  } };
  const io = (stop = interrupt.signal): ShellIo => ({ stdin: (async function* () {})(), stdout: show, stderr: show, signal: stop, terminal });
  await shell.start(io());
  const run = async (line: string): Promise<string> => {
    screen = '';
    await shell.run(line, io(new AbortController().signal));
    return screen;
  };
  return { shell, run, io, screen: () => screen };
}

test('~/.bashrc sets aliases, functions, variables and options for the lines after it', async () => {
  const { run, screen } = await start('alias ll="echo long"\ngreet() { echo "hello $1"; }\nexport EDITOR=edit\nshopt -s nullglob\ncd /tmp\n[[ $- == *i* ]] && echo interactive\n');
  expect(screen()).toBe('interactive\n');
  expect(await run('ll x; greet me; echo $EDITOR no*; pwd')).toBe('long x\nhello me\nedit\n/tmp\n');
});

test('without one nothing is said', async () => {
  const { shell, screen } = await start(undefined);
  expect([screen(), shell.hasPrompt, shell.lastStatus]).toEqual(['', false, 0]);
});

test('a mistake in it names its line, and the rest runs', async () => {
  const { run, screen } = await start('x=1\nnosuchcommand\ny=2\n');
  expect(screen()).toMatch(/^~?[/\w]*\.bashrc: line 2: nosuchcommand: command not found/);
  expect(await run('echo $x$y')).toBe('12\n');
  expect((await start('echo one\nif true; then\n')).screen()).toMatch(/\.bashrc: syntax error in line \d+, column \d+: /);
});

test('one that never ends is ended by Ctrl-C, and one that exits leaves a shell', async () => {
  const endless = await start('x=1\necho begun\nwhile :; do :; done\n');
  expect(endless.screen()).toBe('begun\n~/.bashrc: stopped; the rest of it did not run\n');
  expect(await endless.run('echo $x')).toBe('1\n');
  const exiting = await start('y=2\nexit 5\n');
  expect([exiting.screen(), exiting.shell.exited]).toEqual(['~/.bashrc: it called `exit`; the rest of it did not run\n', false]);
  expect(await exiting.run('echo $y $?')).toBe('2 0\n');
});

test('PS1 is shown with directory, host, status and what it runs', async () => {
  const { shell, run, io } = await start("PS1='\\u@\\h:\\w [\\W] $(echo sub) $((1+1)) \\$ '\n");
  expect(shell.hasPrompt).toBe(true);
  expect(await shell.prompt(io())).toBe('me@selkie:~ [~] sub 2 $ ');
  await run('mkdir -p a/b; cd a/b; false');
  expect(await shell.prompt(io())).toBe('me@selkie:~/a/b [b] sub 2 $ ');
  await run("PS1='$? \\[\\e[31m\\]\\A\\[\\e[0m\\] \\e]0;title\\a\\x' ; false");
  expect(await shell.prompt(io())).toMatch(/^1 \x1b\[31m\d\d:\d\d\x1b\[0m \\x$/);
  expect(shell.lastStatus).toBe(1);
  await run('unset PS1');
  expect([shell.hasPrompt, await shell.prompt(io())]).toEqual([false, undefined]);
});

test('names are not expanded once more in a prompt', async () => {
  const { shell, run, io } = await start("PS1='\\W> '\n");
  await run("mkdir '$(echo no)'; cd '$(echo no)'");
  expect(await shell.prompt(io())).toBe('$(echo no)> ');
});

test('PROMPT_COMMAND runs before each prompt and sees $?', async () => {
  const { shell, run, io } = await start('PROMPT_COMMAND=\'PS1="[$?] "\'\n');
  await run('(exit 7)');
  expect(await shell.prompt(io())).toBe('[7] ');
  expect(shell.lastStatus).toBe(7);
});

test('a prompt that never ends gives way to the common one', async () => {
  const { shell, io } = await start("PS1='$(while :; do :; done)'\n");
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1);
  expect(await shell.prompt(io(controller.signal))).toBeUndefined();
});
