import { expect, test } from 'vitest';
import { createMemoryFiles } from '../../fs/memory-files.ts';
import { createMountFiles } from '../../fs/mount-files.ts';
import { joinPath } from '../../fs/path.ts';
import { Interrupted, type CommandContext } from '../../shell/command.ts';
import { removeTree } from '../../shell/tools/remove-tree.ts';
import { transferWith } from '../../shell/tools/views/file-transfer.ts';
import { FileActs } from './file-acts.ts';

const encoder = new TextEncoder();

/** A tree of files, and acts that are interrupted at the n-th breath. */
function desk(breaths = Number.POSITIVE_INFINITY) {
  const now = (): number => 1000;
  const files = createMountFiles({ now, home: createMemoryFiles({ now }) });
  for (const directory of ['/home/me/tree', '/home/me/tree/inner', '/home/me/to']) files.makeDirectory(directory);
  for (const name of ['a', 'b', 'inner/c', 'inner/d']) files.write(`/home/me/tree/${name}`, encoder.encode(`content of ${name}`), 5);
  files.setMode('/home/me/tree/a', 0o755);
  files.link('a', '/home/me/tree/link');
  let taken = 0;
  const context = {
    files, cwd: '/', args: [], name: 'fm', env: {}, now: () => 1000, isTerminalOutput: false, terminal: undefined, history: undefined,
    stdout: { write: async () => undefined }, stderr: { write: async () => undefined },
    breathe() {
      taken += 1;
      if (taken > breaths) throw new Interrupted();
      return undefined;
    },
  } as unknown as CommandContext;
  /** Every file below, by path, with its content. */
  const all = (path: string): Record<string, string> => Object.assign({}, ...files.list(path).map(({ name, kind }) => {
    const inner = joinPath(path, name);
    if (kind === 'directory') return { [`${inner}/`]: '', ...all(inner) };
    return { [inner]: kind === 'link' ? `-> ${files.readLink(inner)}` : new TextDecoder().decode(files.read(inner)) };
  })) as Record<string, string>;
  return { files, all, acts: new FileActs(files, transferWith(context), (path) => removeTree(context, path)) };
}

const whole = desk().all('/home/me');

test.each(['copy', 'move'] as const)('a %s that is interrupted at any point leaves each file whole, and none is gone', async (verb) => {
  let wasInterrupted = 0;
  for (let breaths = 0; breaths < 12; breaths += 1) {
    const { acts, all } = desk(breaths);
    // Between home and memory a directory is moved by copying it and removing it after that.
    const outcome = await acts.transfer(verb, ['/home/me/tree'], '/tmp', 'both').catch((error: unknown) => error);
    if (outcome instanceof Interrupted) wasInterrupted += 1;
    const [source, made] = [all('/home/me'), all('/tmp')];
    for (const [path, content] of Object.entries(source)) expect(content).toBe(whole[path]);
    for (const [path, content] of Object.entries(made)) expect(content).toBe(whole[path.replace('/tmp/', '/home/me/')]);
    expect(Object.keys(whole).filter((path) => source[path] === undefined && made[path.replace('/home/me/', '/tmp/')] === undefined)).toEqual([]);
    if (verb === 'copy') expect(source).toEqual(whole);
  }
  expect(wasInterrupted).toBeGreaterThan(2);
});

test('a deletion is taken back with contents, modes, times and links', async () => {
  const { acts, all, files } = desk();
  const { undo } = await acts.remove(['/home/me/tree']);
  expect(files.stat('/home/me/tree')).toBeUndefined();
  expect(await undo?.()).toBe('1 file back again.');
  expect(all('/home/me')).toEqual(whole);
  expect([files.stat('/home/me/tree/a')?.mode, files.stat('/home/me/tree/b')?.mtimeMs]).toEqual([0o755, 5]);
});

test('what has taken the old place meanwhile is not written over by taking back', async () => {
  const { acts, files } = desk();
  const removal = await acts.remove(['/home/me/tree/a']);
  files.write('/home/me/tree/a', encoder.encode('new'));
  await removal.undo?.();
  expect(new TextDecoder().decode(files.read('/home/me/tree/a'))).toBe('new');
  const move = await acts.transfer('move', ['/home/me/tree/b'], '/home/me/to', 'both');
  files.write('/home/me/tree/b', encoder.encode('new'));
  expect(await move.undo?.()).toBe('b is there again, so it was not moved back.');
  expect([...files.read('/home/me/to/b')]).toEqual([...encoder.encode('content of b')]);
});

test('a name that is none is refused, and a failure says what the tool says', async () => {
  const { acts, files } = desk();
  expect((await acts.rename('/home/me/tree/a', 'x/y')).said).toBe('x/y is no name for a file; it may not hold a slash.');
  expect((await acts.make('directory', '/home/me', '..')).said).toBe('.. is no name for a file; it may not hold a slash.');
  files.setMode('/home/me/to', 0o555);
  expect((await acts.transfer('copy', ['/home/me/tree/a'], '/home/me/to', 'both')).said).toContain('Permission denied');
  expect((await acts.make('file', '/home/me/to', 'n')).said).toBe('n: Permission denied');
});
