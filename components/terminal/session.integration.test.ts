import { expect, test } from 'vitest';
import { openHistory } from '@/lib/client/history.ts';
import { lateHistory } from '@/lib/client/late-history.ts';
import type { Person } from '@/lib/client/workspace.ts';
import { workingDirectory } from '@/lib/client/working-directory.ts';
import { createMemoryFiles } from '@/lib/core/fs/memory-files.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { createShell } from '@/lib/core/shell/shell.ts';
import { headlessTerminal } from '@/lib/core/tty/headless-terminal.ts';
import { Tty } from '@/lib/core/tty/tty.ts';
import { startSession } from './session.ts';

const encoder = new TextEncoder();

/** A command that asks, one that never ends by itself, and one that reads its input. */
const commands: Command[] = [
  {
    name: 'ask', section: 'other', summary: '', usage: '',
    async run(context) {
      const answer = await context.terminal?.ask('Secret: ', { secret: true });
      await context.stdout.write(encoder.encode(`${answer?.length} characters\n`));
      return 0;
    },
  },
  {
    name: 'forever', section: 'other', summary: '', usage: '',
    run: (context) => new Promise((_resolve, reject) => {
      context.signal.addEventListener('abort', () => reject(new Interrupted()));
    }),
  },
  {
    name: 'first', section: 'other', summary: '', usage: '',
    async run(context) {
      for await (const chunk of context.stdin) {
        await context.stdout.write(encoder.encode('got '));
        await context.stdout.write(chunk);
        return 0;
      }
      return 1;
    },
  },
  {
    name: 'manual', section: 'other', summary: '', usage: '',
    async run(context) {
      await context.terminal?.page?.('\x1b[1mNAME\x1b[0m\nprivate words\n', 'manual');
      return 0;
    },
  },
];

function setUp(bashrc?: string, loadShell = async () => createShell) {
  const head = headlessTerminal(60, 20);
  const files = createMemoryFiles({ now: () => 0 });
  files.makeDirectory('/home/me/notes');
  if (bashrc !== undefined) files.write('/home/me/.bashrc', encoder.encode(bashrc));
  const owners = new Set<(person: Person | undefined) => void>();
  const notices = new Set<(sentence: string) => void>();
  const listen = <T,>(set: Set<T>) => (listener: T) => {
    set.add(listener);
    return () => void set.delete(listener);
  };
  const workspace = { files, person: undefined as Person | undefined, onOwner: listen(owners), onNotice: listen(notices) };
  const tty: Tty = new Tty(head.port, () => session.interrupt(), () => session.suspend());
  const states: string[] = [];
  const history = openHistory({ owner: 'local', tab: 't', storage: undefined, now: () => 0 });
  const session = startSession({
    tty, workspace, history: lateHistory(async () => history), directory: workingDirectory(undefined), loadShell, loadCommands: async () => commands,
    now: () => 0, monotonic: () => performance.now(), random: () => 0.5,
    yieldNow: () => new Promise((resolve) => setImmediate(resolve)), delay: () => Promise.resolve(), painted: async () => undefined,
    edit: () => Promise.resolve(), onState: (state) => states.push(state),
  });
  /** Polls the screen until it ends with `end`; the test's own timeout is the limit. */
  const until = async (end: string): Promise<string> => {
    for (;;) {
      await head.settled();
      await new Promise((resolve) => setImmediate(resolve));
      const text = head.text();
      if (text.endsWith(end)) return text;
    }
  };
  const type = (data: string) => tty.input(data);
  const switchTo = (person: Person | undefined) => {
    workspace.person = person;
    for (const listener of owners) listener(person);
  };
  return { head, type, until, states, history, session, switchTo, notify: (sentence: string) => notices.forEach((tell) => tell(sentence)) };
}

const PROMPT = 'me@selkie:~$';

/** The screen after the welcome, from the first prompt on. */
const after = (screen: string) => screen.slice(screen.indexOf(PROMPT));

