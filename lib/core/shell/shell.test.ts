import { describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { HOME } from '../fs/places.ts';
import { FsError, type Files } from '../fs/files.ts';
import * as limits from '../limits.ts';
import type { TerminalIo } from './command.ts';
import { createShell } from './shell.ts';
import { createTestShell, runInMemory } from './testing/run-in-memory.ts';
import { head } from './tools/head-tail.ts';

const terminal = (columns = 40): TerminalIo => ({
  columns: () => columns,
  rows: () => 24,
  ask: async (question) => `answer to ${question}`,
  edit: async () => {},
  clear: () => {},
});

async function outcome(script: string, options: Parameters<typeof runInMemory>[1] = {}): Promise<{ text: string; errors: string; status: number }> {
  const { text, errors, status } = await runInMemory(script, options);
  return { text, errors, status };
}

describe('one run', () => {
  test('state outlives a run: variables, functions, directory, status', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const shell = createTestShell({ files });
    await runInMemory('x=5; f() { echo "f $1"; }; mkdir d; cd d; (exit 3)', { files, shell });
    expect(shell.lastStatus).toBe(3);
    expect(shell.cwd).toBe(`${HOME}/d`);
    expect(shell.variable('x')).toBe('5');
    expect(await outcome('echo $? $x; f a; pwd', { files, shell })).toEqual({ text: `3 5\nf a\n${HOME}/d\n`, errors: '', status: 0 });
  });

  test('exit says so, and the next run starts without it', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const shell = createTestShell({ files });
    expect((await runInMemory('exit 4; echo never', { files, shell })).status).toBe(4);
    expect(shell.exited).toBe(true);
    await runInMemory('(exit 4)', { files, shell });
    expect(shell.exited).toBe(false);
  });

  test('a syntax error names its place after the lines before it have run; nothing of its own line or behind it runs', async () => {
    expect(await outcome('echo one\necho two; ;\necho three')).toEqual({ text: 'one\n', errors: "syntax error in line 2, column 11: unexpected token ';'\n", status: 2 });
    expect(await outcome('echo one; echo $(if true)')).toMatchObject({ text: '', status: 2 });
  });

  test('an unknown command is 127; on a terminal the nearest name is offered; what a page cannot do is said', async () => {
    expect(await outcome('gerp x')).toEqual({ text: '', errors: 'gerp: command not found\n', status: 127 });
    expect(await outcome('gerp x; sl', { terminal: terminal() })).toEqual({ text: '', errors: 'gerp: command not found; did you mean `grep`?\nsl: command not found; did you mean `ls`?\n', status: 127 });
    expect((await outcome('pyhton x', { terminal: terminal() })).errors).toBe('pyhton: command not found, and `python` is not available here: no other language runs here; shell scripts, `awk`, `jq` and `bc` do\n');
    expect(await outcome('curl x')).toEqual({ text: '', errors: 'curl: not available here: a web page has no sockets; it can only talk to its own server\n', status: 127 });
  });

  test('messages are those of coreutils', async () => {
    const { errors } = await runInMemory('ls x; cat x; cd x; rm x; mkdir a/b; cat <nofile; cp x y; mv x y; rmdir x; head x; grep a x; sort x; wc x; touch a/b');
    expect(errors.split('\n')).toEqual([
      "ls: cannot access 'x': No such file or directory",
      'cat: x: No such file or directory',
      'cd: x: No such file or directory',
      "rm: cannot remove 'x': No such file or directory",
      "mkdir: cannot create directory 'a/b': No such file or directory",
      'nofile: No such file or directory',
      "cp: cannot stat 'x': No such file or directory",
      "mv: cannot stat 'x': No such file or directory",
      "rmdir: failed to remove 'x': No such file or directory",
      'head: x: No such file or directory',
      'grep: x: No such file or directory',
      'sort: cannot read: x: No such file or directory',
      'wc: x: No such file or directory',
      "touch: cannot touch 'a/b': No such file or directory",
      '',
    ]);
  });

  test('aliases work on a terminal, also for themselves', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const shell = createTestShell({ files });
    const shared = { files, shell, terminal: terminal() };
    await runInMemory("alias e='echo -n' echo='echo [x]'", shared);
    expect(await outcome('echo a; e b; \\echo plain; echo "e"', shared)).toEqual({ text: '[x] a\n[x] -n b\nplain\n[x] e\n', errors: '', status: 0 });
  });

  test('standard output and standard error keep their order on one screen', async () => {
    const seen: string[] = [];
    const files = createMemoryFiles({ now: Date.now });
    const sink = (name: string) => ({ write: async (bytes: Uint8Array) => void seen.push(name + new TextDecoder().decode(bytes)) });
    const shell = createTestShell({ files });
    await shell.run('echo 1; echo 2 >&2; echo 3; echo 4 | cat; echo 5 >&2', {
      stdin: { async *[Symbol.asyncIterator]() {} }, stdout: sink('o'), stderr: sink('e'), signal: new AbortController().signal, terminal: terminal(),
    });
    expect(seen.join('|')).toBe('o1\n|e2\n|o3\n|o4\n|e5\n');
  });
});

