import { expect, test } from 'vitest';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { runInMemory } from '@/lib/core/shell/testing/run-in-memory.ts';
import { qr } from './qr.ts';

const run = (script: string) => runInMemory(script, { files: createMemoryFiles({ now: () => 0 }), commands: [qr] });

test('a text becomes the same code as an argument and from a pipe', async () => {
  const [argument, piped] = [await run('qr https://x.y'), await run('echo https://x.y | qr')];
  expect({ status: argument.status, errors: argument.errors, lines: argument.text.split('\n').length }).toEqual({ status: 0, errors: '', lines: 16 });
  expect(piped.text).toBe(argument.text);
});

test('nothing, and too much, are refused with a sentence', async () => {
  expect(await run('qr < /dev/null').then(({ errors, status }) => ({ errors, status }))).toEqual({ errors: 'qr: there is no text to draw\n', status: 1 });
  expect((await run('head -c 3000 /dev/zero | tr "\\0" x | qr')).errors).toBe('qr: that text is too long for a QR code, which holds 2953 bytes\n');
});
