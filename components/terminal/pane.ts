import type { LateHistory } from '@/lib/client/late-history.ts';
import { secureRandom } from '@/lib/client/secure-random.ts';
import type { Settings } from '@/lib/client/settings.ts';
import type { WorkingDirectory } from '@/lib/client/working-directory.ts';
import type { Workspace } from '@/lib/client/workspace.ts';
import type { OfferedCommand } from '@/lib/core/shell/command-table.ts';
import type { Shell } from '@/lib/core/shell/shell.ts';
import { Tty } from '@/lib/core/tty/tty.ts';
import type { AccountTools } from './commands/account-tools.ts';
import { showsSecrets } from './shows-secrets.ts';
import { openTerminal, type Look, type OpenTerminal } from './open-terminal.ts';
import { promptMarks } from './prompt-marks.ts';
import { readScreen } from './read-screen.ts';
import { startSession } from './session.ts';

/**
 * One terminal of the page: xterm.js, a tty, a shell. What all panes have in common comes in; notices of the workspace
 * do not, because of several panes one has to say them.
 */
export interface PaneOptions {
  /** Gets xterm.js and what is shown over it. */
  element: HTMLElement;
  look: Look;
  workspace: Pick<Workspace, 'files' | 'person' | 'onOwner' | 'draftPlace'>;
  history: LateHistory;
  directory: WorkingDirectory;
  /** What it showed before the page was loaded anew. */
  screen: string | undefined;
  loadCommands: (pane: Pick<Pane, 'notice' | 'settle'>) => Promise<readonly OfferedCommand[]>;
  yieldNow: () => Promise<void>;
  /** Resolves when the page's first prompt is on the screen. */
  painted: Promise<void>;
  /** As it is set now. */
  settings: () => Pick<Settings, 'plain-views' | 'screen-reader' | 'vim-keys'>;
  /** Keys as they come from the keyboard; answers what is to be typed. */
  modify: (data: string) => string;
  /** What a screen reader has to say. */
  hear: (output: string | Uint8Array) => void;
  /** Words of what was chosen and not typed. */
  say: (words: string) => void;
  onState: () => void;
  onLine: (line: string) => void;
  onBell: () => void;
}

export interface Pane {
  readonly terminal: OpenTerminal['terminal'];
  readonly element: HTMLElement;
  /** A prompt is on the screen and takes keys. */
  readonly isReady: boolean;
  /** A command runs. */
  readonly isBusy: boolean;
  /** Something lies over the terminal and has the keys. */
  readonly isCovered: boolean;
  /** Undefined until its code is here. */
  readonly shell: Shell | undefined;
  /** Resolves when the shell's code is here, or could not be had. */
  started(): Promise<unknown>;
  readonly directory: string | undefined;
  /** What it was opened with, of the page before. */
  readonly restored: string | undefined;
  /** The command that ran last, or runs. */
  readonly lastLine: string | undefined;
  /** It may show recovery codes or the secret of an authenticator app, so what it shows is kept nowhere. */
  readonly isSecret: boolean;
  /** A command asks for what nobody may see while it is typed. */
  readonly isAskingSecret: boolean;
  /** Text at the prompt, as if it came from the keyboard. */
  type(data: string): void;
  notice(sentence: string): void;
  settle: AccountTools['settle'];
  /** Screen and scrollback as text. */
  text(): string;
  /** What the last command printed; undefined when none ran. */
  lastOutput(): string | undefined;
  /** The row above which nothing is typed at the moment: what is below it is the prompt. */
  promptRow(): number;
  /** Scrolls to the prompt above or below what is shown first. */
  scrollToPrompt(way: -1 | 1): void;
  /** Its files have another owner: nothing of what it showed may be kept. */
  forget(): void;
  focus(): void;
  setLook(look: Look): void;
  fit(): void;
  dispose(): void;
}

/** Lets what is printed be heard, and what is asked; tells when a secret is. */
class HeardTty extends Tty {
  hear: (output: string | Uint8Array) => void = () => undefined;
  onSecret: (isAsked: boolean) => void = () => undefined;

  override print(data: string | Uint8Array): Promise<void> | undefined {
    this.hear(data);
    return super.print(data);
  }

  override readLine(...[kind, options]: Parameters<Tty['readLine']>): ReturnType<Tty['readLine']> {
    if (kind === 'ask') this.hear(`${options.prompt}\n`);
    const read = super.readLine(kind, options);
    if (options.secret !== true) return read;
    this.onSecret(true);
    return read.finally(() => this.onSecret(false));
  }
}

const RESTORED = '\x1b[0m\x1b[90m── restored ──\x1b[0m\n';