describe('files are never lost', () => {
  test('what is too large is refused and the old content stays', async () => {
    const files = createMemoryFiles({ now: Date.now });
    expect(await outcome('echo old > f; yes > f; echo $?; cat f', { files })).toEqual({ text: '1\nold\n', errors: `yes: ${HOME}/f: File too large: a file in home may have 2 MiB; /tmp takes up to 64 MiB\n`, status: 0 });
    expect((await outcome('yes >> f', { files })).status).toBe(1);
    const appended = files.read(`${HOME}/f`);
    expect(appended.length).toBeLessThanOrEqual(limits.fileMaxBytes);
    expect(new TextDecoder().decode(appended.subarray(0, 8))).toBe('old\ny\ny\n');
  });

  test('a full disk is reported as bash does, with status 1, and the old content stays', async () => {
    const inner = createMemoryFiles({ now: Date.now });
    inner.write(`${HOME}/f`, new TextEncoder().encode('old\n'));
    const full: Files = { ...inner, write: (path, bytes) => {
      if (bytes.length > 0) throw new FsError('ENOSPC', path);
      inner.write(path, bytes);
    } };
    expect(await outcome('echo new > f; echo $?; cat f', { files: full })).toEqual({ text: '1\nold\n', errors: 'f: No space left on device\n', status: 0 });
  });

  test('any bytes go through variables, substitutions, pipes and text tools unchanged', async () => {
    const bytes = Uint8Array.from({ length: 255 }, (_, index) => index + 1).filter((byte) => byte !== 10);
    const files = createMemoryFiles({ now: Date.now });
    files.write(`${HOME}/bin`, bytes);
    for (const script of ['cat bin', 'x=$(cat bin); printf %s "$x"', 'cat < bin | cat', 'tr x x < bin', 'cp bin b2; cat b2', 'cat <(cat bin)', 'printf %s "$(<bin)"', 'rev bin | rev', 'IFS= read -r x < bin; printf %s "$x"']) {
      const { stdout } = await runInMemory(script, { files });
      expect([script, [...stdout]]).toEqual([script, [...bytes]]);
    }
  });
});

describe('streaming', () => {
  test('a reader that leaves ends its writer: yes, seq and loops', async () => {
    expect(await outcome('yes | head -3; echo ${PIPESTATUS[@]}')).toEqual({ text: 'y\ny\ny\n141 0\n', errors: '', status: 0 });
    expect(await outcome('seq 1 1000000000 | head -1')).toEqual({ text: '1\n', errors: '', status: 0 });
    expect(await outcome('while true; do echo loop; done | head -2')).toEqual({ text: 'loop\nloop\n', errors: '', status: 0 });
  });

  test('a writer waits for a slow screen: no more than a pipe is in flight', async () => {
    const files = createMemoryFiles({ now: Date.now });
    const shell = createTestShell({ files });
    const controller = new AbortController();
    let written = 0;
    let writes = 0;
    await shell.run('seq 1 1000000000', {
      stdin: { async *[Symbol.asyncIterator]() {} },
      stdout: { write: (bytes) => {
        written += bytes.length;
        writes += 1;
        // The screen takes one write and then stalls until the person stops it.
        return new Promise(() => setTimeout(() => controller.abort(), 1));
      } },
      stderr: { write: async () => {} },
      signal: controller.signal,
    });
    expect(writes).toBe(1);
    expect(written).toBeLessThan(4 * limits.pipeMaxBytes);
  });

  test('lines of an open input are seen as they come', async () => {
    const seen: string[] = [];
    let answered: (() => void) | undefined;
    async function* stdin(): AsyncGenerator<Uint8Array> {
      for (const line of ['one\n', 'two\n']) {
        yield new TextEncoder().encode(line);
        await new Promise<void>((resolve) => {
          answered = resolve;
        });
      }
    }
    const { text } = await runInMemory('grep o | cat -n', { stdin: stdin(), onOutput: (bytes) => {
      seen.push(new TextDecoder().decode(bytes));
      answered?.();
    } });
    expect(seen).toEqual(['     1\tone\n', '     2\ttwo\n']);
    expect(text).toBe('     1\tone\n     2\ttwo\n');
  });
});

