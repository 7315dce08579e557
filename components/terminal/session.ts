import type { LateHistory } from '@/lib/client/late-history.ts';
import type { WorkingDirectory } from '@/lib/client/working-directory.ts';
import type { Person, Workspace } from '@/lib/client/workspace.ts';
import { HOME, TMP } from '@/lib/core/fs/places.ts';
import { Interrupted } from '@/lib/core/shell/command.ts';
import type { TerminalIo } from '@/lib/core/shell/command.ts';
import type { OfferedCommand } from '@/lib/core/shell/command-table.ts';
import type { Shell, ShellIo, ShellOptions } from '@/lib/core/shell/shell.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import { terminalInput } from '@/lib/core/tty/tty.ts';
import { isLateKey } from '@/lib/core/tty/late-keys.ts';
import type { LineLists } from '@/lib/core/tty/line-lists.ts';
import type { Tty } from '@/lib/core/tty/tty.ts';
import { CONTINUATION, directoryText, promptText, whenText } from './prompt.ts';
import { welcome } from './welcome.ts';

/**
 * The loop of the terminal: prompt, read, run, again. Everything it needs comes in, so that it runs against
 * @xterm/headless as it does in the page. A shell lives as long as its owner: when one person's files make
 * way for another's (sign-out, or another tab's), variables, screen and killed text go with them.
 */
export interface SessionOptions {
  tty: Tty;
  workspace: Pick<Workspace, 'files' | 'person' | 'onOwner' | 'onNotice'>;
  history: LateHistory;
  directory: WorkingDirectory;
  /** Fetches the shell's code. The prompt does not wait for it; a line does, and a key that completes. */
  loadShell: () => Promise<(options: ShellOptions) => Shell>;
  /** Fetched beside the shell's code. */
  loadCommands: () => Promise<readonly OfferedCommand[]>;
  now: () => number;
  monotonic: () => number;
  random: () => number;
  yieldNow: () => Promise<void>;
  delay: (milliseconds: number) => Promise<void>;
  /** Once what was written is on the screen. */
  painted: () => Promise<void>;
  /** Opens the editor over the terminal; `signal` ends it. */
  edit: (path: string, signal: AbortSignal, how: Parameters<TerminalIo['edit']>[1]) => Promise<void>;
  /** Whether the person wants plain lines in the place of full-screen views. */
  isPlain?: () => boolean;
  /** What only a page can do. Fetched beside the shell's code. */
  loadPage?: () => Promise<PageIo>;
  /** `ready`: a prompt takes keys, after a command that ended with `lastStatus`; `busy`: a command runs. */
  onState: (state: 'ready' | 'busy', lastStatus: number) => void;
  /** Words for who does not see the screen, of what was chosen and not typed. */
  say?: (words: string) => void;
  /** A line was entered and is about to run. */
  onLine?: (line: string) => void;
  /** What stands above the first prompt, in the place of the welcome. */
  greeting?: string;
}

type PageIo = Pick<TerminalIo, 'copy' | 'paste' | 'visit' | 'colourCode'> & {
  show: (media: Parameters<NonNullable<TerminalIo['show']>>[0], signal: AbortSignal) => Promise<void>;
};

/** After a prompt; the page has other things to do at its start. */
const PREPARE_AFTER_MS = 1_500;

export interface Session {
  /** Resolves when the shell's code is here, or could not be had. */
  started(): Promise<unknown>;
  /** Ctrl-C for the command that runs. */
  interrupt(): void;
  /** Ctrl-Z for the command that runs: it becomes a job. */
  suspend(): void;
  dispose(): void;
}

/** `me` before sign-in: what belongs to nobody's account is under `local`. */
export const ownerOf = (person: Person | undefined) => person?.id ?? 'local';

