import type { History } from '@/lib/client/history.ts';
import type { WorkingDirectory } from '@/lib/client/working-directory.ts';
import type { Person, Workspace } from '@/lib/client/workspace.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { TerminalIo } from '@/lib/core/shell/command.ts';
import type { OfferedCommand } from '@/lib/core/shell/command-table.ts';
import type { Shell, ShellOptions } from '@/lib/core/shell/shell.ts';
import { terminalInput } from '@/lib/core/tty/tty.ts';
import type { Tty } from '@/lib/core/tty/tty.ts';
import { CONTINUATION, promptText } from './prompt.ts';
import { welcome } from './welcome.ts';

/**
 * The loop of the terminal: prompt, read, run, again. Everything it needs comes in, so that it runs against
 * @xterm/headless as it does in the page. A shell lives as long as its owner: when one person's files make
 * way for another's (sign-out, or another tab's), variables, screen and killed text go with them.
 */
export interface SessionOptions {
  tty: Tty;
  workspace: Pick<Workspace, 'files' | 'person' | 'onOwner' | 'onNotice'>;
  history: History;
  directory: WorkingDirectory;
  /** Fetches the shell's code. The prompt does not wait for it; a line does. */
  loadShell: () => Promise<(options: ShellOptions) => Shell>;
  commands: readonly OfferedCommand[];
  now: () => number;
  monotonic: () => number;
  random: () => number;
  yieldNow: () => Promise<void>;
  delay: (milliseconds: number) => Promise<void>;
  /** Opens the editor over the terminal; `signal` ends it. */
  edit: (path: string, signal: AbortSignal) => Promise<void>;
  /** `ready`: a prompt takes keys; `busy`: a command runs. */
  onState: (state: 'ready' | 'busy') => void;
}

export interface Session {
  /** Ctrl-C for the command that runs. */
  interrupt(): void;
  dispose(): void;
}

/** `me` before sign-in: what belongs to nobody's account is under `local`. */
export const ownerOf = (person: Person | undefined) => person?.id ?? 'local';

export function startSession(options: SessionOptions): Session {
  const { tty, workspace, history, directory } = options;
  let kills: string[] = [];
  let owner = ownerOf(workspace.person);
  let running: AbortController | undefined;
  let isOver = false;

  const terminal: TerminalIo = {
    columns: () => tty.columns(),
    rows: () => tty.rows(),
    async ask(question, { secret = false, initial = '' } = {}) {
      const result = await tty.readLine('ask', { prompt: question, secret, initial });
      if (result.type !== 'line') throw new Interrupted();
      return result.line;
    },
    edit: (path) => options.edit(path, (running ?? new AbortController()).signal),
    clear: () => tty.clear(),
  };

  const newShell = async () => (await options.loadShell())({
    files: workspace.files,
    env: {
      HOME, USER: 'me', LOGNAME: 'me', HOSTNAME: 'selkie', SHELL: '/bin/sh', PATH: '/bin', TERM: 'xterm-256color',
      LANG: 'C.UTF-8', EDITOR: 'edit', PWD: directory.load(owner, workspace.files),
    },
    cwd: directory.load(owner, workspace.files),
    now: options.now,
    monotonic: options.monotonic,
    random: options.random,
    yieldNow: options.yieldNow,
    delay: options.delay,
    commands: options.commands,
    history,
  });
  /** Undefined until its code is here. */
  let shell: Shell | undefined;
  let starting: Promise<Shell | undefined>;
  const startShell = (): void => {
    shell = undefined;
    const mine: Promise<Shell | undefined> = newShell().then((made) => {
      // The owner may have changed meanwhile; then another one is on its way.
      if (starting === mine) shell = made;
      return starting === mine ? made : starting;
    }, () => undefined);
    starting = mine;
  };
  startShell();

  const run = async (shell: Shell, line: string): Promise<void> => {
    running = new AbortController();
    options.onState('busy');
    const print = { write: async (bytes: Uint8Array) => tty.print(bytes) };
    try {
      await shell.run(line, {
        stdin: terminalInput(tty), stdout: print, stderr: print, signal: running.signal, terminal,
      });
    } catch (error) {
      // A shell never rejects; should one do so, the person still gets the prompt back.
      void tty.print(`selkie: ${error instanceof Error ? error.message : String(error)}\n`);
    }
    running = undefined;
    tty.cancelReads();
    directory.save(owner, shell.cwd);
    if (shell.exited) {
      void tty.print('There is no shell under this one; a fresh one starts.\n');
      startShell();
    }
  };

  const loop = async (): Promise<void> => {
    const isFirstVisit = !directory.isKnown(owner) && history.entries().length === 0;
    void tty.print(welcome({ isFirstVisit, email: workspace.person?.email }));
    directory.save(owner, directory.load(owner, workspace.files));
    let initial = '';
    while (!isOver) {
      const read = tty.readLine('prompt', {
        prompt: promptText(shell?.cwd ?? directory.load(owner, workspace.files), shell?.lastStatus ?? 0),
        continuation: CONTINUATION,
        history: history.entries().slice(),
        complete: (text, cursor) => shell?.complete(text, cursor) ?? { start: cursor, candidates: [] },
        isIncomplete: (text) => shell?.status(text) === 'incomplete',
        kills,
        initial,
      });
      initial = '';
      options.onState('ready');
      const result = await read;
      if (isOver) return;
      if (result.type === 'end') void tty.print('This shell has no other to go back to; close the tab to leave.\n');
      if (result.type !== 'line' || result.line.trim() === '') continue;
      let ready = shell ?? (await starting);
      if (ready === undefined) {
        startShell();
        ready = await starting;
      }
      if (isOver) return;
      if (ready === undefined) {
        void tty.print('The shell could not be fetched; go online and press Enter again, or reload the page.\n');
        initial = result.line;
        continue;
      }
      if (ready.status(result.line) === 'incomplete') {
        // Entered before the shell could say that more has to come.
        initial = `${result.line}\n`;
        continue;
      }
      history.add(result.line);
      await run(ready, result.line);
    }
  };

  const stopNotices = workspace.onNotice((sentence) => tty.notice(sentence));
  const stopOwner = workspace.onOwner((person) => {
    const before = owner;
    owner = ownerOf(person);
    if (owner === before) return;
    history.switchTo(owner);
    if (before === 'local') {
      // The files stayed and others came; only the directory may have gone.
      if (shell !== undefined) directory.save(owner, shell.cwd);
      return;
    }
    kills = [];
    running?.abort();
    tty.clear();
    startShell();
    if (running === undefined) tty.restartPrompt();
  });
  void loop();

  return {
    interrupt: () => running?.abort(),
    dispose() {
      isOver = true;
      stopNotices();
      stopOwner();
      running?.abort();
      tty.dispose();
    },
  };
}
