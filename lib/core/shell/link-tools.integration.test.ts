import { describe, expect, test } from 'vitest';
import { snapshot } from '../fs/files-contract.ts';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { createMountFiles } from '../fs/mount-files.ts';
import { HOME } from '../fs/places.ts';
import type { TerminalIo } from './command.ts';
import { createTestShell, runInMemory, type RunOptions } from './testing/run-in-memory.ts';

const terminal = (edited: string[] = []): TerminalIo => ({
  columns: () => 80, rows: () => 24, ask: () => Promise.resolve(''), clear: () => undefined,
  edit: (path) => {
    edited.push(path);
    return Promise.resolve();
  },
});
async function outcome(script: string, options: RunOptions = {}) {
  const { text, errors, status } = await runInMemory(script, options);
  return { text, errors, status };
}

describe('what is said when a link cannot be made, read or followed', () => {
  const table: [string, string, number][] = [
    ['ln a b', 'ln: Hard links are not kept here: one file has one name. Use ln -s for a symbolic link, or cp for a copy.\nTry \'help ln\' for more information.\n', 1],
    ['cp -l a b', 'cp: Hard links are not kept here: one file has one name. Use cp -s for symbolic links, or plain cp.\nTry \'help cp\' for more information.\n', 1],
    ['touch l; ln -s x l', 'ln: failed to create symbolic link \'l\': File exists\n', 1],
    ['ln -s x no/l', 'ln: failed to create symbolic link \'no/l\': No such file or directory\n', 1],
    ['mkdir d; ln -sfT x d', 'ln: d: cannot overwrite directory\n', 1],
    ['ln -s b a; ln -s a b; cat a', 'cat: a: Too many levels of symbolic links\n', 1],
    ['ln -s b a; ln -s a b; echo x > a', 'a: Too many levels of symbolic links\n', 1],
    ['ln -s b a; ln -s a b; cd a', 'cd: a: Too many levels of symbolic links\n', 1],
    ['ln -s b a; ln -s a b; ls a', 'ls: cannot access \'a\': Too many levels of symbolic links\n', 2],
    ['ln -s a l; realpath -e l', 'realpath: l: No such file or directory\n', 1],
    ['touch f; readlink -v f', 'readlink: f: Invalid argument\n', 1],
    ['touch f; ln -s no l; cp f l', 'cp: not writing through dangling symlink \'l\'\n', 1],
    ['touch f; ln -s f l; cp f l', 'cp: \'f\' and \'l\' are the same file\n', 1],
    ['mkdir d; ln -s d l; rm -r l/', 'rm: cannot remove \'l/\': Not a directory\n', 1],
    ['mkdir d; ln -s d l; rmdir l', 'rmdir: failed to remove \'l\': Not a directory\n', 1],
    ['mkdir d; ln -s .. d/up; find -L d > /dev/null', 'find: File system loop detected; \'d/up/d\' is part of the same file system loop as one of the directories around it.\n', 1],
    ['mkdir d; ln -s . d/self; cp -rL d e', 'cp: cannot copy cyclic symbolic link \'d/self\'\n', 1],
    ['mkdir d; ln -s . d/self; grep -R x d', 'grep: d/self: warning: recursive directory loop\n', 1],
    ['stat no', 'stat: cannot statx \'no\': No such file or directory\n', 1],
    ['chmod 600 no', 'chmod: cannot access \'no\': No such file or directory\n', 1],
  ];
  for (const [script, errors, status] of table) {
    test(script, async () => expect(await outcome(script)).toEqual({ text: '', errors, status }));
  }
});

test('ls on the screen paints links, broken ones too, and says where they lead', async () => {
  const script = 'mkdir d; touch f; ln -s d l; ln -s no b; ls -1; ls -lF | tail -n +2 | cut -c1; ls --color=always -l | grep -o "[bl].\\[0m -> .*" | cat';
  const { text } = await outcome(script, { terminal: terminal() });
  expect(text).toBe([
    '\x1b[40;31;01mb\x1b[0m', '\x1b[1;34md\x1b[0m', 'f', '\x1b[1;36ml\x1b[0m',
    'l', 'd', '-', 'l',
    'b\x1b[0m -> \x1b[40;31;01mno\x1b[0m', 'l\x1b[0m -> \x1b[1;34md\x1b[0m', '',
  ].join('\n'));
  expect((await outcome('mkdir d; ls --color=never; ls --color=always | cat', { terminal: terminal() })).text).toBe('d\n\x1b[1;34md\x1b[0m\n');
});

