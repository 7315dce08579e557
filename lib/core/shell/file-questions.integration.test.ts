import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { HOME } from '../fs/places.ts';
import type { TerminalIo } from './command.ts';
import { coreCommands } from './core-commands.ts';
import { createShell } from './shell.ts';
import { BytesInput } from './streams/input.ts';
import { runInMemory } from './testing/run-in-memory.ts';

/** A person at the terminal, who gives these answers in turn. */
function person(answers: string[]): { terminal: TerminalIo; asked: string[] } {
  const asked: string[] = [];
  const terminal: TerminalIo = {
    columns: () => 40, rows: () => 10, edit: async () => {}, clear: () => {},
    ask: async (question) => {
      asked.push(question);
      return answers.shift() ?? '';
    },
  };
  return { terminal, asked };
}

async function left(script: string, answers: string[]): Promise<{ asked: string[]; text: string; files: string[] }> {
  const { terminal, asked } = person(answers);
  const files = createMemoryFiles({ now: () => 0 });
  const { text } = await runInMemory(script, { files, terminal, stdin: new BytesInput(new Uint8Array(0)) });
  return { asked, text, files: files.list(HOME).map(({ name }) => name) };
}

test('unzip asks before it replaces, and [A]ll is asked once', async () => {
  const script = 'echo 1 > a; echo 2 > b; zip -q x.zip a b; echo other > a; echo other > b; unzip -q x.zip; cat a b';
  expect(await left(script, ['n', 'y'])).toEqual({
    asked: ['replace a? [y]es, [n]o, [A]ll, [N]one: ', 'replace b? [y]es, [n]o, [A]ll, [N]one: '], text: 'other\n2\n', files: ['a', 'b', 'x.zip'],
  });
  expect(await left(script, ['A'])).toEqual({ asked: ['replace a? [y]es, [n]o, [A]ll, [N]one: '], text: '1\n2\n', files: ['a', 'b', 'x.zip'] });
});

test('a patch that is applied already asks whether to take it back', async () => {
  const script = 'seq 3 > a; seq 3 | sed s/2/two/ > b; diff -L a -L a a b > p; patch -s a p; patch -s a p; cat a';
  const { asked, text } = await left(script, ['y']);
  expect({ asked, text }).toEqual({
    asked: ['Assume -R? [n] '], text: 'Reversed (or previously applied) patch detected!  1\n2\n3\n',
  });
});

test('the answers of rm -i may come through a pipe, one line each, and the rest is left to the next reader', async () => {
  const { text, status, files } = await runInMemory("touch a b c; printf 'y\\nn\\nrest\\n' | { rm -i a b 2> /dev/null; cat; }");
  expect({ text, status, names: files.list(HOME).map(({ name }) => name) }).toEqual({ text: 'rest\n', status: 0, names: ['b', 'c'] });
});

test('watch ends when the command fails, or when what it says changes', async () => {
  const script = 'watch -n 0.1 -t -e \'echo x >> log; [ $(wc -l < log) -lt 3 ]\'; echo $? $(cat log); echo a > s; watch -t -n 0.1 -g "cat s; echo b > s"';
  const files = createMemoryFiles({ now: () => 0 });
  let clock = 0;
  const shell = createShell({
    files, env: { HOME, PATH: '/bin' }, cwd: HOME, now: () => clock, monotonic: () => clock, random: () => 0.5, commands: coreCommands,
    yieldNow: async () => {},
    delay: async (milliseconds) => {
      clock += milliseconds;
    },
  });
  const { text, status } = await runInMemory(script, { files, shell });
  expect({ text, status, clock }).toEqual({ clock: 300, text: '1 x x x\na\nb\n', status: 0 });
});

test('on the screen columns are filled with blanks, which can be copied, and elsewhere with tabs as GNU does', async () => {
  const { terminal } = person([]);
  const text = 'touch abc abcdefghij x y; COLUMNS=20 ls; ls -C -w 20 | cat';
  expect((await runInMemory(text, { terminal })).text).toBe('abc         x\nabcdefghij  y\nabc\t    x\nabcdefghij  y\n');
});
