import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import type { Shell, ShellIo } from './shell.ts';
import type { TerminalIo } from './command.ts';
import { createTestShell } from './testing/run-in-memory.ts';
import { HOME } from '../fs/places.ts';

const terminal: TerminalIo = { columns: () => 80, rows: () => 24, ask: async () => '', edit: async () => {}, clear: () => {} };

/** A shell on a terminal, whose person presses keys when they see something. */
function onTerminal() {
  const files = createMemoryFiles({ now: Date.now });
  const shell: Shell = createTestShell({ files });
  let screen = '';
  const waiting: { text: string; press: () => void }[] = [];
  const show = { async write(bytes: Uint8Array) {
    screen += new TextDecoder().decode(bytes);
    for (const wait of [...waiting]) if (screen.includes(wait.text)) {
      waiting.splice(waiting.indexOf(wait), 1);
      wait.press();
    }
  } };
  const io = (typed: readonly string[] = []): ShellIo => {
    const controller = new AbortController();
    aborts = controller;
    return { stdin: (async function* () {
      for (const line of typed) yield new TextEncoder().encode(`${line}\n`);
      // As the terminal's: it ends for who reads from it once the line is over.
      await lineEnd;
    })(), stdout: show, stderr: show, signal: controller.signal, terminal };
  };
  let aborts = new AbortController();
  let endLine = (): void => {};
  let lineEnd = Promise.resolve();
  /** What the line shows; `keys` are pressed as soon as their text is on the screen. */
  const run = async (line: string, keys: Record<string, () => void> = {}, typed: readonly string[] = []): Promise<{ shown: string; status: number }> => {
    screen = '';
    lineEnd = new Promise((resolve) => (endLine = resolve));
    for (const [text, press] of Object.entries(keys)) waiting.push({ text, press });
    const status = await shell.run(line, io(typed));
    endLine();
    await new Promise((resolve) => setImmediate(resolve));
    return { shown: screen, status };
  };
  const controlZ = (): void => void setImmediate(() => shell.suspend());
  const controlC = (): void => void setImmediate(() => {
    if (!shell.interrupt()) aborts.abort();
  });
  return { files, shell, run, io, controlZ, controlC, screen: () => screen };
}

test('Ctrl-Z stops what runs in front and gives the prompt back; fg goes on with it', async () => {
  const { run, controlZ } = onTerminal();
  expect(await run('echo begun; while [ ! -e go ]; do :; done; echo ended', { begun: controlZ })).toEqual({
    shown: 'begun\n\n[1]+  Stopped                 echo begun; while [ ! -e go ]; do :; done; echo ended\n', status: 148,
  });
  expect(await run('echo $?; jobs')).toEqual({ shown: '148\n[1]+  Stopped                 echo begun; while [ ! -e go ]; do :; done; echo ended\n', status: 0 });
  expect(await run('touch go; fg')).toEqual({ shown: 'echo begun; while [ ! -e go ]; do :; done; echo ended\nended\n', status: 0 });
  expect(await run('jobs; fg')).toEqual({ shown: 'fg: %+: no such job\n', status: 1 });
});

test('what is stopped neither computes nor writes until it is continued', async () => {
  const { run, controlZ, files } = onTerminal();
  await run('echo begun; while :; do echo x >> log; done', { begun: controlZ });
  const before = files.stat(`${HOME}/log`)?.size;
  await run('for i in 1 2 3 4 5; do sleep 0.001; done');
  expect(files.stat(`${HOME}/log`)?.size).toBe(before);
  await run('kill %1');
});

test('a pipeline of tools stops and goes on whole, and its input is that of the line it is continued in', async () => {
  const { run, controlZ, shell } = onTerminal();
  const first = run('head -1 | tr a-z A-Z');
  controlZ();
  expect((await first).status).toBe(148);
  expect(await run('fg', {}, ['later'])).toEqual({ shown: 'head -1 | tr a-z A-Z\nLATER\n', status: 0 });
  expect(shell.lastStatus).toBe(0);
});

test('bg lets it go on behind the prompt, and its end is told before the next one', async () => {
  const { run, controlZ } = onTerminal();
  await run('echo begun; until [ -e go ]; do sleep 0.001; done', { begun: controlZ });
  expect((await run('bg')).shown).toBe('[1]+ echo begun; until [ -e go ]; do sleep 0.001; done &\n');
  expect((await run('touch go; wait %1; echo $?')).shown).toBe('[1]+  Done                    echo begun; until [ -e go ]; do sleep 0.001; done\n0\n');
});