test('on the screen one name is one line, whatever is in it; in a pipe it is what it is', async () => {
  const make = "touch $'a\\nb' $'t\\tt'; ";
  expect((await outcome(`${make}ls -1; find . -name '*b'; find . -name 't*' -print`, { terminal: terminal() })).text)
    .toBe("'a'$'\\n''b'\n't'$'\\t''t'\n./a?b\n./t?t\n");
  expect((await outcome(`${make}ls | cat; find . -name '*b' | cat`)).text).toBe('a\nb\nt\tt\n./a\nb\n');
});

test('Tab completes through links, and ends one to a directory with a slash but where the link itself is meant', async () => {
  const files = createMemoryFiles({ now: () => 0 });
  const shell = createTestShell({ files });
  await runInMemory("mkdir -p d/inner; touch d/file $'line\\nfeed'; ln -s d link; ln -s no lost", { files, shell });
  const texts = (line: string): string[] => shell.complete(line, line.length).candidates.map(({ text }) => text);
  expect([texts('ls li'), texts('cd l'), texts('rm li'), texts('cat link/f'), texts('ls link/../li'), texts('cat lost')])
    .toEqual([["$'line\\nfeed'", 'link/'], ['link/'], ["$'line\\nfeed'", 'link'], ['link/file'], ["$'link/../line\\nfeed'", 'link/../link/'], ['lost']]);
});

test('names and patterns in the decomposed letters of macOS find the names that are kept composed', async () => {
  const files = createMemoryFiles({ now: () => 0 });
  const shell = createTestShell({ files });
  const script = 'echo x > caf\u0065\u0301.txt; cat caf\u00e9.txt; cat cafe\u0301*; find . -name "cafe\u0301*" | wc -l; ln -s cafe\u0301.txt l; cat l; ls | wc -l';
  expect(await outcome(script, { files, shell })).toEqual({ text: 'x\nx\n1\nx\n2\n', errors: '', status: 0 });
  expect(files.list(HOME)[0]?.name).toBe('caf\u00e9.txt');
  const line = 'cat cafe\u0301';
  expect(shell.complete(line, line.length).candidates.map(({ text }) => text)).toEqual(['caf\u00e9.txt']);
});

test('edit opens what the link leads to, by its own name, so that a change by others is noticed', async () => {
  const edited: string[] = [];
  await runInMemory('mkdir d; touch d/f; ln -s d/f l; edit l; ln -s d e; edit e/new', { terminal: terminal(edited) });
  expect(edited).toEqual([`${HOME}/d/f`, `${HOME}/d/new`]);
});

describe('between home and memory', () => {
  const create = () => createMountFiles({ now: () => 0, home: createMemoryFiles({ now: () => 0 }) });

  test('mv takes a whole directory over the border, with links and bits, and leaves nothing behind', async () => {
    const files = create();
    const made = 'mkdir -p d/s; echo x > d/s/f; chmod 750 d/s; chmod 600 d/s/f; ln -s s/f d/l; ln -s /no d/b; ';
    expect(await outcome(`${made}mv d /tmp; stat -c '%a %N' /tmp/d/s /tmp/d/s/f /tmp/d/l; mv /tmp/d back; cat back/l; ls -F back`, { files }))
      .toEqual({ text: "750 '/tmp/d/s'\n600 '/tmp/d/s/f'\n777 '/tmp/d/l' -> 's/f'\nx\nb@\nl@\ns/\n", errors: '', status: 0 });
    expect(snapshot(files, '/tmp')).toEqual([]);
    expect(snapshot(files, HOME)).toEqual(['back/', 'back/b -> /no', 'back/l -> s/f', 'back/s/', 'back/s/f=x\n']);
  });

  test('mv over the border that cannot end leaves the source whole', async () => {
    const home = createMemoryFiles({ now: () => 0, maxBytes: 100 });
    const files = createMountFiles({ now: () => 0, home });
    const { errors, status } = await outcome('mkdir /tmp/d; echo small > /tmp/d/a; seq 1 100 > /tmp/d/b; mv /tmp/d .', { files });
    expect([errors, status]).toEqual(["mv: cannot create regular file './d/b': No space left on device\n", 1]);
    expect(snapshot(files, '/tmp').map((line) => line.slice(0, 8))).toEqual(['d/', 'd/a=smal', 'd/b=1\n2\n']);
  });
});
