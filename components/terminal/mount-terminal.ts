import { openAccountChannel } from '@/lib/client/account-channel.ts';
import { deviceName } from '@/lib/client/browser-host.ts';
import { openHistory } from '@/lib/client/history.ts';
import { lateSyncClient } from '@/lib/client/late-sync-client.ts';
import { owedSignOut } from '@/lib/client/owed-sign-out.ts';
import { pageFiles } from '@/lib/client/page-files.ts';
import { workingDirectory } from '@/lib/client/working-directory.ts';
import { openWorkspace } from '@/lib/client/workspace.ts';
import type { LateCommand } from '@/lib/core/shell/command-table.ts';
import { coreCommands } from '@/lib/core/shell/core-commands.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { Tty } from '@/lib/core/tty/tty.ts';
import { accountCommands } from './commands/account-commands.ts';
import type { AccountTools } from './commands/account-tools.ts';
import { keyBar } from './key-bar.ts';
import { openTerminal } from './open-terminal.ts';
import { pageTurns } from './page-turns.ts';
import { readScreen } from './read-screen.ts';
import { ownerOf, startSession } from './session.ts';
import { statusText } from './status-text.ts';
import type { StatusText } from './status-text.ts';
import { takeDrops } from './take-drops.ts';

/**
 * Puts the parts together: xterm.js, tty, workspace, shell, session. The prompt waits for nothing but this
 * function: it does not ask the network, and who is signed in is found out behind it.
 *
 * For tests, `window.selkieScreen()` answers what is on screen and scrollback, and the root element carries
 * `data-ready="true"` while the prompt takes keys and `data-busy="true"` while a command runs.
 */
export interface MountOptions {
  /** The element with `data-testid="terminal"`. */
  root: HTMLElement;
  /** Where xterm.js and the editor go. */
  frame: HTMLElement;
  /** Gets the keys that a phone lacks. */
  keys: HTMLElement;
  transport: SyncTransport;
  onStatus: (status: StatusText) => void;
}

/** A sign-out that is owed is tried again this often. */
const PAY_EVERY_MS = 10_000;

declare global {
  interface Window {
    selkieScreen?: () => string;
  }
}

