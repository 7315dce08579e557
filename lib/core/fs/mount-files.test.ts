import { expect, test } from 'vitest';
import { FsError } from './files.ts';
import { filesContract, snapshot } from './files-contract.ts';
import { createMemoryFiles } from './memory-files.ts';
import { createMountFiles, type MountFiles } from './mount-files.ts';

const now = (): number => 0;
const create = (): MountFiles => createMountFiles({ now, home: createMemoryFiles({ now }) });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

filesContract('the mounted home', '/home/me', create);
filesContract('the mounted /tmp', '/tmp', create);

function codeOf(run: () => void): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return error instanceof FsError ? error.code : String(error);
  }
}

test('only what is under home reaches the home', () => {
  const home = createMemoryFiles({ now });
  const files = createMountFiles({ now, home });
  files.write('/home/me/kept', bytes('k'));
  files.write('/tmp/gone', bytes('g'));
  files.write('/etc', bytes('e'));
  expect(snapshot(home, '/home/me')).toEqual(['kept=k']);
  expect(snapshot(home, '/tmp')).toEqual([]);
  expect(snapshot(files, '/')).toEqual(['dev/', 'dev/null=', 'etc=e', 'home/', 'home/me/', 'home/me/kept=k', 'tmp/', 'tmp/gone=g']);
});

test('a file crosses the border with its bits; a directory is left to mv', () => {
  const files = create();
  files.write('/tmp/script', bytes('#!'));
  files.setMode('/tmp/script', 0o755);
  files.rename('/tmp/script', '/home/me/script');
  expect(files.stat('/tmp/script')).toBeUndefined();
  expect(files.stat('/home/me/script')).toMatchObject({ size: 2, mode: 0o755 });
  files.makeDirectory('/tmp/d');
  expect(codeOf(() => files.rename('/tmp/d', '/home/me/d'))).toBe('EXDEV');
});

test('the home and the way to it stay where they are', () => {
  const files = create();
  expect([
    codeOf(() => files.remove('/home/me')),
    codeOf(() => files.remove('/home')),
    codeOf(() => files.rename('/home/me', '/tmp/x')),
    codeOf(() => files.rename('/tmp', '/home')),
    codeOf(() => files.remove('/')),
  ]).toEqual(['EBUSY', 'EBUSY', 'EBUSY', 'EBUSY', 'EBUSY']);
});

test('another home is shown at once and the old one is no longer listened to', () => {
  const first = createMemoryFiles({ now });
  const second = createMemoryFiles({ now });
  second.write('/home/me/b', bytes('B'));
  const files = createMountFiles({ now, home: first });
  const heard: string[] = [];
  files.onChange((path) => heard.push(path));
  files.setHome(second);
  first.write('/home/me/a', bytes('A'));
  files.write('/home/me/c', bytes('C'));
  expect(heard).toEqual(['/home/me', '/home/me/c']);
  expect(snapshot(files, '/home/me')).toEqual(['b=B', 'c=C']);
});