export function openPane(options: PaneOptions): Pane {
  const { element, workspace } = options;
  const { ownerDocument: document } = element;
  const view = document.defaultView as Window & typeof globalThis;
  const host = document.createElement('div');
  host.className = 'terminal-screen';
  element.append(host);
  const opened = openTerminal(host, options.look, options.yieldNow);
  opened.fit();
  const { terminal } = opened;

  let state: 'starting' | 'ready' | 'busy' = 'starting';
  let shell: Shell | undefined;
  let directory: string | undefined;
  let lastLine: string | undefined;
  let isSecret = false;
  let isAskingSecret = false;
  let restored = options.screen;
  const prompts = promptMarks(terminal);

  const tty = new HeardTty(opened.port, () => session.interrupt(), () => session.suspend());
  // Heard from the first prompt on: what was there before is no news.
  const isRestored = options.screen !== undefined && options.screen !== '';
  if (isRestored) void tty.print(`${options.screen}\r\n${RESTORED}`);
  tty.hear = options.hear;
  tty.onSecret = (isAsked) => {
    isAskingSecret = isAsked;
    options.onState();
  };

  /** Shows something over the terminal, which takes no keys meanwhile. */
  const overTerminal = async <T>(work: () => Promise<T>): Promise<T> => {
    host.inert = true;
    try {
      return await work();
    } finally {
      host.inert = false;
      // Enter went down here and up over there. Until it hears of it, xterm.js drops text that comes without a key: an input method, a phone.
      terminal.textarea?.dispatchEvent(new view.KeyboardEvent('keyup'));
      terminal.focus();
    }
  };

  const settle: AccountTools['settle'] = async (question, signal) => {
    const { settleView } = await import('./settle-view.ts');
    return overTerminal(() => settleView({ frame: element, question, signal }));
  };

  /** The prompt is about to stand where the cursor is; what stood above it has failed or not. */
  const markPrompt = (lastStatus: number) => {
    prompts.add((above) => {
      if (lastLine === undefined || lastStatus === 0) return false;
      terminal.registerDecoration({ marker: above, width: 1 })?.onRender((mark) => mark.classList.add('terminal-failed'));
      return true;
    });
  };

  const session = startSession({
    tty,
    workspace: {
      get files() { return workspace.files; },
      get person() { return workspace.person; },
      onOwner: workspace.onOwner,
      onNotice: () => () => undefined,
    },
    history: options.history,
    directory: {
      ...options.directory,
      save(owner, path) {
        directory = path;
        options.directory.save(owner, path);
      },
    },
    loadShell: async () => {
      const { createShell } = await import('@/lib/core/shell/shell.ts');
      return (given) => (shell = createShell(given));
    },
    loadCommands: () => options.loadCommands({ notice: (sentence) => tty.notice(sentence), settle }),
    now: () => Date.now(),
    monotonic: () => view.performance.now(),
    random: secureRandom(view.crypto),
    yieldNow: options.yieldNow,
    delay: (milliseconds) => new Promise((resolve) => { view.setTimeout(resolve, milliseconds); }),
    painted: () => options.painted,
    async edit(path, signal, how) {
      const [{ editText }, { openDrafts }] = await Promise.all([import('./text-editor.ts'), import('@/lib/client/drafts.ts')]);
      const keys = how?.keys ?? (options.settings()['vim-keys'] ? 'vim' : undefined);
      await overTerminal(() => editText({ frame: element, files: workspace.files, path, drafts: () => openDrafts(workspace.draftPlace), signal, keys, line: how?.line }));
    },
    isPlain: () => options.settings()['plain-views'] || options.settings()['screen-reader'],
    loadPage: async () => {
      const { pageTerminal } = await import('./page-terminal.ts');
      return {
        ...pageTerminal(view),
        async show(media, signal) {
          const { showMedia } = await import('./media-view.ts');
          await overTerminal(() => showMedia({ frame: element, media, signal }));
        },
      };
    },
    say: options.say,
    onLine(line) {
      lastLine = line;
      isSecret = showsSecrets(line, isSecret);
      options.onLine(line);
    },
    onState(next, lastStatus) {
      state = next === 'busy' ? 'busy' : 'starting';
      options.onState();
      if (next === 'busy') return;
      // Ready means that all output is on the screen and the prompt comes next.
      void tty.flushed().then(() => {
        if (state !== 'starting') return;
        state = 'ready';
        markPrompt(lastStatus);
        options.onState();
      });
    },
    ...(isRestored ? { greeting: '' } : {}),
  });

  const fit = () => {
    tty.resize(() => prompts.across(opened.fit));
  };
  const type = (data: string) => {
    const { viewportY, baseY } = terminal.buffer.active;
    // Where it is there already, xterm.js would draw all rows anew for each key.
    if (viewportY !== baseY) terminal.scrollToBottom();
    tty.input(data);
  };
  const subscriptions = [
    terminal.onData((data) => type(options.modify(data))),
    terminal.onBell(() => options.onBell()),
  ];

  return {
    terminal,
    element,
    get isReady() { return state === 'ready'; },
    get isBusy() { return state === 'busy'; },
    get isCovered() { return host.inert; },
    get shell() { return shell; },
    started: () => session.started(),
    get directory() { return directory; },
    get restored() { return restored; },
    get lastLine() { return lastLine; },
    get isSecret() { return isSecret; },
    get isAskingSecret() { return isAskingSecret; },
    type,
    notice: (sentence) => tty.notice(sentence),
    settle,
    text: () => readScreen(terminal),
    lastOutput() {
      const [from, to] = prompts.lines().slice(-2);
      if (from === undefined || to === undefined) return undefined;
      return readScreen(terminal, { from, to }).split('\n').slice(1).join('\n');
    },
    promptRow() {
      const { newest } = prompts;
      const { baseY, cursorY } = terminal.buffer.normal;
      return state === 'ready' && newest !== undefined ? newest.line : baseY + cursorY + 1;
    },
    scrollToPrompt(way) {
      const first = terminal.buffer.active.viewportY;
      const lines = prompts.lines();
      const target = way < 0 ? lines.filter((line) => line < first).at(-1) : lines.find((line) => line > first);
      if (target !== undefined) terminal.scrollToLine(target);
      else if (way > 0) terminal.scrollToBottom();
    },
    forget() {
      restored = undefined;
      lastLine = undefined;
    },
    focus() {
      if (!host.inert) terminal.focus();
    },
    setLook(look) {
      opened.setLook(look);
      fit();
    },
    fit,
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      session.dispose();
      opened.dispose();
      host.remove();
    },
  };
}
