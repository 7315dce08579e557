import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FsError, type Files } from './files.ts';
import { createMemoryFiles } from './memory-files.ts';

/**
 * What every `Files` promises, run on each implementation. `root` is an existing, empty, writable directory.
 */
export function filesContract(name: string, root: string, create: () => Files): void {
  const at = (path: string): string => `${root}/${path}`;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const text = (files: Files, path: string): string => new TextDecoder().decode(files.read(at(path)));

  describe(`${name} keeps the contract of Files`, () => {
    test('what is written is read, whole, and replaced whole', () => {
      const files = create();
      files.write(at('a'), bytes('one'));
      files.write(at('a'), bytes('two and more'));
      files.append(at('a'), bytes('!'));
      files.append(at('new'), bytes('by append'));
      expect(text(files, 'a')).toBe('two and more!');
      expect(text(files, 'new')).toBe('by append');
      expect(files.stat(at('a'))).toMatchObject({ kind: 'file', size: 13, mode: 0o644 });
    });

    test('every byte survives', () => {
      const files = create();
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), (content) => {
          files.write(at('b'), content);
          expect(files.read(at('b'))).toEqual(content);
        }),
        { numRuns: 50 },
      );
    });

    test('the caller may change its own array afterwards', () => {
      const files = create();
      const mine = bytes('abc');
      files.write(at('a'), mine);
      mine[0] = 0;
      const read = files.read(at('a'));
      read[1] = 0;
      expect(text(files, 'a')).toBe('abc');
    });

    test('names are listed in code-unit order with their kinds, and hostile ones are only names', () => {
      const files = create();
      for (const file of ['b', 'Z', '__proto__', 'a b', '\u00e9', '-rf', '\u{1f9ad}']) files.write(at(file), bytes(file));
      files.makeDirectory(at('constructor'));
      expect(files.list(root)).toEqual([
        { name: '-rf', kind: 'file' },
        { name: 'Z', kind: 'file' },
        { name: '__proto__', kind: 'file' },
        { name: 'a b', kind: 'file' },
        { name: 'b', kind: 'file' },
        { name: 'constructor', kind: 'directory' },
        { name: '\u00e9', kind: 'file' },
        { name: '\u{1f9ad}', kind: 'file' },
      ]);
      expect(text(files, '__proto__')).toBe('__proto__');
    });

    test('each refusal has the code of POSIX and changes nothing', () => {
      const files = create();
      files.write(at('f'), bytes('kept'));
      files.makeDirectory(at('d'));
      files.write(at('d/in'), bytes('kept'));
      files.makeDirectory(at('e'));
      const table: [string, () => unknown][] = [
        ['ENOENT', () => files.read(at('no'))],
        ['ENOENT', () => files.write(at('no/x'), bytes(''))],
        ['ENOENT', () => files.append(at('no/x'), bytes(''))],
        ['ENOENT', () => files.list(at('no'))],
        ['ENOENT', () => files.remove(at('no'))],
        ['ENOENT', () => files.rename(at('no'), at('x'))],
        ['ENOENT', () => files.rename(at('f'), at('no/x'))],
        ['ENOENT', () => files.setMode(at('no'), 0o600)],
        ['ENOENT', () => files.makeDirectory(at('no/x'))],
        ['EISDIR', () => files.read(at('d'))],
        ['EISDIR', () => files.write(at('d'), bytes(''))],
        ['EISDIR', () => files.append(at('d'), bytes(''))],
        ['ENOTDIR', () => files.list(at('f'))],
        ['ENOTDIR', () => files.read(at('f/x'))],
        ['ENOTDIR', () => files.write(at('f/x'), bytes(''))],
        ['ENOTDIR', () => files.makeDirectory(at('f/x'))],
        ['EEXIST', () => files.makeDirectory(at('d'))],
        ['EEXIST', () => files.makeDirectory(at('f'))],
        ['ENOTEMPTY', () => files.remove(at('d'))],
        ['ENOTEMPTY', () => files.rename(at('e'), at('d'))],
        ['ENOTDIR', () => files.rename(at('d'), at('f'))],
        ['EISDIR', () => files.rename(at('f'), at('d'))],
        ['EINVAL', () => files.rename(at('d'), at('d/in2'))],
        ['EINVAL', () => files.write(at('bell\u0007'), bytes(''))],
        ['EINVAL', () => files.write(`${at('f')}/`, bytes(''))],
        ['ENAMETOOLONG', () => files.write(at('x'.repeat(600)), bytes(''))],
      ];
      const codes = table.map(([, run]) => {
        try {
          run();
          return 'none';
        } catch (error) {
          return error instanceof FsError ? error.code : String(error);
        }
      });
      expect(codes).toEqual(table.map(([code]) => code));
      expect(snapshot(files, root)).toEqual(['d/', 'd/in=kept', 'e/', 'f=kept']);
      expect(files.stat(at('f/x'))).toBeUndefined();
      expect(files.stat(at('no/x'))).toBeUndefined();
    });

    test('rename moves a file over a file, and a directory with all that is in it', () => {
      const files = create();
      files.write(at('a'), bytes('A'));
      files.write(at('b'), bytes('B'));
      files.rename(at('a'), at('b'));
      files.makeDirectory(at('d'));
      files.makeDirectory(at('d/sub'));
      files.write(at('d/sub/x'), bytes('X'));
      files.makeDirectory(at('empty'));
      files.rename(at('d'), at('empty'));
      files.rename(at('b'), at('b'));
      expect(snapshot(files, root)).toEqual(['b=A', 'empty/', 'empty/sub/', 'empty/sub/x=X']);
    });

    test('a directory whose files would get names past the limit is not renamed', () => {
      const files = create();
      files.makeDirectory(at('d'));
      files.write(at(`d/${'x'.repeat(400)}`), bytes('X'));
      files.makeDirectory(at('y'.repeat(110)));
      expect(() => files.rename(at('d'), at(`${'y'.repeat(110)}/z`))).toThrow(FsError);
      expect(files.list(at('d'))).toHaveLength(1);
    });

    test('the owner\u2019s permission bits count', () => {
      const files = create();
      files.write(at('f'), bytes('kept'));
      files.setMode(at('f'), 0o400);
      expect(() => files.write(at('f'), bytes('x'))).toThrow('Permission denied');
      expect(() => files.append(at('f'), bytes('x'))).toThrow('Permission denied');
      files.setMode(at('f'), 0o200);
      expect(() => files.read(at('f'))).toThrow('Permission denied');
      files.setMode(at('f'), 0o755);
      expect(text(files, 'f')).toBe('kept');
      expect(files.stat(at('f'))?.mode).toBe(0o755);
      files.makeDirectory(at('d'));
      files.write(at('d/x'), bytes('x'));
      files.setMode(at('d'), 0o555);
      expect(() => files.write(at('d/y'), bytes(''))).toThrow('Permission denied');
      expect(() => files.remove(at('d/x'))).toThrow('Permission denied');
      expect(() => files.rename(at('d/x'), at('x'))).toThrow('Permission denied');
      files.write(at('d/x'), bytes('changed'));
      expect(text(files, 'd/x')).toBe('changed');
    });

    test('a file keeps its permission bits when it is written and renamed', () => {
      const files = create();
      files.write(at('s'), bytes('#!'));
      files.setMode(at('s'), 0o755);
      files.write(at('s'), bytes('#!/bin/sh'));
      files.rename(at('s'), at('t'));
      expect(files.stat(at('t'))?.mode).toBe(0o755);
    });

    test('a listener hears each change once until it unsubscribes', () => {
      const files = create();
      const heard: string[] = [];
      const stop = files.onChange((path) => heard.push(path.slice(root.length + 1)));
      files.write(at('a'), bytes('1'));
      files.append(at('a'), bytes('2'));
      files.makeDirectory(at('d'));
      files.rename(at('a'), at('d/b'));
      files.setMode(at('d/b'), 0o600);
      files.remove(at('d/b'));
      stop();
      files.write(at('a'), bytes('3'));
      expect(heard).toEqual(['a', 'a', 'd', 'a', 'd/b', 'd/b', 'd/b']);
    });

    test('any sequence of operations ends as it does in memory', () => {
      const names = fc.constantFrom('a', 'b', 'a/c', 'a/d', 'b/c', 'a/c/e');
      const operation = fc.oneof(
        fc.tuple(fc.constant('write' as const), names, fc.string({ maxLength: 3 })),
        fc.tuple(fc.constant('append' as const), names, fc.string({ maxLength: 3 })),
        fc.tuple(fc.constant('makeDirectory' as const), names, fc.constant('')),
        fc.tuple(fc.constant('remove' as const), names, fc.constant('')),
        fc.tuple(fc.constant('rename' as const), names, names),
      );
      fc.assert(
        fc.property(fc.array(operation, { maxLength: 25 }), (operations) => {
          const files = create();
          const model = createMemoryFiles({ now: () => 0 });
          const run = (target: Files, base: string, [kind, path, more]: (typeof operations)[number]): string => {
            try {
              if (kind === 'write' || kind === 'append') target[kind](`${base}/${path}`, bytes(more));
              else if (kind === 'rename') target.rename(`${base}/${path}`, `${base}/${more}`);
              else target[kind](`${base}/${path}`);
              return 'ok';
            } catch (error) {
              return error instanceof FsError ? error.code : String(error);
            }
          };
          for (const step of operations) expect(run(files, root, step)).toBe(run(model, '/tmp', step));
          expect(snapshot(files, root)).toEqual(snapshot(model, '/tmp'));
        }),
        { numRuns: 60 },
      );
    });
  });
}

/** The tree under `root` as lines, `name/` for a directory and `name=content` for a file. */
export function snapshot(files: Files, root: string): string[] {
  const lines: string[] = [];
  const walk = (directory: string, prefix: string): void => {
    for (const entry of files.list(directory)) {
      const path = directory === '/' ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.kind === 'directory') {
        lines.push(`${prefix}${entry.name}/`);
        walk(path, `${prefix}${entry.name}/`);
      } else {
        lines.push(`${prefix}${entry.name}=${new TextDecoder().decode(files.read(path))}`);
      }
    }
  };
  walk(root, '');
  return lines;
}

/** Makes `to` hold under `root` what `from` holds there. */
export function copyTree(from: Files, to: Files, root: string): void {
  const clear = (directory: string): void => {
    for (const entry of to.list(directory)) {
      if (entry.kind === 'directory') clear(`${directory}/${entry.name}`);
      to.remove(`${directory}/${entry.name}`);
    }
  };
  const fill = (directory: string): void => {
    for (const entry of from.list(directory)) {
      const path = `${directory}/${entry.name}`;
      if (entry.kind === 'directory') {
        to.makeDirectory(path);
        fill(path);
      } else to.write(path, from.read(path));
    }
  };
  clear(root);
  fill(root);
}
