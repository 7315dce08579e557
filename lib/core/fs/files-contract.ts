import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FsError, type Files } from './files.ts';

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

    test('odd names are kept byte for byte, and names that differ only in case are two files', () => {
      const files = create();
      const odd = ['A', 'a', 'a\nb', 'a\tb', ' a ', 'a.', 'a ', '...', '\u{1f9ad}\u200d\u{1f30a}', '*', '~', "'\"", 'a:b\\c', 'con', '\u1e9b\u0323'];
      for (const name of odd) files.write(at(name), bytes(name));
      expect(files.list(root).map(({ name }) => name)).toEqual([...odd].sort());
      expect(odd.map((name) => text(files, name))).toEqual(odd);
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

    test('what is written as of another time has that time, until it is written again', () => {
      const files = create();
      files.write(at('f'), bytes('1'), 86_400_000);
      files.link('f', at('l'), 172_800_000);
      files.makeDirectory(at('d'), 259_200_000);
      const times = (): unknown[] => ['f', 'l', 'd'].map((name) => files.linkStat(at(name))?.mtimeMs);
      expect(times()).toEqual([86_400_000, 172_800_000, 259_200_000]);
      files.setMode(at('f'), 0o600);
      files.rename(at('f'), at('d/f'));
      expect(files.stat(at('d/f'))?.mtimeMs).toBe(86_400_000);
      files.write(at('d/f'), bytes('2'));
      expect(files.stat(at('d/f'))?.mtimeMs).not.toBe(86_400_000);
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

    test('a link leads to what it names: reading, writing, listing and changing bits go through it', () => {
      const files = create();
      files.makeDirectory(at('d'));
      files.write(at('d/f'), bytes('one'));
      files.link('d/f', at('to-file'));
      files.link('d', at('to-directory'));
      files.link(at('d'), at('absolute'));
      files.link('../to-file', at('d/up'));
      expect([text(files, 'to-file'), text(files, 'to-directory/f'), text(files, 'absolute/f'), text(files, 'to-directory/up')])
        .toEqual(['one', 'one', 'one', 'one']);
      files.write(at('to-file'), bytes('two'));
      files.append(at('to-directory/f'), bytes('!'));
      files.setMode(at('absolute/up'), 0o600);
      files.makeDirectory(at('to-directory/made'));
      expect(files.list(at('to-directory'))).toEqual([{ name: 'f', kind: 'file' }, { name: 'made', kind: 'directory' }, { name: 'up', kind: 'link' }]);
      expect(files.stat(at('to-file'))).toMatchObject({ kind: 'file', size: 4, mode: 0o600 });
      expect(files.stat(at('to-directory'))?.kind).toBe('directory');
      expect(files.linkStat(at('to-file'))).toMatchObject({ kind: 'link', size: 3, mode: 0o777 });
      expect(files.linkStat(at('to-directory/f'))).toMatchObject({ kind: 'file', size: 4 });
      expect(snapshot(files, root)).toEqual([
        `absolute -> ${at('d')}`, 'd/', 'd/f=two!', 'd/made/', 'd/up -> ../to-file', 'to-directory -> d', 'to-file -> d/f',
      ]);
      expect([files.realPath(at('to-directory/up')), files.realPath(at('absolute/new')), files.realPath(at('d'))])
        .toEqual([at('d/f'), at('d/new'), at('d')]);
    });

    test('removing and renaming act on the link, and what it leads to stays', () => {
      const files = create();
      files.makeDirectory(at('d'));
      files.write(at('d/f'), bytes('kept'));
      files.link('d', at('a'));
      files.link('d/f', at('b'));
      files.link('nowhere', at('c'));
      files.rename(at('a'), at('a2'));
      files.rename(at('c'), at('b'));
      files.write(at('plain'), bytes('moved over a link'));
      files.rename(at('plain'), at('b'));
      files.link('d', at('e'));
      files.remove(at('e'));
      files.rename(at('a2/f'), at('a2/g'));
      expect(snapshot(files, root)).toEqual(['a2 -> d', 'b=moved over a link', 'd/', 'd/g=kept']);
    });

    test('a link to nothing is there and leads nowhere, until it is written through', () => {
      const files = create();
      files.link('missing', at('l'));
      files.link('none/x', at('deep'));
      expect([files.stat(at('l')), files.linkStat(at('l'))?.kind, files.readLink(at('l'))]).toEqual([undefined, 'link', 'missing']);
      expect(codesOf([
        () => files.read(at('l')), () => files.list(at('l')), () => files.makeDirectory(at('l')), () => files.link('x', at('l')),
        () => files.write(at('deep'), bytes('')), () => files.setMode(at('l'), 0o600), () => files.write(at('l/x'), bytes('')),
      ])).toEqual(['ENOENT', 'ENOENT', 'EEXIST', 'EEXIST', 'ENOENT', 'ENOENT', 'ENOENT']);
      files.write(at('l'), bytes('now'));
      expect(snapshot(files, root)).toEqual(['deep -> none/x', 'l -> missing', 'missing=now']);
    });

    test('links in a circle, or more than forty in a row, end with ELOOP and not with the tab', () => {
      const files = create();
      files.link('b', at('a'));
      files.link('a', at('b'));
      files.link('self/x', at('self'));
      for (let i = 0; i < 45; i++) files.link(i === 44 ? 'end' : `n${i + 1}`, at(`n${i}`));
      files.write(at('end'), bytes('end'));
      expect(text(files, 'n5')).toBe('end');
      expect(files.stat(at('a'))).toBeUndefined();
      expect(codesOf([
        () => files.read(at('a')), () => files.write(at('b'), bytes('')), () => files.list(at('a/x')), () => files.realPath(at('self')),
        () => files.read(at('n3')), () => files.setMode(at('a'), 0o600),
      ])).toEqual(['ELOOP', 'ELOOP', 'ELOOP', 'ELOOP', 'ELOOP', 'ELOOP']);
      files.remove(at('a'));
      expect(files.readLink(at('b'))).toBe('a');
    });

    test('.. in a target is the parent of what the way before it leads to', () => {
      const files = create();
      files.makeDirectory(at('x'));
      files.makeDirectory(at('x/y'));
      files.write(at('x/f'), bytes('beside y'));
      files.write(at('f'), bytes('beside the link'));
      files.link('x/y', at('l'));
      files.link('l/../f', at('physical'));
      files.link('missing/../f', at('broken'));
      files.link('f/../f', at('through-file'));
      files.link('f/', at('slash'));
      expect(text(files, 'physical')).toBe('beside y');
      expect(codesOf([() => files.read(at('broken')), () => files.read(at('through-file')), () => files.read(at('slash')), () => files.readLink(at('f'))]))
        .toEqual(['ENOENT', 'ENOTDIR', 'ENOTDIR', 'EINVAL']);
    });

    test('a target is kept as it is written, whatever it says; only one that could not be kept is refused', () => {
      const files = create();
      const targets = ['/etc/passwd', '../../../../..', '-rf', 'a\nb', 'caf\u0065\u0301', '\u{1f9ad} ', '//', './.', '__proto__'];
      for (const [index, target] of targets.entries()) files.link(target, at(`l${index}`));
      expect(targets.map((_, index) => files.readLink(at(`l${index}`)))).toEqual(targets);
      expect(codesOf([
        () => files.link('', at('x')), () => files.link('a\0b', at('x')), () => files.link('\ud800', at('x')), () => files.link('x'.repeat(1025), at('x')),
        () => files.link('x', at('no/x')), () => files.link('x', at('l0')), () => files.link('x', root),
      ])).toEqual(['ENOENT', 'EINVAL', 'EINVAL', 'ENAMETOOLONG', 'ENOENT', 'EEXIST', 'EEXIST']);
      files.write(at('caf\u00e9'), bytes('found by its NFC name'));
      expect(text(files, 'l4')).toBe('found by its NFC name');
    });

    test('what a listener hears of a change through a link is where it happened', () => {
      const files = create();
      files.makeDirectory(at('d'));
      const heard: string[] = [];
      files.onChange((path) => heard.push(path.slice(root.length + 1)));
      files.link('d', at('l'));
      files.write(at('l/x'), bytes('1'));
      files.rename(at('l'), at('m'));
      files.remove(at('m'));
      expect(heard).toEqual(['l', 'd/x', 'l', 'm', 'm']);
    });

    test('the room left is told, and grows smaller with what is written', () => {
      const files = create();
      const before = files.space(root);
      files.write(at('f'), new Uint8Array(3000).fill(7));
      files.makeDirectory(at('d'));
      files.link('f', at('l'));
      const after = files.space(at('l'));
      expect(after.totalBytes).toBe(before.totalBytes);
      expect(after.usedBytes - before.usedBytes).toBeGreaterThanOrEqual(3000);
      expect(after.entries - before.entries).toBe(3);
      expect(files.stat(at('f'))?.storedBytes).toBeGreaterThanOrEqual(3000);
      for (const name of ['l', 'd', 'f']) files.remove(at(name));
      expect(files.space(root).entries).toBe(before.entries);
    });
  });
}

/** The code of each refusal; `none` where there was none. */
function codesOf(runs: readonly (() => unknown)[]): string[] {
  return runs.map((run) => {
    try {
      run();
      return 'none';
    } catch (error) {
      return error instanceof FsError ? error.code : String(error);
    }
  });
}

/** The tree under `root` as lines: `name/` for a directory, `name=content` for a file, `name -> target` for a link. */
export function snapshot(files: Files, root: string): string[] {
  const lines: string[] = [];
  const walk = (directory: string, prefix: string): void => {
    for (const entry of files.list(directory)) {
      const path = directory === '/' ? `/${entry.name}` : `${directory}/${entry.name}`;
      if (entry.kind === 'directory') {
        lines.push(`${prefix}${entry.name}/`);
        walk(path, `${prefix}${entry.name}/`);
      } else if (entry.kind === 'link') {
        lines.push(`${prefix}${entry.name} -> ${files.readLink(path)}`);
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
      } else if (entry.kind === 'link') to.link(from.readLink(path), path);
      else to.write(path, from.read(path));
    }
  };
  clear(root);
  fill(root);
}