test('the first visit gets a welcome that names help and signup, and a prompt', async () => {
  const { until } = setUp();
  expect(await until(PROMPT)).toBe([
    'Selkie · your own terminal, in any browser', 'Files stay in this browser and work offline.', '',
    '  help    what you can type', '  signup  the same files on every device', '', PROMPT,
  ].join('\n'));
});

test('lines run one after the other, typed ahead or not, and are kept in the history', async () => {
  const { type, until, history, states } = setUp();
  type('echo one\recho two; false\rcd notes\r echo hidden\r');
  expect(after(await until('hidden\nme@selkie:~/notes$'))).toBe(
    `${PROMPT} echo one\none\n${PROMPT} echo two; false\ntwo\n${PROMPT} cd notes\nme@selkie:~/notes$  echo hidden\nhidden\nme@selkie:~/notes$`,
  );
  expect(history.entries()).toEqual(['echo one', 'echo two; false', 'cd notes']);
  // Busy as well while the first waits for the shell's code, which may be there already.
  const changes = states.filter((state, index) => state !== states[index - 1]);
  expect(changes).toEqual(['ready', 'busy', 'ready', 'busy', 'ready', 'busy', 'ready', 'busy', 'ready']);
});

test('Ctrl-C ends the command that runs with 130 and leaves the shell as it was', async () => {
  const { type, until, head } = setUp();
  type('x=kept; forever\r');
  await until('forever');
  await until('forever');
  type('\x03');
  await until(`^C\n${PROMPT}`);
  type('echo $? $x\r');
  expect(after(await until(`130 kept\n${PROMPT}`))).toBe(
    `${PROMPT} x=kept; forever\n^C\n${PROMPT} echo $? $x\n130 kept\n${PROMPT}`,
  );
  head.terminal.dispose();
});

test('Ctrl-C leaves a line that waits for the shell itself, and the line never runs', async () => {
  let arrive = () => {};
  const fetched = new Promise<typeof createShell>((resolve) => { arrive = () => resolve(createShell); });
  const { type, until, states, history } = setUp(undefined, () => fetched);
  type('echo first\r');
  await until('echo first');
  expect(states.at(-1)).toBe('busy');
  type('\x03');
  await until(`^C\n${PROMPT}`);
  arrive();
  type('echo second\r');
  expect(after(await until(`second\n${PROMPT}`))).toBe(`${PROMPT} echo first\n^C\n${PROMPT} echo second\nsecond\n${PROMPT}`);
  expect(history.entries()).toEqual(['echo second']);
});

test('a command can ask, and read what is typed', async () => {
  const { type, until, history } = setUp();
  type('ask\rhunter2\rfirst\rhello\r');
  expect(after(await until(`got hello\n${PROMPT}`))).toBe(
    `${PROMPT} ask\nSecret:\n7 characters\n${PROMPT} first\nhello\ngot hello\n${PROMPT}`,
  );
  expect(history.entries()).toEqual(['ask', 'first']);
});

test('an unfinished command goes on in the next line', async () => {
  const { type, until } = setUp();
  type("echo 'a\rb'\r");
  expect(after(await until(`b\n${PROMPT}`))).toBe(`${PROMPT} echo 'a\n> b'\na\nb\n${PROMPT}`);
});

test('Ctrl-D on a line of nothing ends an unfinished command, which says what is missing; a here-document ends there and runs', async () => {
  const { type, until } = setUp();
  type('echo first\r');
  await until(`first\n${PROMPT}`);
  type('if true\r\x04echo next\r');
  expect(after(await until(`next\n${PROMPT}`))).toBe(`${PROMPT} echo first\nfirst\n${PROMPT} if true\n>\nsyntax error in line 1, column 8: expected 'then'\n${PROMPT} echo next\nnext\n${PROMPT}`);
  type('read x <<END; echo "got $x"\ra\r\x04');
  await until(`got a\n${PROMPT}`);
});

