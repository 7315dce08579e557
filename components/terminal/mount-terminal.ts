import { openAccountChannel } from '@/lib/client/account-channel.ts';
import { deviceName } from '@/lib/client/browser-host.ts';
import { lateHistory } from '@/lib/client/late-history.ts';
import { lateSyncClient } from '@/lib/client/late-sync-client.ts';
import { owedSignOut } from '@/lib/client/owed-sign-out.ts';
import type { pageFiles } from '@/lib/client/page-files.ts';
import { openSettings, type Settings } from '@/lib/client/settings.ts';
import { workingDirectory } from '@/lib/client/working-directory.ts';
import { openWorkspace } from '@/lib/client/workspace.ts';
import type { LateCommand } from '@/lib/core/shell/command-table.ts';
import { untilAborted } from '@/lib/core/shell/until-aborted.ts';
import type { SyncTransport } from '@/lib/core/sync/transport.ts';
import { newVersion } from '../offline/new-version.ts';
import { openAnnouncer } from './announcer.ts';
import { appActionOf } from './app-keys.ts';
import type { AccountTools } from './commands/account-tools.ts';
import { installOffer } from './install-offer.ts';
import { holdKeys } from './held-keys.ts';
import type { KeyBar } from './key-bar.ts';
import { hasMoreThanOne, keepOnlyScreensOf, loadScreens } from './kept-screens.ts';
import type { Look } from './open-terminal.ts';
import type { PageTools } from './page-actions.ts';
import { openPageTheme } from './page-theme.ts';
import { pageTurns } from './page-turns.ts';
import { openPane, type Pane, type PaneOptions } from './pane.ts';
import { openPanes, type Panes } from './panes.ts';
import { ownerOf } from './session.ts';
import { statusText } from './status-text.ts';
import type { StatusText } from './status-text.ts';
import { takeDrops } from './take-drops.ts';
import type { TypingField } from './typing-field.ts';

/**
 * Puts the parts together. What the page has once is here: workspace, session with the server, settings and theme,
 * history, keys, status; what each terminal has for itself is in pane.ts, and where the terminals are in panes.ts. The
 * prompt waits for nothing but this function: it does not ask the network, and who is signed in is found out
 * behind it. What is used only sometimes (palette, search, tour, the table of themes) is fetched when it is used.
 *
 * For tests, `window.selkieScreen()` answers what is on screen and scrollback of the terminal that has the keys, and the
 * root element carries `data-ready="true"` while its prompt takes keys and `data-busy="true"` while a command runs.
 */
export interface MountOptions {
  /** The element with `data-testid="terminal"`. */
  root: HTMLElement;
  /** Gets the tabs' row. */
  tabs: HTMLElement;
  /** Where xterm.js and the editor go. */
  frame: HTMLElement;
  /** Gets the keys that a phone lacks. */
  keys: HTMLElement;
  transport: SyncTransport;
  onStatus: (status: StatusText) => void;
}

/** Nobody waits longer for the first prompt. */
const PAINTED_MAX_MS = 1_000;
/** A sign-out that is owed is tried again this often. */
const PAY_EVERY_MS = 10_000;
/** A bell rings at most this often, whatever is printed. */
const BELL_EVERY_MS = 1_000;

declare global {
  interface Window {
    selkieScreen?: () => string;
  }
}

