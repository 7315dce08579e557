import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { HOME } from '../fs/places.ts';
import type { CancelSignal } from './command.ts';
import { decodeText } from './text.ts';
import { runInMemory } from './testing/run-in-memory.ts';
import { countByte } from './tools/count-bytes.ts';
import { parseOptions } from './tools/options.ts';
import { parseDate } from './tools/parse-date.ts';

declare const AbortController: new () => { signal: CancelSignal; abort(): void };

/** What can be tested only here: what bash has no word for, what never ends, what another machine lacks. */
const run = async (script: string, env: Record<string, string> = {}): Promise<{ text: string; errors: string; status: number }> => {
  const { text, errors, status } = await runInMemory(script, { env: { TZ: 'UTC', ...env } });
  return { text, errors, status };
};

test('tail -f prints what is added, says when the file is cut, and ends with Ctrl-C', async () => {
  const files = createMemoryFiles({ now: () => 0 });
  const path = `${HOME}/log`;
  files.write(path, new TextEncoder().encode('one\ntwo\n'));
  const control = new AbortController();
  let seen = '';
  const steps: Record<string, () => void> = {
    'two\n': () => files.append(path, new TextEncoder().encode('three\n')),
    'two\nthree\n': () => files.write(path, new TextEncoder().encode('new\n')),
    'two\nthree\nnew\n': () => control.abort(),
  };
  const { errors, status } = await runInMemory('tail -n1 -f log', {
    files, signal: control.signal,
    onOutput: (bytes) => {
      seen += decodeText(bytes);
      // After the write, as another tab would.
      void Promise.resolve().then(steps[seen]);
    },
  });
  expect({ seen, errors, status }).toEqual({ seen: 'two\nthree\nnew\n', errors: 'tail: log: file truncated\n', status: 130 });
});

test('endless inputs end with their reader', async () => {
  expect(await run('head -c 3 /dev/zero | od -An -c; cat /dev/urandom | head -c 20 | wc -c; shuf -r -e a | head -2; dd if=/dev/zero bs=1M count=1 status=none | wc -c')).toEqual({
    text: '  \\0  \\0  \\0\n20\na\na\n1048576\n', errors: '', status: 0,
  });
});

test('a Perl pattern that would run for ever is refused in a sentence, and only on the line where it would', async () => {
  const script = "printf 'a%.0s' {1..60} > f; grep -P '(a+)+$' f > /dev/null; echo $?; echo b >> f; grep -cP '(?=(a+)+$)b' f; echo $?; printf 'a%.0s' {1..300} > g; grep -cP '(a*)(a*)(a*)\\1\\2\\3b' f; grep -P '(a*)(a*)(a*)\\1\\2\\3b' g; echo $?; grep -P 'a++' f";
  expect(await run(script)).toEqual({
    text: '0\n0\n1\n1\n2\n', status: 2,
    errors: "grep: this pattern is too costly for a line this long; make it simpler\ngrep: possessive loops such as `a++` are not available here; leave the second + out\nTry 'help grep' for more information.\n",
  });
});

test('bc yields, so that a loop without end is stopped by Ctrl-C', async () => {
  const control = new AbortController();
  const { text, status } = await runInMemory("bc <<< 'define f(n) { if (n == 0) return 0; return f(n - 1) }\nf(5000)\nwhile (1) { if (++i == 9) i }'", {
    signal: control.signal, onOutput: (bytes) => {
      if (decodeText(bytes).includes('0')) control.abort();
    },
  });
  expect({ text: text.startsWith('0\n'), status }).toEqual({ text: true, status: 130 });
});

test('bc refuses numbers and calls past its bounds and goes on', async () => {
  expect(await run("bc <<< '9^9^9^9\n2^400000\ndefine f() { return f() }\nf()\n1+1'")).toEqual({
    text: '2\n', status: 0,
    errors: 'Runtime error (func=(main)): exponent too large in raise\nRuntime error (func=(main)): the number has too many digits\nRuntime error (func=(main)): the functions call one another too deeply\n',
  });
});

test('cal knows the days that Britain left out, leap years, and weeks from Monday', async () => {
  expect(await run('cal 9 1752; cal -m feb 2028 | tail -2; cal 13 2027; cal 2027 | wc -l')).toEqual({
    text: '   September 1752\nSu Mo Tu We Th Fr Sa\n       1  2 14 15 16\n17 18 19 20 21 22 23\n24 25 26 27 28 29 30\n21 22 23 24 25 26 27\n28 29\n34\n', status: 0,
    errors: "cal: illegal month value: use 1-12\nTry 'help cal' for more information.\n",
  });
});

