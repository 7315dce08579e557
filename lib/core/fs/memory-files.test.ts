import { expect, test } from 'vitest';
import { filesContract } from './files-contract.ts';
import { createMemoryFiles } from './memory-files.ts';

filesContract('memory', '/home/me', () => createMemoryFiles({ now: () => 0 }));

test('a fresh file system has a home, a place for temporary files and the null device', () => {
  const files = createMemoryFiles({ now: () => 7 });
  expect(files.list('/').map((entry) => entry.name)).toEqual(['dev', 'home', 'tmp']);
  expect(files.stat('/home/me')).toEqual({ kind: 'directory', size: 0, mtimeMs: 7, mode: 0o755, storedBytes: 4096 });
  files.write('/dev/null', new Uint8Array(5));
  expect(files.read('/dev/null')).toEqual(new Uint8Array(0));
  expect(files.stat('/dev/null')).toEqual({ kind: 'device', size: 0, mtimeMs: 7, mode: 0o666, storedBytes: 0 });
  expect(() => files.remove('/dev/null')).toThrow('Device or resource busy');
});

test('memory has an end, and reaching it loses nothing', () => {
  const files = createMemoryFiles({ now: () => 0, fileMaxBytes: 50, maxBytes: 100 });
  const large = new Uint8Array(50);
  files.write('/tmp/a', large);
  files.write('/tmp/b', large);
  expect(() => files.write('/tmp/c', new Uint8Array(1))).toThrow('No space left on device');
  expect(() => files.append('/tmp/a', new Uint8Array(1))).toThrow('File too large');
  expect(files.stat('/tmp/c')).toBeUndefined();
  files.remove('/tmp/b');
  files.write('/tmp/c', new Uint8Array(1));
  expect(files.stat('/tmp/a')?.size).toBe(large.length);
});