test('read takes single keys as they come, an arrow as its bytes, and a question that comes too late is taken back', async () => {
  const { type, until } = setUp();
  type('read -n1 k; echo "[$k]"\rz');
  await until(`z[z]\n${PROMPT}`);
  type('read -rsn1 a; read -rsn2 b; printf "%q %q\\n" "$a" "$b"; read -d . -p "to a dot: " t; echo "|$t|"\r');
  type('\x1b[A');
  await until('to a dot:');
  type('one two.');
  await until(`|one two|\n${PROMPT}`);
  type('read -t 0.05 x; echo "late $?"; read y; echo "end $?"\r');
  await until('late 142');
  type('\x04');
  expect(after(await until(`end 1\n${PROMPT}`))).toContain("$'\\E' \\[A");
});

test('after exit, and after Ctrl-D, there is a fresh prompt and a sentence', async () => {
  const { type, until } = setUp();
  type('x=1\rexit\recho "[$x]"\r\x04');
  expect(after(await until(`close the tab to leave.\n${PROMPT}`))).toBe(
    `${PROMPT} x=1\n${PROMPT} exit\nThere is no shell under this one; a fresh one starts.\n${PROMPT} echo "[$x]"\n[]\n`
    + `${PROMPT}\nThis shell has no other to go back to; close the tab to leave.\n${PROMPT}`,
  );
});

test('when a person\'s files go, screen, variables, history and killed text go with them', async () => {
  const { type, until, switchTo, history } = setUp();
  await until(PROMPT);
  switchTo({ id: 'ann', email: 'ann@example.com' });
  type('secret=1234\recho private\rkilled words\x15half a li');
  await until('half a li');
  switchTo(undefined);
  expect(await until(PROMPT)).toBe(PROMPT);
  expect(history.entries()).toEqual([]);
  type('\x19\x1b[Aecho "[$secret]"\r');
  expect(await until(`[]\n${PROMPT}`)).toBe(`${PROMPT} echo "[$secret]"\n[]\n${PROMPT}`);
});

test('signing in keeps the shell and what is on the screen', async () => {
  const { type, until, switchTo } = setUp();
  type('x=kept\r');
  await until(`x=kept\n${PROMPT}`);
  switchTo({ id: 'ann', email: 'ann@example.com' });
  type('echo $x\r');
  expect(after(await until(`kept\n${PROMPT}`))).toBe(`${PROMPT} x=kept\n${PROMPT} echo $x\nkept\n${PROMPT}`);
});

test('what was entered is kept with where, how long and how it ended, and is suggested there first', async () => {
  const { type, until, history, head } = setUp();
  type('echo at home\rcd notes\recho in notes\rfalse || cd nowhere 2>&1\r');
  await until('/notes$');
  const told = history.records().map(({ line, directory, status, durationMs }) => ({ line, directory, status, isTimed: (durationMs ?? -1) >= 0 }));
  expect(told).toEqual([
    { line: 'echo at home', directory: '/home/me', status: 0, isTimed: true }, { line: 'cd notes', directory: '/home/me', status: 0, isTimed: true },
    { line: 'echo in notes', directory: '/home/me/notes', status: 0, isTimed: true }, { line: 'false || cd nowhere 2>&1', directory: '/home/me/notes', status: 1, isTimed: true },
  ]);
  type('echo');
  await until('$ echo in notes');
  type('\x15cd ..\recho');
  await until('$ echo at home');
  type('\r');
  // Enter sent what stood there, and nothing of what was grey.
  expect(await until(`$ echo\n\n${PROMPT}`)).not.toContain('echo at home\nat home\n\n');
  head.terminal.dispose();
});

test('a command that is not there is red, one that is there green; a path that is there is underlined', async () => {
  const { type, until, head } = setUp();
  type('ech notes');
  // The slash is suggested.
  await until('ech notes/');
  const cell = (offset: number) => {
    const { active } = head.terminal.buffer;
    return active.getLine(active.baseY + active.cursorY)?.getCell(PROMPT.length + 1 + offset);
  };
  expect([cell(0)?.getFgColor(), cell(4)?.isUnderline() !== 0]).toEqual([1, true]);
  type('\x01\x1bfo');
  await until('echo notes');
  expect([cell(0)?.getFgColor(), cell(5)?.isUnderline() !== 0, cell(4)?.isUnderline() !== 0]).toEqual([2, true, false]);
  head.terminal.dispose();
});

