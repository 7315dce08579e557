import { unsavedDrafts } from '@/lib/client/drafts.ts';
import { FONT_SIZE_MAX, FONT_SIZE_MIN, type SettingsStore } from '@/lib/client/settings.ts';
import { storageKeys } from '@/lib/client/storage-keys.ts';
import type { Person, Workspace } from '@/lib/client/workspace.ts';
import { newVersion } from '../offline/new-version.ts';
import { keyOfAction } from './app-keys.ts';
import type { ArrangedPanes } from './arrange-panes.ts';
import { chooseFrom } from './chooser.ts';
import { openFind, type FindView } from './find-view.ts';
import { installOffer } from './install-offer.ts';
import { fittingFontSize } from './fitting-font-size.ts';
import type { PageTheme } from './page-theme.ts';
import type { Pane } from './pane.ts';
import { screenKeeper, type ScreenKeeper } from './screen-keeper.ts';
import { openTour, type TourView } from './tour-view.ts';
import { unsavedNotice } from './unsaved-notice.ts';

/**
 * What can be done with the page as a whole, one list: keys (app-keys.ts), the palette and the commands of
 * commands/screen-commands.ts all do these. Fetched at the first use.
 */
export interface PageTools {
  view: Window & typeof globalThis;
  root: HTMLElement;
  frame: HTMLElement;
  panes: ArrangedPanes;
  settings: SettingsStore;
  theme: PageTheme;
  storage: Storage | undefined;
  person: () => Person | undefined;
  workspace: Pick<Workspace, 'files' | 'draftPlace'>;
  onLine: (listener: (line: string) => void) => () => void;
  notice: (sentence: string) => void;
}

interface Action {
  id: string;
  label: string;
  run: (tools: PageTools) => void | Promise<unknown>;
  /** Absent: always. */
  isOffered?: (tools: PageTools) => boolean;
}

/** What is open of a page, by its root. */
interface Open {
  find?: { view: FindView; pane: Pane } | undefined;
  tour?: TourView | undefined;
  palette?: boolean;
}
const opened = new WeakMap<HTMLElement, Open>();
const openOf = (root: HTMLElement): Open => {
  const known = opened.get(root) ?? {};
  opened.set(root, known);
  return known;
};

/** Types a line at the prompt and enters it; what was being typed is set aside (Ctrl-Y brings it back). */
function enter({ panes, notice }: PageTools, line: string): void {
  const pane = panes.active;
  if (pane.isReady) pane.type(`\x15${line}\r`);
  else notice(`Wait for the prompt, then type \`${line}\`.`);
}

function begin({ panes, notice }: PageTools, line: string): void {
  const pane = panes.active;
  if (pane.isReady) pane.type(`\x15${line} `);
  else notice(`Wait for the prompt, then type \`${line}\`.`);
}

async function copy({ view, notice }: PageTools, text: string | undefined, what: string): Promise<void> {
  if (text === undefined || text === '') return notice(`There is no ${what} to copy.`);
  try {
    await view.navigator.clipboard.writeText(text);
    notice(`${what.charAt(0).toUpperCase()}${what.slice(1)} copied.`);
  } catch {
    notice(`The browser did not let Selkie copy; select the text and press Ctrl-C.`);
  }
}

function setFont({ settings, view, notice }: PageTools, by: number): void {
  const now = settings.current['font-size'] === 0 ? fittingFontSize(view) : settings.current['font-size'];
  const problem = by === 0 ? settings.reset('font-size') : settings.set('font-size', Math.min(FONT_SIZE_MAX, Math.max(FONT_SIZE_MIN, now + by)));
  if (problem !== undefined) notice(problem);
}

/** Opens the search in the terminal that has the keys. */
export function openSearch({ root, panes }: PageTools): void {
  const known = openOf(root);
  const pane = panes.active;
  if (known.find?.pane === pane) return known.find.view.focus();
  known.find?.view.close();
  known.find = {
    pane,
    view: openFind(pane.element, pane.terminal, () => {
      known.find = undefined;
      pane.focus();
    }),
  };
}

/** Starts the tour anew. */
export function startTour({ root, storage, onLine, panes }: PageTools): void {
  const known = openOf(root);
  known.tour?.close();
  known.tour = openTour({
    root, onLine,
    onClose() {
      known.tour = undefined;
      try {
        storage?.setItem(storageKeys.toured, '');
      } catch {
        // It may be offered once more.
      }
      panes.active.focus();
    },
  });
}

