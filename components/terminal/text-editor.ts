import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { gotoLine, highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Text } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { isSaved, type Draft, type Drafts } from '@/lib/client/drafts.ts';
import { FsError } from '@/lib/core/fs/files.ts';
import type { Files } from '@/lib/core/fs/files.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { timeOf } from './commands/account-tools.ts';
import { openDocument } from './editor-document.ts';
import { languageOf } from './editor-languages.ts';
import { editorSheet, editorTheme } from './editor-style.ts';
import { keepDraft } from './keep-draft.ts';
import { keepUndo, stateWithUndo } from './kept-undo.ts';

/**
 * The editor over the terminal's frame: CodeMirror 6 in a shadow root, where its style sheets are adopted and
 * need no nonce. A bar names the file, its state and the keys, with buttons for those who have no Ctrl key.
 * Only this module imports CodeMirror, and it is loaded at the first `edit`.
 *
 * Leaving never loses text: with unsaved changes it asks, Escape and Ctrl-W do nothing here, closing the tab makes the
 * browser ask, and what a tab that died had not saved is offered when the file is opened again. What was undone and can be
 * redone is kept as long as the tab, for a file that is opened again unchanged.
 */
export interface TextEditorOptions {
  /** Gets one child while the editor is open. */
  frame: HTMLElement;
  files: Files;
  path: string;
  /** Of those whose files are open now. */
  drafts: () => Drafts;
  /** Ends the editor at once, without asking. */
  signal: AbortSignal;
  keys?: 'vim' | undefined;
  /** Where the cursor stands at first, from 1. */
  line?: number | undefined;
}

const highlight = HighlightStyle.define([
  { tag: tags.heading, color: 'var(--accent)', fontWeight: 'bold' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: 'var(--ansi-blue)' },
  { tag: [tags.monospace, tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--ansi-yellow)' },
  { tag: [tags.quote, tags.comment, tags.meta, tags.processingInstruction], color: 'var(--muted)' },
  { tag: [tags.keyword, tags.tagName, tags.labelName], color: 'var(--ansi-magenta)' },
  { tag: [tags.number, tags.bool, tags.atom, tags.inserted], color: 'var(--ansi-green)' },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.className, tags.typeName], color: 'var(--ansi-blue)' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--ansi-cyan)' },
  { tag: [tags.invalid, tags.deleted], color: 'var(--ansi-red)' },
]);

interface Choice {
  label: string;
  run: () => void;
}