test('HISTCONTROL of the shell says what is kept; a line that begins with a space is not, by itself', async () => {
  const { type, until, history } = setUp();
  type(' echo hidden\rHISTCONTROL=\r echo kept\r');
  await until(`kept\n${PROMPT}`);
  expect(history.entries()).toEqual(['HISTCONTROL=', ' echo kept']);
});

test('Ctrl-o runs a line of the history and offers the one after it', async () => {
  const { type, until } = setUp();
  type('echo one\recho two\r');
  await until(`two\n${PROMPT}`);
  type('\x1b[A\x1b[A\x0f');
  expect(await until(`one\n${PROMPT} echo two`)).toContain(`${PROMPT} echo one\none\n${PROMPT} echo two`);
});

test('a disposed session answers nothing more and leaves no listener', async () => {
  const { until, session, notify, type, head } = setUp();
  const screen = await until(PROMPT);
  session.dispose();
  notify('Nobody hears this.');
  type('echo late\r');
  await head.settled();
  expect(head.text()).toBe(screen);
});

test('a manual page is shown in the pager, and q gives the prompt back', async () => {
  const { type, until, head } = setUp();
  type('manual\r');
  await until('h help');
  expect(head.screen().rows.slice(0, 2)).toEqual(['NAME', 'private words']);
  type('q');
  expect(after(await until(`manual\n${PROMPT}`))).toBe(`${PROMPT} manual\n${PROMPT}`);
});

test('when the files make way for another person\'s, an open view goes with what it shows', async () => {
  const { type, until, switchTo } = setUp();
  switchTo({ id: 'a', email: 'a@x.org', admin: false } as Person);
  type('echo mine; manual\r');
  await until('h help');
  switchTo(undefined);
  expect(await until(PROMPT)).toBe(PROMPT);
});

test('Ctrl-Z makes a job of what runs, and fg goes on with it', async () => {
  const { type, until } = setUp();
  type('echo begun; first\r');
  await until('\nbegun');
  type('\x1a');
  const stopped = `${PROMPT} echo begun; first\nbegun\n\n[1]+  Stopped                 echo begun; first\n${PROMPT}`;
  expect(after(await until(`; first\n${PROMPT}`)).replace('^Z', '')).toBe(stopped);
  type('fg\r');
  await until('fg\necho begun; first');
  type('hello\r');
  expect(after(await until(`got hello\n${PROMPT}`)).replace('^Z', '')).toBe(`${stopped} fg\necho begun; first\nhello\ngot hello\n${PROMPT}`);
});

test('~/.bashrc runs before the first prompt, which is the one that it sets', async () => {
  const { type, until } = setUp("PS1='\\w \\$ '\nalias hi='echo hello'\n");
  expect(await until('~ $')).toContain('\n~ $');
  type('hi you\r');
  expect(await until('hello you\n~ $')).toMatch(/~ \$ hi you\nhello you\n~ \$$/);
});

test('a ~/.bashrc that never ends is ended by Ctrl-C, and there is a prompt', async () => {
  const { type, until } = setUp('echo begun\nwhile :; do :; done\n');
  await until('begun');
  type('\x03');
  expect(await until(PROMPT)).toContain('~/.bashrc: stopped; the rest of it did not run');
});

test('history expansion shows the line that it runs and keeps that one', async () => {
  const { type, until, history } = setUp();
  type('echo one two\r');
  await until(`one two\n${PROMPT}`);
  type('echo !$ again\r!nope\r');
  expect(after(await until(`event not found\n${PROMPT}`))).toBe(
    `${PROMPT} echo one two\none two\n${PROMPT} echo !$ again\necho two again\ntwo again\n${PROMPT} !nope\n!nope: event not found\n${PROMPT}`,
  );
  expect(history.entries()).toEqual(['echo one two', 'echo two again']);
});
