import { describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { createMountFiles } from '../fs/mount-files.ts';
import { HOME } from '../fs/places.ts';
import { runInMemory } from './testing/run-in-memory.ts';

describe('between home and memory', () => {
  test('a redirection into /tmp may be larger than one into home, also through a link', async () => {
    const { errors, text } = await runInMemory('ln -s /tmp/big l; seq 1 400000 > l; wc -l < l; seq 1 400000 > h; echo $?; ls -F', { files: createMountFiles({ now: () => 0, home: createMemoryFiles({ now: () => 0 }) }) });
    expect([text, errors]).toEqual(['400000\n1\nh\nl@\n', `seq: ${HOME}/h: File too large: a file in home may have 2 MiB; /tmp takes up to 64 MiB\n`]);
  });
});