/** Shows each theme as it is passed; resolves with the sentence to say, if any. */
export async function chooseTheme({ root, settings, theme, panes }: PageTools, signal?: Parameters<typeof chooseFrom>[0]['signal']): Promise<string | undefined> {
  const { themes } = await import('./themes.ts');
  const chosen = await chooseFrom({
    root,
    title: 'Theme',
    placeholder: 'Theme',
    items: [
      { id: 'auto', label: 'Auto', hint: 'dark, or high contrast' }, { id: 'system', label: 'System', hint: 'by day and night' },
      ...themes.map(({ name, label, scheme }) => ({ id: name, label, hint: scheme })),
    ],
    initial: settings.current.theme,
    onMark: (id) => { if (id !== undefined) void theme.preview(id); },
    ...(signal === undefined ? {} : { signal }),
  });
  const problem = chosen === undefined ? undefined : settings.set('theme', chosen);
  if (chosen === undefined || problem !== undefined) await theme.preview(undefined);
  panes.active.focus();
  return problem;
}

/** Loads the new version; a sentence when something would be lost by it. */
export function update({ panes, view }: PageTools, isForced: boolean): string | undefined {
  if (!newVersion.isReady) return 'This is the newest version that this browser has found.';
  const busy = panes.all().filter((pane) => pane !== panes.active && pane.isBusy);
  if (busy.length > 0 && !isForced) return `A command still runs in another terminal (${busy[0]?.lastLine ?? ''}); \`update --now\` ends it.`;
  // The editor asks for what is not saved.
  view.location.reload();
  return undefined;
}

/** A running command is asked about; a prompt is not. */
async function closePane(tools: PageTools): Promise<void> {
  const { root, panes } = tools;
  if (panes.active.isBusy || panes.active.isCovered) {
    const answer = await chooseFrom({
      root, title: 'A command still runs here', placeholder: 'A command still runs here',
      items: [{ id: 'stay', label: 'Let it run', hint: panes.active.lastLine }, { id: 'close', label: 'End it and close the terminal' }],
    });
    if (answer !== 'close') return;
  }
  const known = openOf(root);
  if (known.find?.pane === panes.active) known.find.view.close();
  panes.close();
}

async function rename({ root, panes }: PageTools): Promise<void> {
  const { askText } = await import('./ask-text.ts');
  const name = await askText(root, 'Name of this tab', panes.name);
  if (name !== undefined) panes.rename(name);
  panes.active.focus();
}

const actions: readonly Action[] = [
  { id: 'search', label: 'Search in the output', run: openSearch },
  { id: 'tab-new', label: 'New tab', run: ({ panes }) => panes.newTab() },
  { id: 'split-right', label: 'Split right', run: ({ panes }) => panes.split('row') },
  { id: 'split-down', label: 'Split down', run: ({ panes }) => panes.split('column') },
  { id: 'pane-close', label: 'Close this terminal', run: closePane },
  { id: 'tab-next', label: 'Next tab', run: ({ panes }) => panes.nextTab(1), isOffered: ({ panes }) => panes.tabs > 1 },
  { id: 'tab-previous', label: 'Previous tab', run: ({ panes }) => panes.nextTab(-1), isOffered: ({ panes }) => panes.tabs > 1 },
  { id: 'tab-rename', label: 'Rename this tab', run: rename, isOffered: ({ panes }) => panes.tabs > 1 },
  ...(['left', 'right', 'up', 'down'] as const).map((side): Action => ({
    id: `pane-${side}`, label: `Go to the pane ${{ left: 'on the left', right: 'on the right', up: 'above', down: 'below' }[side]}`,
    run: ({ panes }) => panes.moveTo(side), isOffered: ({ panes }) => panes.all().length > 1,
  })),
  ...([['narrower', 'left'], ['wider', 'right'], ['lower', 'up'], ['higher', 'down']] as const).map(([word, side]): Action => ({
    id: `pane-${word}`, label: `Move the line between panes ${side}`, run: ({ panes }) => panes.resize(side), isOffered: ({ panes }) => panes.all().length > 1,
  })),
  { id: 'theme', label: 'Choose a theme', run: async (tools) => { const problem = await chooseTheme(tools); if (problem !== undefined) tools.notice(problem); } },
  { id: 'font-larger', label: 'Larger letters', run: (tools) => setFont(tools, 1) },
  { id: 'font-smaller', label: 'Smaller letters', run: (tools) => setFont(tools, -1) },
  { id: 'font-reset', label: 'Letters as they were', run: (tools) => setFont(tools, 0) },
  { id: 'settings', label: 'Settings', run: (tools) => enter(tools, 'settings') },
  { id: 'copy-output', label: 'Copy the last output', run: (tools) => copy(tools, tools.panes.active.lastOutput(), 'last output') },
  { id: 'copy-all', label: 'Copy everything', run: (tools) => copy(tools, tools.panes.active.text(), 'whole text') },
  { id: 'prompt-previous', label: 'Previous prompt', run: ({ panes }) => panes.active.scrollToPrompt(-1) },
  { id: 'prompt-next', label: 'Next prompt', run: ({ panes }) => panes.active.scrollToPrompt(1) },
  { id: 'clear', label: 'Clear the screen', run: (tools) => enter(tools, 'clear') },
  { id: 'upload', label: 'Bring in files from this device', run: (tools) => enter(tools, 'upload') },
  { id: 'download', label: 'Save a file to this device', run: (tools) => begin(tools, 'download') },
  { id: 'edit', label: 'Edit a file', run: (tools) => begin(tools, 'edit') },
  { id: 'help', label: 'Help: all commands', run: (tools) => enter(tools, 'help') },
  { id: 'tour', label: 'Tour: two minutes, to try it', run: startTour },
  { id: 'sign-in', label: 'Sign in', run: (tools) => enter(tools, 'login'), isOffered: ({ person }) => person() === undefined },
  { id: 'sign-up', label: 'Create an account', run: (tools) => enter(tools, 'signup'), isOffered: ({ person }) => person() === undefined },
  { id: 'account', label: 'Account: sessions, passkeys, data', run: ({ view }) => view.location.assign('/account'), isOffered: ({ person }) => person() !== undefined },
  { id: 'sync', label: 'Sync now', run: (tools) => enter(tools, 'sync'), isOffered: ({ person }) => person() !== undefined },
  { id: 'sign-out', label: 'Sign out', run: (tools) => enter(tools, 'logout'), isOffered: ({ person }) => person() !== undefined },
  { id: 'install', label: 'Install Selkie as an app', run: ({ view, notice }) => installOffer(view).take().then((sentence) => sentence === undefined ? undefined : notice(sentence)), isOffered: ({ view }) => installOffer(view).isThere },
  {
    id: 'update', label: 'Load the new version', isOffered: () => newVersion.isReady,
    run(tools) {
      const problem = update(tools, false);
      if (problem !== undefined) tools.notice(problem);
    },
  },
];

