import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { markdown } from '@codemirror/lang-markdown';
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { FsError } from '@/lib/core/fs/files.ts';
import type { Files } from '@/lib/core/fs/files.ts';
import { HOME } from '@/lib/core/fs/places.ts';
import { openDocument } from './editor-document.ts';
import { editorSheet, editorTheme } from './editor-style.ts';

/**
 * The editor over the terminal's frame: CodeMirror 6 in a shadow root, where its style sheets are adopted and
 * need no nonce. A bar names the file, its state and the keys, with buttons for those who have no Ctrl key.
 * Only this module imports CodeMirror, and it is loaded at the first `edit`.
 *
 * Leaving never loses text: with unsaved changes it asks, Escape and Ctrl-W do nothing here, and closing the
 * tab makes the browser ask.
 */
export interface TextEditorOptions {
  /** Gets one child while the editor is open. */
  frame: HTMLElement;
  files: Files;
  path: string;
  /** Ends the editor at once, without asking. */
  signal: AbortSignal;
}

const highlight = HighlightStyle.define([
  { tag: tags.heading, color: '#62cbd9', fontWeight: 'bold' },
  { tag: tags.strong, fontWeight: 'bold' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: tags.strikethrough, textDecoration: 'line-through' },
  { tag: [tags.link, tags.url], color: '#77b0ff' },
  { tag: [tags.monospace, tags.string], color: '#e6b84a' },
  { tag: [tags.quote, tags.comment, tags.meta, tags.processingInstruction], color: '#98a8b8' },
  { tag: [tags.keyword, tags.tagName, tags.labelName], color: '#d79cf0' },
  { tag: [tags.number, tags.bool, tags.atom], color: '#74d28f' },
]);

interface Choice {
  label: string;
  run: () => void;
}

/** Opens the editor; resolves when the person has left it. Throws `FsError` when the file cannot be edited. */
export async function editText({ frame, files, path, signal }: TextEditorOptions): Promise<void> {
  if (signal.aborted) return;
  const document = openDocument(files, path);
  const page = frame.ownerDocument;
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

  let savedText = document.text;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => { close = resolve; });

  const textNow = () => view.state.sliceDoc();
  const isDirty = () => textNow() !== savedText;
  /** True while the bar asks something; then Ctrl-Q and Escape mean "stay". */
  let isAsking = false;

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
    const { path: now } = document;
    name.textContent = now.startsWith(`${HOME}/`) ? `~${now.slice(HOME.length)}` : now;
    offer(sentence ?? (isDirty() ? 'not saved' : 'saved'), tone, [
      { label: 'Save ^S', run: () => { save(); view.focus(); } },
      { label: 'Quit ^Q', run: quit },
    ]);
  };
  const ask = (sentence: string, offered: readonly Choice[]) => {
    isAsking = true;
    offer(sentence, 'warn', [...offered, { label: 'Stay', run: stay }]);
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
      show(`Not saved: ${error instanceof FsError ? error.message : String(error)}.`, 'warn');
      return false;
    }
  };
  const saved = (text: string) => {
    savedText = text;
    show();
  };
  /** `after` runs once the text is on the disk. */
  const save = (after: () => void = () => undefined) => {
    const text = textNow();
    attempt(() => {
      if (document.save(text) === 'saved') {
        saved(text);
        after();
        return;
      }
      const finish = (write: () => void) => () => {
        if (attempt(write)) {
          saved(text);
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
    if (!isDirty()) return close();
    ask('There are changes that are not saved.', [
      { label: 'Save', run: () => save(close) },
      { label: 'Discard', run: close },
    ]);
  };

  const view: EditorView = new EditorView({
    parent: body,
    root,
    state: EditorState.create({
      doc: document.text,
      extensions: [
        EditorState.lineSeparator.of(document.lineEnd),
        lineNumbers(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(), bracketMatching(),
        highlightActiveLine(), highlightSelectionMatches(), search({ top: true }),
        syntaxHighlighting(highlight),
        ...(/\.(md|markdown)$/i.test(path) ? [markdown()] : []),
        EditorView.lineWrapping, editorTheme,
        EditorView.contentAttributes.of({ 'aria-label': `Text of ${path}`, autocapitalize: 'off', spellcheck: 'false' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !isAsking) show();
        }),
        keymap.of([
          { key: 'Mod-s', run: () => { save(); return true; }, preventDefault: true },
          { key: 'Ctrl-s', run: () => { save(); return true; }, preventDefault: true },
          { key: 'Ctrl-q', run: () => { quit(); return true; }, preventDefault: true },
          ...searchKeymap, ...historyKeymap, indentWithTab, ...defaultKeymap,
        ]),
      ],
    }),
  });

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
    savedText = fresh;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(fresh) } });
    show('changed elsewhere, shown anew');
  });
  const onUnload = (event: BeforeUnloadEvent) => {
    if (isDirty()) event.preventDefault();
  };
  page.defaultView?.addEventListener('beforeunload', onUnload);
  signal.addEventListener('abort', close);
  show();
  view.focus();

  await closed;
  signal.removeEventListener('abort', close);
  page.defaultView?.removeEventListener('beforeunload', onUnload);
  stopChanges();
  view.destroy();
  host.remove();
}