export function startSession(options: SessionOptions): Session {
  const { tty, workspace, history, directory } = options;
  let kills: string[] = [];
  let owner = ownerOf(workspace.person);
  let running: AbortController | undefined;
  /** A line waits for the shell. */
  let waiting: AbortController | undefined;
  let isOver = false;

  const terminal: TerminalIo = {
    columns: () => tty.columns(),
    rows: () => tty.rows(),
    async ask(question, { secret = false, initial = '', keys, late, onEnd } = {}) {
      const reader = keys === undefined ? {} : { reader: new (await import('@/lib/core/tty/key-taker.ts')).KeyTaker({ prompt: question, secret, ...keys }) };
      const read = tty.readLine('ask', { prompt: question, secret, initial, ...reader });
      let isAnswered = false;
      let isLate = false;
      void late?.then(() => {
        if (isAnswered) return;
        isLate = true;
        tty.cancelReads();
      });
      const result = await read;
      isAnswered = true;
      if (isLate) return '';
      if (result.type === 'end' && onEnd !== undefined) {
        onEnd();
        return '';
      }
      if (result.type !== 'line') throw new Interrupted();
      return result.line;
    },
    edit: (path, how) => options.edit(path, (running ?? new AbortController()).signal, how),
    clear: () => tty.clear(),
    isPlain: () => options.isPlain?.() === true,
    view: async (work) => (await import('@/lib/core/tty/screen/run-view.ts')).runView(tty, work),
    async page(text, title) {
      if (options.isPlain?.() === true) return tty.print(text);
      const [{ runPager }, { textSource }] = await Promise.all([import('@/lib/core/views/pager.ts'), import('@/lib/core/views/pager-source.ts')]);
      await terminal.view?.((screen) => runPager(screen, { sources: [textSource(title, text)], breathe: () => undefined }));
    },
  };

  const pageOf = (page: PageIo): Partial<TerminalIo> => ({ ...page, show: (media) => page.show(media, (running ?? new AbortController()).signal) });

  const newShell = async () => {
    const [createShell, commands, past, page, list, { unseenLines }] = await Promise.all([
      options.loadShell(), options.loadCommands(), history.fetch(), options.loadPage?.(), import('@/lib/core/tty/line-lists.ts'), import('@/lib/core/tty/unseen-lines.ts'),
    ]);
    if (page !== undefined) Object.assign(terminal, pageOf(page));
    lists = list.lineLists;
    tty.leaveOut(unseenLines());
    return createShell({
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
      commands,
      history: past,
    });
  };
  /** Undefined until its code is here. */
  let shell: Shell | undefined;
  let lists: LineLists | undefined;
  /** Undefined while its code would only keep the first prompt from the screen. */
  let starting: Promise<Shell | undefined> | undefined;
  const startShell = (): Promise<Shell | undefined> => {
    shell = undefined;
    const mine: Promise<Shell | undefined> = newShell().then(async (made) => {
      if (hasStartFile() && starting === mine) await during((io) => made.start(io));
      // The owner may have changed meanwhile; then another one is on its way.
      if (starting === mine) shell = made;
      return starting === mine ? made : starting;
    }, () => undefined);
    starting = mine;
    return mine;
  };
  const started = (): Promise<Shell | undefined> => starting ?? startShell();
  const hasStartFile = (): boolean => workspace.files.stat(`${HOME}/.bashrc`) !== undefined;
  /** Runs something of the shell's in front of the person: Ctrl-C ends it. */
  const during = async <T,>(work: (io: ShellIo) => Promise<T>): Promise<T | undefined> => {
    const mine = new AbortController();
    running = mine;
    const print = { write: async (bytes: Uint8Array) => tty.print(bytes) };
    try {
      return await work({ stdin: terminalInput(tty), stdout: print, stderr: print, signal: mine.signal, terminal });
    } catch (error) {
      // A shell never rejects; should one do so, the person still gets the prompt back.
      void tty.print(`selkie: ${error instanceof Error ? error.message : String(error)}\n`);
      return undefined;
    } finally {
      if (running === mine) running = undefined;
    }
  };

  /** The shell once its code is here; undefined when it could not be fetched, `left` after Ctrl-C. */
  const untilShell = async (): Promise<Shell | undefined | 'left'> => {
    options.onState('busy', 0);
    const { signal } = (waiting = new AbortController());
    const fetched = async () => {
      const made = await started();
      return made !== undefined || signal.aborted ? made : startShell();
    };
    // Nothing but Ctrl-C rejects.
    return untilAborted(signal, fetched()).catch(() => 'left' as const).finally(() => { waiting = undefined; });
  };

  /** `$PS1` where somebody set it; lines above the last one are printed. */
  const prompt = async (): Promise<string> => {
    const ready = shell;
    const own = ready?.hasPrompt === true ? await during((io) => ready.prompt(io)) : undefined;
    if (own === undefined) return promptText(whereNow(), shell?.lastStatus ?? 0);
    const cut = own.lastIndexOf('\n') + 1;
    if (cut > 0) void tty.print(own.slice(0, cut));
    return own.slice(cut);
  };

  const run = async (shell: Shell, line: string): Promise<void> => {
    options.onState('busy', shell.lastStatus);
    await during((io) => shell.run(line, io));
    tty.cancelReads();
    directory.save(owner, shell.cwd);
    if (shell.exited) {
      void tty.print('There is no shell under this one; a fresh one starts.\n');
      startShell();
    }
  };

  const whereNow = () => shell?.cwd ?? directory.load(owner, workspace.files);
  /** What was entered before, here or anywhere; else what Tab would put there. */
  const suggest = (text: string): string | undefined => {
    if (options.isPlain?.() === true) return undefined;
    const entered = history.here?.index().suggest(text, whereNow());
    if (entered !== undefined || shell === undefined || /\s$/.test(text)) return entered;
    const { start, candidates } = shell.complete(text, text.length);
    const typed = text.slice(start);
    const first = candidates.find((candidate) => candidate.text.startsWith(typed) && candidate.text.length > typed.length);
    return typed === '' || first === undefined ? undefined : text.slice(0, start) + first.text;
  };
  let prepared: object | undefined;
  /** While nobody waits, so that the first key of Ctrl-R need not. */
  const prepareSearch = async (): Promise<void> => {
    await options.delay(PREPARE_AFTER_MS);
    const index = history.here?.index();
    if (isOver || index === undefined || index === prepared) return;
    prepared = index;
    for (const _ of index.prepare()) await options.yieldNow();
  };
  /** Ctrl-x Ctrl-e: a file of its own, which is gone afterwards. Nothing runs by itself. */
  const editLine = async (text: string): Promise<string> => {
    const path = `${TMP}/line-${Math.floor(options.random() * 1e9).toString(36)}.sh`;
    const { files } = workspace;
    files.write(path, new TextEncoder().encode(`${text}\n`));
    try {
      await terminal.edit(path);
      return new TextDecoder().decode(files.read(path)).replace(/\n+$/, '');
    } finally {
      files.remove(path);
    }
  };

  const loop = async (): Promise<void> => {
    const isFirstVisit = !directory.isKnown(owner);
    void tty.print(options.greeting ?? welcome({ isFirstVisit, email: workspace.person?.email }));
    directory.save(owner, directory.load(owner, workspace.files));
    let initial = '';
    // What ~/.bashrc sets is there at the first prompt; without one nobody waits for the shell's code.
    if (hasStartFile()) await startShell();
    while (!isOver) {
      const promptShown = await prompt();
      const read = tty.readLine('prompt', {
        prompt: promptShown,
        continuation: CONTINUATION,
        // Other terminals of this page may add to it meanwhile.
        history: () => history.here?.entries().slice() ?? [],
        lists: () => lists,
        fetch: (key) => (shell === undefined && isLateKey(key) ? started() : undefined),
        search: (query) => history.here?.index().find(query, whereNow()) ?? { matches: [], total: 0 },
        when: (at) => whenText(at, options.now()),
        where: directoryText,
        complete: (text, cursor) => shell?.complete(text, cursor) ?? { start: cursor, candidates: [] },
        suggest,
        say: (words) => options.say?.(words),
        colour: (text, cursor) => shell?.colours(text, cursor) ?? [],
        isIncomplete: (text) => shell?.status(text) === 'incomplete',
        editLine,
        kills,
        initial,
      });
      initial = '';
      options.onState('ready', shell?.lastStatus ?? 0);
      if (starting === undefined) void options.painted().then(() => (isOver ? undefined : started()));
      void prepareSearch();
      const result = await read;
      if (isOver) return;
      if (result.type === 'end') void tty.print('This shell has no other to go back to; close the tab to leave.\n');
      if (result.type !== 'line' || result.line.trim() === '') continue;
      const ready = shell ?? (await untilShell());
      if (isOver) return;
      if (ready === 'left') continue;
      if (ready === undefined) {
        void tty.print('The shell could not be fetched; go online and press Enter again, or reload the page.\n');
        initial = result.line;
        continue;
      }
      if (result.isEnd !== true && ready.status(result.line) === 'incomplete') {
        // Entered before the shell could say that more has to come.
        initial = `${result.line}\n`;
        continue;
      }
      const expansion = ready.expandHistory(result.line);
      if (expansion.kind === 'error') void tty.print(`${expansion.message}\n`);
      if (expansion.kind === 'error') continue;
      const line = expansion.kind === 'changed' ? expansion.line : result.line;
      if (expansion.kind === 'changed') void tty.print(`${line}\n`);
      if (expansion.kind === 'changed' && expansion.printOnly) {
        history.here?.add(line, ready.cwd, ready.variable('HISTCONTROL'));
        continue;
      }
      const record = history.here?.add(line, ready.cwd, ready.variable('HISTCONTROL'));
      options.onLine?.(line);
      const startedMs = options.monotonic();
      await run(ready, line);
      if (record !== undefined) history.here?.finish(record, options.monotonic() - startedMs, ready.lastStatus);
      initial = result.following ?? '';
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
    waiting?.abort();
    running?.abort();
    tty.clear();
    startShell();
    if (running === undefined && waiting === undefined) tty.restartPrompt();
  });
  void loop();

  return {
    started,
    interrupt() {
      waiting?.abort();
      if (shell?.interrupt() !== true) running?.abort();
    },
    suspend() {
      shell?.suspend();
    },
    dispose() {
      isOver = true;
      stopNotices();
      stopOwner();
      waiting?.abort();
      running?.abort();
      tty.dispose();
    },
  };
}