/** Everything that can be done now, to choose from. */
export async function openPalette(tools: PageTools, signal?: Parameters<typeof chooseFrom>[0]['signal']): Promise<void> {
  const { root, view, panes } = tools;
  const known = openOf(root);
  if (known.palette === true) return;
  known.palette = true;
  const isMac = /Mac|iPhone|iPad/.test(view.navigator.platform);
  const chosen = await chooseFrom({
    root,
    title: 'What to do',
    placeholder: 'What to do',
    items: actions.filter(({ isOffered }) => isOffered?.(tools) ?? true).map(({ id, label }) => ({ id, label, hint: keyOfAction(id, isMac) })),
    ...(signal === undefined ? {} : { signal }),
  }).finally(() => { known.palette = false; });
  if (chosen === undefined) panes.active.focus();
  else await runAction(tools, chosen);
}

/** Does what a key or the palette names. */
export async function runAction(tools: PageTools, id: string): Promise<void> {
  const { panes } = tools;
  const tab = /^tab-([1-9])$/.exec(id)?.[1];
  if (tab !== undefined) return panes.showTab(Number(tab));
  if (id === 'palette') return openPalette(tools);
  const action = actions.find((each) => each.id === id);
  const findBefore = openOf(tools.root).find;
  await action?.run(tools);
  // What opens something of its own has the keys now.
  const isOpen = openOf(tools.root).find !== findBefore || id === 'search';
  if (!isOpen) panes.active.focus();
}

/** What can wait until the prompt is there: what is needed to keep the screens, the tour for who is new, the code of all commands for the day without a network. */
export async function afterFirstPrompt(tools: PageTools, isNew: boolean, onKeeper: (keeper: ScreenKeeper) => void): Promise<void> {
  const { view, panes, storage } = tools;
  let wasToured = true;
  try {
    wasToured = storage === undefined || storage.getItem(storageKeys.toured) !== null;
  } catch {
    // Storage that is denied could not remember it either.
  }
  if (isNew && !wasToured) startTour(tools);
  const unsaved = unsavedNotice(unsavedDrafts(tools.workspace.files, tools.workspace.draftPlace));
  if (unsaved !== undefined) tools.notice(unsaved);
  const { SerializeAddon } = await import('@xterm/addon-serialize');
  onKeeper(screenKeeper(() => view.sessionStorage, () => new SerializeAddon()));
  const { saveData } = (view.navigator as { connection?: { saveData?: boolean } }).connection ?? {};
  await panes.active.started();
  if (saveData !== true) await panes.active.shell?.prepare();
}

/** When the page's terminals go. */
export function closePageTools(root: HTMLElement): void {
  const known = openOf(root);
  known.find?.view.close();
  known.tour?.close();
  opened.delete(root);
}