describe('on a terminal', () => {
  test('ls prints columns and colours directories', async () => {
    expect((await outcome('touch one two three four five six seven; mkdir dir; ls', { terminal: terminal(30) })).text)
      .toBe('\x1b[1;34mdir\x1b[0m   four  seven  three\nfive  one   six    two\n');
  });

  test('read asks through the terminal', async () => {
    expect((await outcome('read -p "name? " x; echo "$x"', { terminal: terminal(), stdin: { async *[Symbol.asyncIterator]() {} } })).text).toBe('answer to name?\n');
  });

  test('help explains a command, as its --help does', async () => {
    expect((await outcome('help head')).text).toMatch(/^head: Print the beginning of files\n\n {2}head -5 log.txt\n/);
    expect((await outcome('head --help')).text).toBe((await outcome('help head')).text);
    expect(await outcome('help nosuch')).toEqual({ text: '', errors: "help: there is no command 'nosuch'; `help` lists them all\n", status: 1 });
  });

  test('help fetches the code of what it explains and of nothing else, and says where it cannot', async () => {
    const far = { name: 'far', load: () => Promise.reject(new Error('far was asked for')) };
    const files = createMemoryFiles({ now: Date.now });
    // Without the other commands: what they still fetch when a test file ends is lost for those after it.
    const shell = createShell({ files, env: { HOME }, cwd: HOME, now: () => 0, monotonic: () => 0, random: () => 0, yieldNow: () => Promise.resolve(), commands: [head, far] });
    expect((await outcome('help head', { files, shell })).text).toMatch(/^head: /);
    const sentence = 'the manual could not be fetched; go online and try again, or reload the page\n';
    expect(await outcome('help far; man far; help', { files, shell })).toEqual({ text: '', errors: `help: ${sentence}man: ${sentence}help: ${sentence}`, status: 1 });
  });
});

describe('status', () => {
  const shell = createTestShell({ files: createMemoryFiles({ now: Date.now }) });
  test('incomplete where another line could help', () => {
    for (const source of ['echo "a', "echo 'a", 'a |', 'a &&', 'a ||', 'if true', 'if a; then', 'for x in a; do', 'while a; do b', 'case x in', 'f() {', '{ a', '( a', 'cat <<E', 'cat <<E\nfoo', 'echo $(', 'echo ${x', 'echo \\', 'x=(1', '`a', '((1+', '[[ a']) {
      expect([source, shell.status(source)]).toEqual([source, 'incomplete']);
    }
  });
  test('complete and error', () => {
    for (const source of ['', 'a', 'a; b', 'cat <<E\na\nE', 'if a; then b; fi', 'a &', '# c', 'echo a \\\n b']) expect([source, shell.status(source)]).toEqual([source, 'complete']);
    for (const source of ['a; ;', ')', 'fi', 'if a; then b; done', 'echo >', 'a || || b', '| a']) expect([source, shell.status(source)]).toEqual([source, 'error']);
  });
});

describe('complete', () => {
  const files = createMemoryFiles({ now: Date.now });
  for (const folder of ['docs', 'docs/deep', 'my files']) files.makeDirectory(`${HOME}/${folder}`);
  for (const file of ['notes.txt', 'docs/a.md', '.hidden', 'it is.txt']) files.write(`${HOME}/${file}`, new Uint8Array(0));
  const shell = createTestShell({ files });
  const complete = (source: string): [number, string[]] => {
    const { start, candidates } = shell.complete(source, source.length);
    return [start, candidates.map(({ text }) => text)];
  };
  test('commands at the start, after | ; && and keywords', () => {
    expect(complete('gre')).toEqual([0, ['grep']]);
    expect(complete('ls | gre')).toEqual([5, ['grep']]);
    expect(complete('if hea')).toEqual([3, ['head']]);
    expect(complete('a; unal')).toEqual([3, ['unalias']]);
  });
  test('files, quoted as the word is', () => {
    expect(complete('cat no')).toEqual([4, ['notes.txt']]);
    expect(complete('cat docs/')).toEqual([4, ['docs/a.md', 'docs/deep/']]);
    expect(complete('cat my')).toEqual([4, ['my\\ files/']]);
    expect(complete('cat "it')).toEqual([4, ['"it is.txt"']]);
    expect(complete('cat ~/no')).toEqual([4, ['~/notes.txt']]);
    expect(complete('cat .h')).toEqual([4, ['.hidden']]);
    expect(complete('echo a >no')).toEqual([8, ['notes.txt']]);
    expect(complete('./no')).toEqual([0, ['./notes.txt']]);
  });
  test('directories only for cd; variables after $', () => {
    expect(complete('cd ')).toEqual([3, ['docs/', 'my\\ files/']]);
    expect(complete('echo $HO')).toEqual([5, ['$HOME']]);
    expect(complete('echo "${HO')).toEqual([6, ['${HOME}']]);
  });
});
