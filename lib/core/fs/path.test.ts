import { expect, test } from 'vitest';
import { FsError } from './files.ts';
import { baseName, directoryOf, isPath, isWithin, resolvePath } from './path.ts';

function codeOf(run: () => unknown): string {
  try {
    return `no error: ${String(run())}`;
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
}

test('a path is resolved against the working directory by its letters', () => {
  const table: [string, string, string][] = [
    ['/home/me', 'notes.md', '/home/me/notes.md'],
    ['/home/me', './a//b/', '/home/me/a/b'],
    ['/home/me', '..', '/home'],
    ['/home/me', '../../../..', '/'],
    ['/home/me', '/tmp/./x/../y', '/tmp/y'],
    ['/', 'a', '/a'],
    ['/home/me', '...', '/home/me/...'],
    ['/home/me', 'e\u0301', '/home/me/\u00e9'],
    ['/home/me', '__proto__', '/home/me/__proto__'],
  ];
  expect(table.map(([cwd, path]) => resolvePath(cwd, path))).toEqual(table.map(([, , resolved]) => resolved));
});

test('a path that could not be stored or shown is refused with its own error', () => {
  expect(codeOf(() => resolvePath('/', ''))).toBe('ENOENT');
  expect(codeOf(() => resolvePath('/', 'a\u0000b'))).toBe('EINVAL');
  expect(codeOf(() => resolvePath('/', 'a\rb'))).toBe('EINVAL');
  expect(codeOf(() => resolvePath('/', '\u009b31m'))).toBe('EINVAL');
  expect(codeOf(() => resolvePath('/', '\ud800'))).toBe('EINVAL');
  expect(resolvePath('/', 'a'.repeat(511))).toHaveLength(512);
  expect(codeOf(() => resolvePath('/', 'a'.repeat(512)))).toBe('ENAMETOOLONG');
  expect(codeOf(() => resolvePath('/', '\u20ac'.repeat(171)))).toBe('ENAMETOOLONG');
  expect(resolvePath('/', 'a/'.repeat(32))).toBe(`/${'a/'.repeat(31)}a`);
  expect(codeOf(() => resolvePath('/', 'a/'.repeat(33)))).toBe('ENAMETOOLONG');
});

test('only canonical paths pass the last gate', () => {
  const refused = ['', 'a', '/a/', '//a', '/a/../b', '/./a', '/e\u0301', '/a\u0007'];
  expect(refused.filter(isPath)).toEqual([]);
  expect(['/', '/a', '/a b/c', '/\u00e9'].filter(isPath)).toHaveLength(4);
});

test('a path splits into its directory and its last name', () => {
  expect([baseName('/a/b'), directoryOf('/a/b'), directoryOf('/a'), directoryOf('/'), baseName('/')])
    .toEqual(['b', '/a', '/', '/', '/']);
  expect([isWithin('/a', '/a'), isWithin('/a', '/a/b'), isWithin('/a', '/ab'), isWithin('/', '/a')])
    .toEqual([true, true, false, true]);
});

test('a refused path says what is allowed', () => {
  const words = (path: string): string => {
    try {
      return resolvePath('/', path);
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect([words('a\u001b[2J'), words('a'.repeat(600)), words('a/'.repeat(40))]).toEqual([
    'Invalid argument: a name may not hold control characters or half of a character',
    'File name too long: a whole path may have 512 bytes and 32 names; use shorter or fewer ones',
    'File name too long: a whole path may have 512 bytes and 32 names; use shorter or fewer ones',
  ]);
});

test('odd names are names like others, byte for byte', () => {
  const odd = ['a\nb', 'a\tb', ' ', ' a ', 'a.', 'a ', '-rf', '...', '\u{1f9ad}', 'A', 'a', '*', '~', '$HOME', '\'"', 'con', 'a:b\\c', '__proto__'];
  expect(odd.map((name) => resolvePath('/d', name))).toEqual(odd.map((name) => `/d/${name}`));
});