test('dates that people type, from a fixed now', () => {
  const now = Date.UTC(2027, 0, 13, 15, 30); // a Wednesday
  const shown = (text: string, zone = 'UTC'): string => {
    const at = parseDate(text, now, zone);
    return at === undefined ? 'invalid' : new Date(at).toISOString().slice(0, 16);
  };
  expect(['next monday', 'last friday', 'wednesday', 'tomorrow 9am', '2 days ago', 'next month', '-1 week', '10:00 3 hours ago', 'yesterday noon', 'Feb 30', '@0'].map((text) => shown(text))).toEqual([
    '2027-01-18T00:00', '2027-01-08T00:00', '2027-01-13T00:00', '2027-01-14T09:00', '2027-01-11T15:30', '2027-02-13T15:30', '2027-01-06T15:30', '2027-01-13T07:00', 'invalid', 'invalid', '1970-01-01T00:00',
  ]);
  expect([shown('2027-07-01 12:00', 'Europe/Berlin'), shown('TZ="Asia/Tokyo" 2027-07-01 12:00'), shown('2027-07-01 12:00 EST')]).toEqual(['2027-07-01T10:00', '2027-07-01T03:00', '2027-07-01T17:00']);
});

test('what a page can say of itself', async () => {
  expect(await run('uname -sm; arch; hostname; id; id -un; groups; logname; nproc; tty; id nobody', { USER: 'ann', HOSTNAME: 'desk' })).toEqual({
    text: 'Selkie javascript\njavascript\ndesk\nuid=1000(ann) gid=1000(ann) groups=1000(ann)\nann\nann\nann\n1\nnot a tty\n', errors: "id: 'nobody': no such user\n", status: 1,
  });
});

test('shuf draws every line once, in an order of its own', async () => {
  const { text } = await run('seq 200 | shuf');
  const lines = text.trim().split('\n');
  expect(lines.toSorted((left, right) => Number(left) - Number(right))).toEqual(Array.from({ length: 200 }, (_, index) => String(index + 1)));
  expect(lines).not.toEqual(lines.toSorted((left, right) => Number(left) - Number(right)));
});

test('options have long names of their own, values that may be left out, and shortened names', () => {
  const spec = { short: 'n:qI::', long: { lines: 'n', quiet: 'q', include: 'include:', color: 'color::', colours: 'q' } };
  const { all, operands } = parseOptions(['-Isec', '-I', 'file', '--inc=*.ts', '--include', '*.md', '--color', '--color=always', '-qn3', '--line=4', '--', '-q'], spec);
  expect(all.map(({ letter, value }) => `${letter}=${value}`)).toEqual(['I=sec', 'I=', 'include=*.ts', 'include=*.md', 'color=', 'color=always', 'q=', 'n=3', 'n=4']);
  expect(operands).toEqual(['file', '-q']);
  expect(() => parseOptions(['--col'], spec)).toThrow("option '--col' is ambiguous");
  expect(() => parseOptions(['--include'], spec)).toThrow("option '--include' requires an argument");
});

test('bytes are counted four at a time, wherever the array begins and ends', () => {
  const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7) % 11);
  for (const [from, to] of [[0, 5_000], [1, 4_999], [2, 4_997], [3, 9], [5, 5], [7, 2_048]] as const) {
    for (const wanted of [0, 1, 10, 11]) expect(countByte(bytes.subarray(from, to), wanted)).toBe(bytes.subarray(from, to).filter((byte) => byte === wanted).length);
  }
});

test('dd tells size, time and speed as GNU does', async () => {
  const { errors } = await run('dd if=/dev/zero of=/dev/null bs=1M count=64; dd if=/dev/zero bs=1000 count=1 of=f');
  expect(errors).toMatch(/^64\+0 records in\n64\+0 records out\n67108864 bytes \(67 MB, 64 MiB\) copied, [\d.]+ s, [\d.]+ [MG]B\/s\n1\+0 records in\n1\+0 records out\n1000 bytes \(1\.0 kB\) copied, [\d.]+ s(, [\d.]+ k?B\/s)?\n$/);
});
