import { beforeAll, describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import * as limits from '../limits.ts';
import { costOf, isQuick } from './regex/cost.ts';
import { parsePosix } from './regex/posix.ts';
import { pipeFigures } from './streams/pipe.ts';
import { createTestShell, runInMemory } from './testing/run-in-memory.ts';

/** How often the event loop turns from Ctrl-C to the end of `run`: the prompt is drawn in the same turn when it is 0. */
async function interrupted(script: string): Promise<{ status: number; turns: number }> {
  const forever: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  const controller = new AbortController();
  const running = runInMemory(script, { signal: controller.signal, stdin: forever });
  // As a key press does: from the event loop, once the command is under way.
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    if (isOver) return;
    turns += 1;
    setImmediate(count);
  };
  controller.abort();
  setImmediate(count);
  const { status } = await running;
  isOver = true;
  return { status, turns };
}

describe('Ctrl-C', () => {
  // So that the commands are under way when the key comes, and not on their way here.
  beforeAll(() => runInMemory('for name in yes cat seq wc grep sort head sleep; do $name --help > /dev/null; done'));

  for (const script of [
    'while true; do :; done', 'until false; do x=$((x+1)); done', 'for ((;;)); do :; done', 'yes > /dev/null', 'yes | cat > /dev/null', 'sleep 100', 'cat',
    'cat | cat', 'read x', 'seq 1 1000000000000 | wc -l', 'while :; do echo x; done | grep y', 'f() { while :; do :; done; }; x=$(f)', '(while :; do :; done) & wait',
    'while :; do (:); done', 'while :; do echo x | cat; done', 'grep x', 'sort', 'sleep 100 | sleep 100', 'select x in a b; do :; done', 'mapfile x', 'coproc cat; wait',
    'cat <(sleep 100)', 'while :; do x=$(echo a); done', 'sleep 100 > >(cat)', 'timeout 100 sleep 100', 'bash -c "while :; do :; done"', 'trap "echo t" USR1; while :; do :; done',
    'f() { f2; }; f2() { while :; do :; done; }; f', 'env sleep 100', 'eval "while :; do :; done"', 'wait & sleep 100', 'read -t 100 x',
  ]) {
    test(`ends \`${script}\` with 130 before the event loop has turned`, async () => {
      expect(await interrupted(script)).toEqual({ status: 130, turns: 0 });
    });
  }

  test('what Ctrl-C left in a file redirection is kept, and the shell goes on', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const shell = createTestShell({ files });
    const controller = new AbortController();
    const begun = (): void => void setImmediate(() => controller.abort());
    expect((await runInMemory('{ echo kept; echo begun >&3; sleep 100; } 3>&1 > f', { files, shell, signal: controller.signal, onOutput: begun })).status).toBe(130);
    expect(await runInMemory('echo $?; cat f', { files, shell })).toMatchObject({ text: '130\nkept\n', errors: '', status: 0 });
  });
});

describe('nothing hangs or breaks the page', () => {
  for (const [script, words] of [
    ['f() { f; }; f', 'nested more than'],
    ['x="eval \\$x"; eval $x', 'nested more than'],
    ['echo "source ./s" > s; source ./s', 'nested more than'],
    ['f() { ( f ); }; f', 'nested more than'],
    ['echo {1..100000000}', 'too many words'],
    ['x=aaaaaaaa; while :; do x=$x$x; done', 'too long'],
    ['x=x; echo $((x))', 'recursion level'],
    ['printf "%99999999999d" 1', 'too large'],
    ['a[99999999999]=1', 'too large'],
    ['x=$(yes)', 'too long'],
  ] as const) {
    test(`\`${script}\` ends with a sentence`, async () => {
      const { errors, status } = await runInMemory(script);
      expect(errors).toContain(words);
      expect(status).not.toBe(130);
    });
  }

  test('patterns that make a backtracking engine explode never reach one', async () => {
    const text = `${'a'.repeat(40)}!`;
    for (const source of ['^(a+)+$', '^(a|aa)+$', '(a*)*b', '(a|a)*b']) {
      const { pattern } = parsePosix(source, true);
      expect([source, isQuick(costOf(pattern, false, false), text, 0)]).toEqual([source, false]);
    }
    expect((await runInMemory(`echo ${text} | grep -cE '^(a+)+$'; [[ ${text} =~ ^(a|aa)+$ ]]; echo $?; case ${'ab'.repeat(500)} in *a*a*a*a*a*a*a*a*c) echo y;; *) echo n;; esac`)).text).toBe('0\n1\nn\n');
  });
});

describe('constant memory', () => {
  /** The most bytes that any pipe of the shell held while `script` ran. */
  async function mostInPipes(script: string, options: Parameters<typeof runInMemory>[1] = {}): Promise<{ most: number; text: string }> {
    const before = pipeFigures.most;
    pipeFigures.most = 0;
    try {
      const { text } = await runInMemory(script, options);
      return { most: pipeFigures.most, text };
    } finally {
      pipeFigures.most = before;
    }
  }
  // What is full is told so; the write that filled it was one chunk.
  const bound = limits.pipeMaxBytes + 64 * 1024;

  for (const [script, text] of [
    ['yes | head -1', 'y\n'],
    ['seq 1000000000 | head -3', '1\n2\n3\n'],
    ['seq 300000 | cat | tail -1', '300000\n'],
    ['i=0; while ((i++ < 30000)); do echo line $i; done | tail -1', 'line 30000\n'],
    ['yes abc | tr a-z A-Z | head -2', 'ABC\nABC\n'],
    ['head -2 < <(yes)', 'y\ny\n'],
    ['seq 200000 > >(tail -1)', '200000\n'],
    ['while read -r n; do ((n == 3)) && break; done < <(seq 1000000000); echo $n', '3\n'],
  ] as const) {
    test(`\`${script}\` never has more than its bound in a pipe`, async () => {
      const outcome = await mostInPipes(script);
      expect(outcome.text).toBe(text);
      expect(outcome.most).toBeGreaterThan(0);
      expect(outcome.most).toBeLessThanOrEqual(bound);
    });
  }

  test('`tail -f log | grep x &` follows a file in the background while the lines after it run', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const before = pipeFigures.most;
    pipeFigures.most = 0;
    const { text } = await runInMemory('echo x0 > log; tail -f log | grep --line-buffered x > found & for i in 1 2 3; do echo x$i >> log; echo y$i >> log; done; until grep -q x3 found; do sleep 0.01; done; kill $!; wait $!; echo $?; cat found', { files });
    expect(text).toBe('143\nx0\nx1\nx2\nx3\n');
    expect(pipeFigures.most).toBeLessThanOrEqual(bound);
    pipeFigures.most = before;
  });
});