/** Answers the removal of everything that was set up. */
export function mountTerminal({ root, frame, keys, transport, onStatus }: MountOptions): () => void {
  const view = frame.ownerDocument.defaultView as Window & typeof globalThis;
  const host = frame.ownerDocument.createElement('div');
  host.className = 'terminal-screen';
  frame.append(host);
  const opened = openTerminal(host);
  opened.fit();
  const { terminal } = opened;

  const turns = pageTurns();
  const tty = new Tty(opened.port, () => session.interrupt());
  const workspace = openWorkspace({
    transport,
    sessionState: async () => stateOf(await askSession()),
    startSync: lateSyncClient(async () => (await import('@/lib/client/sync-client.ts')).startSyncClient),
  });
  const storage = storageOf(view);
  const history = openHistory({
    owner: ownerOf(workspace.person), tab: view.crypto.randomUUID().slice(0, 8), storage, now: () => Date.now(),
  });

  const owed = owedSignOut(() => view.localStorage);
  const checkSession = async () => {
    if (owed.isOwed()) {
      // The cookie may still open a session that the person has left.
      if (workspace.person !== undefined) workspace.sessionEnded();
      if (!(await owed.pay())) return;
    }
    const reply = await askSession().catch(() => undefined);
    if (isGone || reply === undefined) return;
    if (reply.ok) await workspace.signedIn(reply.data.user);
    else if (reply.code === 'not-signed-in' && workspace.person !== undefined) workspace.sessionEnded();
  };
  let isGone = false;
  const payer = view.setInterval(() => {
    if (owed.isOwed()) void checkSession();
  }, PAY_EVERY_MS);
  const channel = openAccountChannel((event) => {
    if (event === 'session-changed') void checkSession();
    else if (workspace.person !== undefined) workspace.wipe();
  });

  const after = (ms: number, work: () => void) => {
    const timer = view.setTimeout(work, ms);
    return () => view.clearTimeout(timer);
  };
  const page = pageFiles(view);
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
    return overTerminal(() => settleView({ frame, question, signal }));
  };
  const known = checkSession();
  const tools = async (): Promise<AccountTools> => {
    const { fileHistories } = await import('@/lib/client/file-history.ts');
    return {
      workspace, channel, page, after, settle, owed, past: fileHistories({ synced: () => workspace.synced, after }), notice: (sentence) => tty.notice(sentence),
      origin: view.location.origin, device: deviceName(view.navigator.userAgent), leaveTo: (path) => view.location.assign(path),
    };
  };
  const ours = accountCommands(tools).map(({ name, load }): LateCommand => ({
    name,
    async load() {
      const [command, { orInterrupted }] = await Promise.all([load(), import('./commands/account-tools.ts')]);
      return {
        ...command,
        async run(context) {
          // Typed before the first answer: "you are not signed in" would be a guess.
          if (workspace.person === undefined) await orInterrupted(context.signal, known);
          return command.run(context);
        },
      };
    },
  }));
  const session = startSession({
    tty,
    workspace,
    history,
    directory: workingDirectory(storage),
    loadShell: async () => (await import('@/lib/core/shell/shell.ts')).createShell,
    commands: [...coreCommands, ...ours],
    now: () => Date.now(),
    monotonic: () => view.performance.now(),
    random: () => Math.random(),
    yieldNow: turns.next,
    delay: (milliseconds) => new Promise((resolve) => { view.setTimeout(resolve, milliseconds); }),
    async edit(path, signal) {
      const { editText } = await import('./text-editor.ts');
      await overTerminal(() => editText({ frame, files: workspace.files, path, drafts: () => workspace.drafts, signal }));
    },
    onState(state) {
      root.dataset['busy'] = String(state === 'busy');
      root.dataset['ready'] = 'false';
      // Ready means that the prompt is on the screen, not only on its way there.
      if (state === 'ready') {
        terminal.write('', () => {
          if (root.dataset['busy'] === 'false') root.dataset['ready'] = 'true';
        });
      }
    },
  });

  const type = (data: string) => {
    terminal.scrollToBottom();
    tty.input(data);
  };
  const stopDrops = takeDrops(root, {
    isReady: () => root.dataset['ready'] === 'true' && !host.inert,
    drop: (transfer) => page.drop(transfer) > 0,
    // Ctrl-U sets aside what was being typed; Ctrl-Y brings it back.
    run: () => type('\x15import --dropped\r'),
    refuse: () => tty.notice('Wait for the prompt, then drop the files again.'),
  });
  const bar = keyBar(keys, type);
  const input = terminal.onData((data) => type(bar.apply(data)));
  const showStatus = () => onStatus(statusText(workspace.status, workspace.person?.email));
  const stopStatus = workspace.onStatus(showStatus);
  const stopOwner = workspace.onOwner(showStatus);
  showStatus();

  const refit = () => {
    if (opened.fit()) tty.resized();
  };
  const observer = new view.ResizeObserver(refit);
  observer.observe(frame);
  const stopViewport = followViewport(view, root);
  const focus = () => {
    if (!host.inert && view.getSelection()?.isCollapsed !== false) terminal.focus();
  };
  frame.addEventListener('click', focus);
  const selkieScreen = () => readScreen(terminal);
  view.selkieScreen = selkieScreen;
  terminal.focus();

  return () => {
    isGone = true;
    view.clearInterval(payer);
    if (view.selkieScreen === selkieScreen) delete view.selkieScreen;
    frame.removeEventListener('click', focus);
    stopDrops();
    stopViewport();
    observer.disconnect();
    stopStatus();
    stopOwner();
    input.dispose();
    bar.dispose();
    session.dispose();
    channel.dispose();
    workspace.dispose();
    turns.dispose();
    opened.dispose();
    host.remove();
    delete root.dataset['ready'];
    delete root.dataset['busy'];
  };
}

const askSession = async () => (await import('@/lib/client/account.ts')).session();
type SessionReply = Awaited<ReturnType<typeof askSession>>;

/** 401 is the only answer that means "no session"; everything else that is not a session is "don't know". */
function stateOf(reply: SessionReply): 'live' | 'absent' | 'unknown' {
  if (reply.ok) return 'live';
  return reply.code === 'not-signed-in' ? 'absent' : 'unknown';
}

/** Undefined where the browser denies it; reading the property alone may throw. */
function storageOf(view: Window): Storage | undefined {
  try {
    return view.localStorage;
  } catch {
    return undefined;
  }
}

/** On iOS the keyboard covers the page instead of shortening it; the terminal takes what is left. */
function followViewport(view: Window, root: HTMLElement): () => void {
  const { visualViewport } = view;
  if (visualViewport === null) return () => undefined;
  const follow = () => {
    // Zoomed in by hand is not a keyboard.
    if (visualViewport.scale !== 1) return;
    const isCovered = view.innerHeight - visualViewport.height > 1;
    root.style.height = isCovered ? `${visualViewport.height}px` : '';
    if (isCovered) view.scrollTo(0, 0);
  };
  visualViewport.addEventListener('resize', follow);
  return () => {
    visualViewport.removeEventListener('resize', follow);
    root.style.height = '';
  };
}