/** Opens the editor; resolves when the person has left it. Throws `FsError` when the file cannot be edited. */
export async function editText({ frame, files, path, drafts, signal, keys, line }: TextEditorOptions): Promise<void> {
  const vim = keys === 'vim' ? await import('./editor-vim.ts').catch(() => undefined) : undefined;
  if (signal.aborted) return;
  const document = openDocument(files, path);
  const page = frame.ownerDocument;
  const browser = page.defaultView as Window;
  const host = page.createElement('div');
  host.className = 'terminal-editor';
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [editorSheet()];
  const element = (tag: string, className: string, text = ''): HTMLElement => {
    const made = page.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const bar = element('div', 'bar');
  const name = element('span', 'name');
  const state = element('span', 'state');
  const choices = element('span', 'choices');
  const body = element('div', 'body');
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', 'Editor');
  state.setAttribute('aria-live', 'polite');
  bar.append(name, state, choices);
  root.append(bar, body);
  frame.append(host);

  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => { close = resolve; });

  const textNow = () => view.state.sliceDoc();
  /** By the document, which shares what did not change: comparing 1 MB of text at each key would be felt. */
  const isDirty = () => !view.state.doc.eq(savedDoc);
  const keeper = keepDraft({
    drafts,
    read: () => (isDirty() ? { path: realPathOf(files, document.path), from: document.from, text: textNow() } : undefined),
    after(ms, work) {
      const timer = browser.setTimeout(work, ms);
      return () => browser.clearTimeout(timer);
    },
    monotonic: () => browser.performance.now(),
    onRoom: () => { if (isStanding) show(); },
  });
  /** True while the bar asks something; then Ctrl-Q and Escape mean "stay". */
  let isAsking = false;
  /** True while the bar says no more than how the text stands. */
  let isStanding = true;

  const offer = (sentence: string, tone: 'plain' | 'warn', offered: readonly Choice[]) => {
    state.textContent = sentence;
    state.dataset['tone'] = tone;
    choices.replaceChildren(...offered.map(({ label, run }) => {
      const button = element('button', 'choice', label) as HTMLButtonElement;
      button.type = 'button';
      button.addEventListener('click', run);
      return button;
    }));
  };
  const show = (sentence?: string, tone: 'plain' | 'warn' = 'plain') => {
    isAsking = false;
    isStanding = sentence === undefined;
    const { path: now } = document;
    name.textContent = now.startsWith(`${HOME}/`) ? `~${now.slice(HOME.length)}` : now;
    const standing = !isDirty() ? 'saved' : keeper.isFull ? 'not saved; this browser is too full to keep it if the tab is closed' : 'not saved';
    offer(sentence ?? standing, tone, [
      { label: 'Find ^F', run: () => openSearchPanel(view) },
      { label: 'Save ^S', run: () => { save(); view.focus(); } },
      { label: 'Quit ^Q', run: quit },
    ]);
  };
  const ask = (sentence: string, offered: readonly Choice[], otherwise = 'Stay') => {
    isAsking = true;
    isStanding = false;
    offer(sentence, 'warn', [...offered, { label: otherwise, run: stay }]);
    (choices.firstElementChild as HTMLElement | null)?.focus();
  };
  const stay = () => {
    show();
    view.focus();
  };
  /** Runs what may fail at the disk; answers whether it was done. */
  const attempt = (work: () => void): boolean => {
    try {
      work();
      return true;
    } catch (error) {
      // The draft may have the very room that the file needs.
      if (error instanceof FsError && error.code === 'ENOSPC' && keeper.giveWay(() => attempt(work))) return true;
      show(`Not saved: ${error instanceof FsError ? error.message : String(error)}.`, 'warn');
      return false;
    }
  };
  const saved = (doc: Text) => {
    savedDoc = doc;
    keeper.now();
    show();
  };
  /** `after` runs once the text is on the disk. */
  const save = (after: () => void = () => undefined) => {
    const text = textNow();
    const { doc } = view.state;
    attempt(() => {
      if (document.save(text) === 'saved') {
        saved(doc);
        after();
        return;
      }
      const finish = (write: () => void) => () => {
        if (attempt(write)) {
          saved(doc);
          view.focus();
          after();
        }
      };
      ask('The file was changed elsewhere.', [
        { label: 'Keep both', run: finish(() => document.saveBeside(text)) },
        { label: 'Overwrite', run: finish(() => document.save(text, { overwrite: true })) },
      ]);
    });
  };
  const quit = () => {
    if (isAsking) return stay();
    if (!isDirty()) {
      keeper.forget();
      return close();
    }
    ask('There are changes that are not saved.', [
      { label: 'Save', run: () => save(close) },
      { label: 'Discard', run: () => { keeper.forget(); close(); } },
    ]);
  };
  /** What a tab that died, or another one that is open, has not saved of this file. */
  const offerDrafts = (found: readonly Draft[]) => {
    const [draft, ...others] = found;
    if (draft === undefined) return stay();
    const isOther = draft.from !== document.from;
    ask(`There is unsaved text of this file from ${timeOf(draft.atMs)} UTC.${isOther ? ' The file was changed since.' : ''}`, [
      {
        label: 'Take it',
        run() {
          document.comesFrom(draft.from);
          replace(draft.text);
          keeper.takeOver(draft);
          show(isOther ? 'Taken; the file was changed since, so saving will ask.' : undefined, isOther ? 'warn' : 'plain');
          view.focus();
        },
      },
      {
        label: 'Throw it away',
        run() {
          drafts().drop(draft.name);
          offerDrafts(others);
        },
      },
    ], 'Leave it');
  };

  const language = new Compartment();
  const view: EditorView = new EditorView({
    parent: body,
    root,
    state: stateWithUndo(files, path, document.text, {
      extensions: [
        ...(vim === undefined ? [] : [vim.vimKeys()]),
        EditorState.lineSeparator.of(document.lineEnd),
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
        syntaxHighlighting(highlight),
        language.of([]),
        EditorView.lineWrapping, editorTheme,
        EditorView.contentAttributes.of({ 'aria-label': `Text of ${path}`, autocapitalize: 'off', spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          keeper.touch();
          if (!isAsking) show();
        }),
        keymap.of([
          { key: 'Mod-s', run: () => { save(); return true; }, preventDefault: true },
          { key: 'Ctrl-s', run: () => { save(); return true; }, preventDefault: true },
          { key: 'Ctrl-q', run: () => { quit(); return true; }, preventDefault: true },
          { key: 'Alt-g', run: gotoLine, preventDefault: true },
          ...searchKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap,
        ]),
      ],
    }),
  });

  // The very object, so that comparing with it costs nothing until something is typed.
  let savedDoc = view.state.doc;
  vim?.bindEditor(view, { save: (after) => save(after), quit, discard: () => { keeper.forget(); close(); } });
  let isClosed = false;
  // The text is there at once; its colours come when their code has.
  void languageOf(path, view.state.doc.line(1).text)?.load().then((support) => {
    if (!isClosed) view.dispatch({ effects: language.reconfigure(support) });
  }, () => undefined);
  if (line !== undefined) {
    const place = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines))).from;
    view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: 'center' }) });
  }

  const replace = (text: string) => {
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) } });
  };

  const onBarKey = (event: KeyboardEvent) => {
    const isLetter = (letter: string) => event.ctrlKey && event.key.toLowerCase() === letter;
    if (event.key !== 'Escape' && !isLetter('q') && !isLetter('s')) return;
    event.preventDefault();
    if (isLetter('s') && !isAsking) save();
    else stay();
  };
  bar.addEventListener('keydown', onBarKey);
  // What another tab or device writes: taken over when nothing is lost by it, else told.
  const stopChanges = files.onChange(() => {
    if (isAsking || !document.hasChangedElsewhere()) return;
    if (isDirty()) return show('Changed elsewhere; saving will ask.', 'warn');
    const fresh = document.reload();
    if (fresh === undefined) return show('Removed elsewhere; saving makes it again.', 'warn');
    savedDoc = view.state.toText(fresh);
    replace(fresh);
    savedDoc = view.state.doc;
    show('changed elsewhere, shown anew');
  });
  const onUnload = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault();
  };
  const onHide = () => {
    if (page.visibilityState === 'hidden') keeper.now();
  };
  const onAbort = () => {
    keeper.now();
    close();
  };
  browser.addEventListener('beforeunload', onUnload);
  browser.addEventListener('pagehide', keeper.now);
  page.addEventListener('visibilitychange', onHide);
  signal.addEventListener('abort', onAbort);
  const real = realPathOf(files, path);
  offerDrafts(drafts().all().filter((draft) => draft.path === real && !isSaved(files, draft)));

  if (keys === 'vim' && vim === undefined) show('Vim’s keys could not be fetched; go online once to have them.', 'warn');

  await closed;
  isClosed = true;
  keepUndo(files, document.path, view.state);
  signal.removeEventListener('abort', onAbort);
  page.removeEventListener('visibilitychange', onHide);
  browser.removeEventListener('pagehide', keeper.now);
  browser.removeEventListener('beforeunload', onUnload);
  keeper.dispose();
  stopChanges();
  view.destroy();
  host.remove();
}

/** One file has one draft, under whatever name it was opened. */
function realPathOf(files: Files, path: string): string {
  try {
    return files.realPath(path);
  } catch (error) {
    // Links in a circle, which somebody has just made.
    if (error instanceof FsError) return path;
    throw error;
  }
}
