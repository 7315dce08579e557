import { expect, test } from 'vitest';
import { runInMemory } from '../testing/run-in-memory.ts';

const run = async (script: string) => {
  const { text, errors, status } = await runInMemory(script, { env: { TZ: 'UTC' } });
  return { text, errors, status };
};

test('sponge writes the very file that its pipeline reads, behind it with -a, or to output', async () => {
  expect(await run('seq 3 > a; sort -r a | sponge a; cat a; echo z | sponge -a a; tail -n 1 a; echo q | sponge; echo new | sponge -a b; cat b')).toEqual({ text: '3\n2\n1\nz\nq\nnew\n', errors: '', status: 0 });
  expect(await run('echo x | sponge no/where')).toEqual({ text: '', errors: 'sponge: /home/me/no/where: No such file or directory\n', status: 1 });
  expect(await run('echo x | sponge a b; ls')).toEqual({ text: '', errors: "sponge: extra operand 'b'; name one file\nTry 'help sponge' for more information.\n", status: 0 });
});

test('ts puts the time before each line: by a format of date, since the start, since the line before', async () => {
  expect((await run("printf 'a\\nb' | ts 'at %H'")).text).toMatch(/^at \d\d a\nat \d\d b$/);
  expect((await run('echo a | ts')).text).toMatch(/^[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d a\n$/);
  expect((await run('echo a | ts -s; echo b | ts -i')).text).toBe('00:00:00 a\n00:00:00 b\n');
  expect((await run("echo a | ts -s '%.S'")).text).toMatch(/^0\d\.\d{6} a\n$/);
  expect(await run('echo x | ts a b')).toEqual({ text: '', errors: "ts: extra operand 'b'; put the format in quotes\nTry 'help ts' for more information.\n", status: 1 });
});

test('ts shows a line when it comes, not when the input ends', async () => {
  const seen: string[] = [];
  let wasSeen = (): void => undefined;
  async function* stdin(): AsyncGenerator<Uint8Array, void, void> {
    for (const line of ['one\n', 'two\n']) {
      const shown = new Promise<void>((resolve) => { wasSeen = resolve; });
      yield new TextEncoder().encode(line);
      await shown;
    }
  }
  await runInMemory('ts +', { stdin: stdin(), onOutput: (bytes) => {
    seen.push(new TextDecoder().decode(bytes));
    wasSeen();
  } });
  expect(seen).toEqual(['+ one\n', '+ two\n']);
});