/** Answers the removal of everything that was set up. */
export function mountTerminal({ root, tabs, frame, keys, transport, onStatus }: MountOptions): () => void {
  const { ownerDocument: document } = frame;
  const view = document.defaultView as Window & typeof globalThis;
  const turns = pageTurns();
  // What is fetched or asked before would only keep the prompt from the screen. A tab in the background draws nothing, and ~/.bashrc may never end.
  let tellPainted = () => {};
  const painted = new Promise<void>((resolve) => { tellPainted = resolve; });
  view.setTimeout(() => tellPainted(), PAINTED_MAX_MS);
  const workspace = openWorkspace({
    transport,
    sessionState: async () => stateOf(await askSession()),
    startSync: lateSyncClient(async () => {
      await painted;
      return (await import('@/lib/client/sync-client.ts')).startSyncClient;
    }),
  });
  const storage = storageOf(view);
  const history = lateHistory(async () => {
    const { openHistory } = await import('@/lib/client/history.ts');
    return openHistory({
      owner: ownerOf(workspace.person), tab: view.crypto.randomUUID().slice(0, 8), storage, now: () => Date.now(),
      synced: {
        files: workspace.files, device: deviceName(view.navigator.userAgent), newId: () => view.crypto.randomUUID().slice(0, 8),
        after: (ms, work) => after(ms, work), onHide: (listener) => onHide(view, listener),
      },
    });
  });

  // The panes come last, and what is said before them waits.
  let panes: Panes | undefined = undefined as Panes | undefined;
  let early: string[] = [];
  const notice = (sentence: string) => {
    if (panes === undefined) early.push(sentence);
    else panes.active.notice(sentence);
  };
  const settings = openSettings({ files: workspace.files, onOwner: (listener) => workspace.onOwner(listener), notice });
  const theme = openPageTheme(view, storage, settings.current.theme);
  const stillness = view.matchMedia('(prefers-reduced-motion: reduce)');
  const look = (): Look => {
    const { current } = settings;
    return {
      theme: theme.current,
      fontSize: current['font-size'] === 0 ? undefined : current['font-size'],
      cursor: current.cursor,
      isBlinking: current['cursor-blink'] && current['reduced-motion'] !== 'on' && !stillness.matches,
      isReadOut: current['screen-reader'],
    };
  };

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
  let page: ReturnType<typeof pageFiles> | undefined;
  const fetchPage = async () => {
    const { pageFiles } = await import('@/lib/client/page-files.ts');
    return (page ??= pageFiles(view));
  };
  void painted.then(fetchPage).catch(() => undefined);
  const known = painted.then(() => (isGone ? undefined : checkSession()));
  const accountCommandsOf = async (pane: Pick<Pane, 'notice' | 'settle'>): Promise<LateCommand[]> => {
    const tools = async (): Promise<AccountTools> => {
      const [{ fileHistories }, { unsavedDrafts }] = await Promise.all([import('@/lib/client/file-history.ts'), import('@/lib/client/drafts.ts')]);
      return {
        workspace, channel, page: await fetchPage(), after, settle: pane.settle, owed, keepHistory: () => history.write(), unsaved: () => unsavedDrafts(workspace.files, workspace.draftPlace), past: fileHistories({ synced: () => workspace.synced, after }), notice: pane.notice,
        origin: view.location.origin, device: deviceName(view.navigator.userAgent), leaveTo: (path) => view.location.assign(path),
      };
    };
    const { accountCommands } = await import('./commands/account-commands.ts');
    return accountCommands(tools).map(({ name, load }): LateCommand => ({
      name,
      async load() {
        const command = await load();
        return {
          ...command,
          async run(context) {
            // Typed before the first answer: "you are not signed in" would be a guess.
            if (workspace.person === undefined) await untilAborted(context.signal, known);
            return command.run(context);
          },
        };
      },
    }));
  };

  const announcer = openAnnouncer(root);
  const run = (action: string) => {
    const held = holdKeys(root);
    Promise.all([import('./page-actions.ts'), pageTools()]).then(([{ runAction }, tools]) => {
      if (held.isGivenUp) return undefined;
      void runAction(tools, action);
      return held.release((data) => opened.active.type(data));
    }, () => {
      held.drop();
      notice('That could not be fetched; go online and try again, or reload the page.');
    });
  };
  // The browser makes its offer early, once.
  installOffer(view);
  const fingers = view.matchMedia('(pointer: coarse)');
  let bar: KeyBar | undefined;
  const withBar = (data: string) => bar?.apply(data) ?? data;
  const showBar = () => {
    if (!fingers.matches) return;
    import('./key-bar.ts').then(({ keyBar }) => {
      if (!isGone) bar ??= keyBar(keys, (data) => panes?.active.type(data), () => run('palette'));
    }, () => notice('The row of keys could not be fetched; go online and reload the page.'));
  };
  showBar();
  let field: TypingField | undefined;
  const showState = () => {
    if (panes === undefined) return;
    root.dataset['busy'] = String(panes.active.isBusy);
    root.dataset['ready'] = String(panes.active.isReady);
    field?.setSecret(panes.active.isAskingSecret);
    if (panes.active.isReady) view.requestAnimationFrame(() => view.setTimeout(tellPainted));
  };
  let rungAtMs = -BELL_EVERY_MS;
  const ring = async (pane: Pane) => {
    const now = view.performance.now();
    if (settings.current.bell === 'none' || now - rungAtMs < BELL_EVERY_MS) return;
    rungAtMs = now;
    const { ringBell } = await import('./ring-bell.ts');
    ringBell(view, pane.element, settings.current.bell);
  };
  const lineListeners = new Set<(line: string) => void>();
  const directories = workingDirectory(storage);
  /** Nobody has had a prompt here yet. */
  const isNew = !directories.isKnown(ownerOf(workspace.person));
  const screens = () => view.sessionStorage;
  keepOnlyScreensOf(screens, ownerOf(workspace.person));
  const kept = loadScreens(screens, ownerOf(workspace.person));
  const loadCommands: PaneOptions['loadCommands'] = async (pane) => {
    const [{ coreCommands }, { screenCommands }, account] = await Promise.all([
      import('@/lib/core/shell/core-commands.ts'), import('./commands/screen-commands.ts'), accountCommandsOf(pane),
    ]);
    return [...coreCommands, ...screenCommands(pageTools), ...account];
  };

  panes = openPanes({
    frame,
    bar: tabs,
    kept,
    fetchArranger: async () => (await import('./arrange-panes.ts')).arrangePanes,
    onChange: showState,
    refuse: notice,
    open(element, from) {
      let pane: Pane | undefined = undefined as Pane | undefined;
      const opening = openPane({
        element,
        look: look(),
        workspace,
        history,
        directory: from?.directory === undefined ? directories : directories.startingAt(from.directory),
        screen: from?.screen,
        loadCommands,
        yieldNow: turns.next,
        painted,
        settings: () => settings.current,
        modify: withBar,
        hear(output) {
          // A terminal that is not looked at is not listened to either.
          if (panes === undefined || pane === panes.active) announcer.hear(output);
        },
        say: (words) => announcer.tell(words),
        onState: showState,
        onLine: (line) => lineListeners.forEach((listener) => listener(line)),
        onBell: () => void ring(opening),
      });
      pane = opening;
      return opening;
    },
  });
  const opened = panes;
  if (hasMoreThanOne(kept)) opened.arranged().catch(() => undefined);
  for (const sentence of early.splice(0)) notice(sentence);
  early = [];
  showState();

  const fetchField = async () => {
    const { typingField } = await import('./typing-field.ts');
    return (field ??= isGone ? undefined : typingField({ keys, type: (data) => opened.active.type(withBar(data)), terminal: () => opened.active.terminal }));
  };
  let isFieldWanted = false;
  const showField = () => {
    const { 'typing-field': choice, 'screen-reader': isReadOut } = settings.current;
    // Drawn for a screen reader, xterm.js takes keys only, and no text that is dictated.
    isFieldWanted = choice === 'on' || (choice === 'auto' && (fingers.matches || isReadOut));
    if (isFieldWanted || field !== undefined) fetchField().then((there) => {
      there?.setSecret(opened.active.isAskingSecret);
      there?.setShown(isFieldWanted);
    }, () => undefined);
  };
  showField();

  let tools: PageTools | undefined;
  const pageTools = async (): Promise<PageTools> => tools ??= {
    view, root, frame, panes: await opened.arranged(), settings, theme, storage, workspace,
    person: () => workspace.person,
    onLine(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    notice,
  };
  const stopTools = () => void import('./page-actions.ts').then(({ closePageTools }) => closePageTools(root));
  const onKey = (event: KeyboardEvent) => {
    const action = appActionOf(event);
    if (action === undefined || event.defaultPrevented || opened.active.isCovered || (event.target as Element).closest('dialog') !== null) return;
    event.preventDefault();
    run(action);
  };
  root.addEventListener('keydown', onKey);

  const applyLook = () => {
    const now = look();
    for (const pane of opened.all()) pane.setLook(now);
  };
  const applySettings = (now: Settings) => {
    void theme.choose(now.theme).then((isThere) => {
      if (!isThere) notice(`There is no theme ${now.theme}; \`theme --list\` names those that there are.`);
    });
    if (now['reduced-motion'] === 'on') root.dataset['still'] = 'true';
    else delete root.dataset['still'];
    showField();
    applyLook();
  };
  applySettings(settings.current);
  let owner = ownerOf(workspace.person);
  const isWaiting = () => opened.active.isReady && !opened.active.isCovered;
  const refuseDrop = () => notice('Wait for the prompt, then drop the files again.');
  const stops = [
    settings.onChange(applySettings),
    theme.onChange(applyLook),
    workspace.onNotice(notice),
    newVersion.onReady(() => notice('A new version of Selkie is ready; `update` loads it when you like.')),
    workspace.onOwner(() => {
      const before = owner;
      owner = ownerOf(workspace.person);
      keepOnlyScreensOf(screens, owner);
      // What was on the screen before a sign-in is the same person's.
      if (before === owner || before === 'local') return;
      opened.forget();
      announcer.forget();
    }),
    takeDrops(root, {
      isReady: isWaiting,
      take(dropped) {
        fetchPage().then((there) => {
          if (!isWaiting()) return refuseDrop();
          there.keep(dropped);
          // Ctrl-U sets aside what was being typed; Ctrl-Y brings it back.
          opened.active.type('\x15import --dropped\r');
        }, () => notice('What takes files could not be fetched; go online, then drop them again.'));
      },
      refuse: refuseDrop,
    }),
    followViewport(view, root),
  ];
  const showStatus = () => onStatus(statusText(workspace.status, workspace.person?.email));
  stops.push(workspace.onStatus(showStatus), workspace.onOwner(showStatus));
  showStatus();

  const observer = new view.ResizeObserver(() => opened.fit());
  observer.observe(frame);
  stillness.addEventListener('change', applyLook);
  fingers.addEventListener('change', showBar);
  fingers.addEventListener('change', showField);
  const stopIdle = whenIdle(view, async () => {
    const [{ afterFirstPrompt }, tools] = await Promise.all([import('./page-actions.ts'), pageTools()]);
    if (isGone) return;
    await afterFirstPrompt(tools, isNew, (keeper) => {
      if (!isGone) stops.push(onHide(view, () => keeper.save(ownerOf(workspace.person), tools.panes)));
    });
  });
  const selkieScreen = () => opened.active.text();
  view.selkieScreen = selkieScreen;
  opened.active.focus();

  return () => {
    isGone = true;
    stopIdle();
    view.clearInterval(payer);
    if (view.selkieScreen === selkieScreen) delete view.selkieScreen;
    stillness.removeEventListener('change', applyLook);
    fingers.removeEventListener('change', showBar);
    fingers.removeEventListener('change', showField);
    root.removeEventListener('keydown', onKey);
    observer.disconnect();
    for (const stop of stops) stop();
    if (tools !== undefined) stopTools();
    field?.dispose();
    bar?.dispose();
    opened.dispose();
    announcer.dispose();
    theme.dispose();
    settings.dispose();
    history.dispose();
    channel.dispose();
    workspace.dispose();
    turns.dispose();
    delete root.dataset['ready'];
    delete root.dataset['busy'];
    delete root.dataset['still'];
  };
}

/** Runs `work` once the page has nothing else to do; answers what calls it off. */
function whenIdle(view: Window & typeof globalThis, work: () => Promise<void>): () => void {
  const run = () => void work().catch(() => undefined);
  // Safari has no requestIdleCallback.
  if (view.requestIdleCallback === undefined) {
    const timer = view.setTimeout(run, 1_000);
    return () => view.clearTimeout(timer);
  }
  const handle = view.requestIdleCallback(run, { timeout: 4_000 });
  return () => view.cancelIdleCallback(handle);
}

const askSession = async () => (await import('@/lib/client/account.ts')).session();
/** The page is hidden, or goes: on a phone the first is the last that it hears. */
function onHide(view: Window, listener: () => void): () => void {
  const { document } = view;
  const onVisibility = () => {
    if (document.visibilityState === 'hidden') listener();
  };
  document.addEventListener('visibilitychange', onVisibility);
  view.addEventListener('pagehide', listener);
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    view.removeEventListener('pagehide', listener);
  };
}

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