test('kill ends what Ctrl-Z stopped, while it is stopped and after bg', async () => {
  const { run, controlZ } = onTerminal();
  await run('echo begun; sleep 1000', { begun: controlZ });
  expect((await run('bg; kill %1; wait %1; echo $?')).shown)
    .toBe('[1]+ echo begun; sleep 1000 &\n[1]+  Terminated              echo begun; sleep 1000\n143\n');
  await run('echo begun; sleep 1000', { begun: controlZ });
  expect((await run('kill %1; kill -CONT %1; wait; jobs')).shown).toBe('[1]+  Terminated              echo begun; sleep 1000\n');
});

test('wait tells how each job ended, at a prompt, and a script or a subshell tells nothing of its own', async () => {
  const { run } = onTerminal();
  expect((await run('sleep 0.01 & wait; sleep 5 & kill %1; wait %1; echo $?; sh -c "sleep 0.01 & wait"; (sleep 0.01 & wait); jobs')).shown.replace(/^\[\d+\] \d+$/gm, 'started'))
    .toBe('started\n[1]+  Done                    sleep 0.01\nstarted\n[1]+  Terminated              sleep 5\n143\n');
});

test('wait tells also of a job that ended while it waited for another', async () => {
  const { run } = onTerminal();
  expect((await run('sleep 0.05 & sleep 0.01 & wait; echo all')).shown.replace(/^\[\d+\] \d+$/gm, 'started'))
    .toBe('started\nstarted\n[1]-  Done                    sleep 0.05\n[2]+  Done                    sleep 0.01\nall\n');
});

test('Ctrl-C ends the job that fg brought to the front, and Ctrl-Z stops it again', async () => {
  const { run, controlZ, controlC } = onTerminal();
  await run('echo begun; sleep 1000', { begun: controlZ });
  expect(await run('fg; echo "left $?"', { 'begun; sleep 1000': controlZ })).toEqual({ shown: 'echo begun; sleep 1000\n\n[1]+  Stopped                 echo begun; sleep 1000\nleft 148\n', status: 0 });
  expect(await run('fg', { 'begun; sleep 1000': controlC })).toEqual({ shown: 'echo begun; sleep 1000\n', status: 130 });
  expect(await run('jobs')).toEqual({ shown: '', status: 0 });
});

test('a line that is stopped inside a function leaves the prompt its own variables', async () => {
  const { run, controlZ } = onTerminal();
  await run('x=outer; f() { local x=inner; echo begun; sleep 1000; }; f', { begun: controlZ });
  expect((await run('echo $x; x=new')).shown).toBe('outer\n');
  await run('kill %1');
});

test('kill -STOP and -CONT do the same; a job says how it ended', async () => {
  const { run } = onTerminal();
  expect((await run('sleep 1000 & kill -STOP $!; jobs; kill -CONT %1; jobs -r | wc -l; kill -TERM %1; wait %1; echo $?')).shown)
    .toMatch(/^\[1\] \d+\n\[1\]\+ {2}Stopped {17}sleep 1000\n1\n\[1\]\+ {2}Terminated {14}sleep 1000\n143\n$/);
  expect((await run('false & wait')).shown).toMatch(/^\[1\] \d+\n\[1\]\+ {2}Exit 1 {18}false\n$/);
  expect((await run('(exit 3) & while [ -n "$(jobs -r)" ]; do sleep 0.001; done')).shown).toMatch(/^\[1\] \d+\n\[1\]\+ {2}Exit 3 {18}\(exit 3\)\n$/);
});

test('a trap of INT takes Ctrl-C and the script goes on; pressed twice, it ends', async () => {
  const { run, controlC } = onTerminal();
  expect(await run('trap "echo caught" INT; echo begun; while [ -z "$done" ]; do sleep 0.001; [ -e stop ] && done=1; done; echo never', { begun: controlC, caught: controlC })).toEqual({ shown: 'begun\ncaught\n', status: 130 });
});

test('a script cleans up after Ctrl-C, and the line that called it ends', async () => {
  const { run, controlC, files } = onTerminal();
  await run('printf "%s\\n" "trap \\"rm work; echo cleaned\\" EXIT" "touch work" "echo begun" "sleep 1000" > s');
  expect(await run('bash s; echo never', { begun: controlC })).toEqual({ shown: 'begun\ncleaned\n', status: 130 });
  expect(files.stat(`${HOME}/work`)).toBeUndefined();
});

test('an EXIT trap of the prompt waits for exit', async () => {
  const { run, shell } = onTerminal();
  expect((await run('trap "echo bye" EXIT; echo set')).shown).toBe('set\n');
  expect((await run('echo on')).shown).toBe('on\n');
  expect((await run('exit 3')).shown).toBe('bye\n');
  expect([shell.exited, shell.lastStatus]).toEqual([true, 3]);
});

test('what exec opened at a prompt is open on the next line', async () => {
  const { run } = onTerminal();
  await run('exec 3> log; echo one >&3');
  expect((await run('cat log; echo two >&3; cat log; exec 3>&-; echo three >&3')).shown).toBe('one\none\ntwo\n3: Bad file descriptor\n');
});
