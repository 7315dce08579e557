import { fuzzyMatch } from './fuzzy-match.ts';
import './page-actions.css';

/**
 * A list to choose from, over the page: a dialog with a text field and a list below it (the pattern "combobox" of the ARIA
 * Authoring Practices), so that it works with keys alone, with a finger and with a screen reader. The palette is
 * one, and so is the choice of a theme, which shows each as one passes it.
 */
export interface Choosable {
  id: string;
  label: string;
  /** Beside the label: a key, a value. */
  hint?: string | undefined;
}

export interface ChooserOptions {
  /** Gets the dialog while it is open. */
  root: HTMLElement;
  title: string;
  placeholder: string;
  items: readonly Choosable[];
  /** The one that is marked at first. */
  initial?: string;
  /** The mark stands on this one now; undefined when nothing fits what was typed. */
  onMark?: (id: string | undefined) => void;
  /** Ends it without a choice. */
  signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void; removeEventListener(type: 'abort', listener: () => void): void };
}

let serial = 0;

/** Resolves with the id of the chosen item; undefined when the person leaves (Escape, a tap beside it). */
export async function chooseFrom({ root, title, placeholder, items, initial, onMark, signal }: ChooserOptions): Promise<string | undefined> {
  if (signal?.aborted === true) return undefined;
  const { ownerDocument: document } = root;
  const base = `terminal-chooser-${++serial}`;
  const dialog = document.createElement('dialog');
  dialog.className = 'terminal-chooser';
  dialog.setAttribute('aria-label', title);
  const input = document.createElement('input');
  input.className = 'terminal-chooser-input';
  input.type = 'text';
  input.placeholder = placeholder;
  input.autocomplete = 'off';
  input.spellcheck = false;
  input.setAttribute('autocapitalize', 'off');
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-label', title);
  input.setAttribute('aria-expanded', 'true');
  input.setAttribute('aria-autocomplete', 'list');
  input.setAttribute('aria-controls', base);
  const list = document.createElement('ul');
  list.className = 'terminal-chooser-list';
  list.id = base;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', title);
  const note = document.createElement('p');
  note.className = 'terminal-chooser-note';
  note.setAttribute('aria-live', 'polite');
  dialog.append(input, list, note);

  let shown: Choosable[] = [];
  let marked = 0;
  let close: (id: string | undefined) => void = () => undefined;
  const closed = new Promise<string | undefined>((resolve) => { close = resolve; });

  const mark = (index: number) => {
    marked = index;
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(at === index));
      if (at === index) option.scrollIntoView({ block: 'nearest' });
    }
    if (shown[index] === undefined) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${base}-${index}`);
    onMark?.(shown[index]?.id);
  };
  const fill = () => {
    const found = items
      .map((item) => ({ item, match: fuzzyMatch(input.value, item.label) }))
      .filter((each): each is { item: Choosable; match: NonNullable<typeof each.match> } => each.match !== undefined);
    // Equal ones stay in the order of the list.
    if (input.value.trim() !== '') found.sort((one, other) => other.match.score - one.match.score);
    shown = found.map(({ item }) => item);
    list.replaceChildren(...found.map(({ item, match }, index) => optionOf(document, `${base}-${index}`, item, match.marks)));
    note.textContent = shown.length === 0 ? 'Nothing fits; delete a letter.' : `${shown.length === 1 ? 'One entry' : `${shown.length} entries`} · Enter chooses · Esc leaves`;
    const first = input.value === '' ? shown.findIndex(({ id }) => id === initial) : 0;
    mark(Math.max(0, first));
  };
  const onKey = (event: KeyboardEvent) => {
    const page = 8;
    const last = shown.length - 1;
    const next = {
      ArrowDown: marked >= last ? 0 : marked + 1,
      ArrowUp: marked <= 0 ? last : marked - 1,
      PageDown: Math.min(last, marked + page),
      PageUp: Math.max(0, marked - page),
    }[event.key];
    if (event.isComposing) return;
    if (next !== undefined && shown.length > 0) mark(next);
    else if (event.key === 'Enter') {
      const chosen = shown[marked];
      if (chosen !== undefined) close(chosen.id);
    } else if (event.key === 'Escape' || event.key === 'F1' || (event.ctrlKey && event.key === 'c' && input.selectionStart === input.selectionEnd)) close(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onClick = (event: MouseEvent) => {
    const option = (event.target as Element).closest('[role="option"]');
    const index = option === null ? -1 : [...list.children].indexOf(option);
    if (index >= 0) close(shown[index]?.id);
    // The backdrop is the dialog itself, outside its box.
    else if (event.target === dialog) close(undefined);
  };
  const onAbort = () => close(undefined);
  input.addEventListener('input', fill);
  dialog.addEventListener('keydown', onKey);
  dialog.addEventListener('click', onClick);
  dialog.addEventListener('cancel', onAbort);
  signal?.addEventListener('abort', onAbort);

  const before = document.activeElement;
  root.append(dialog);
  dialog.showModal();
  fill();
  input.focus();
  const chosen = await closed;
  signal?.removeEventListener('abort', onAbort);
  dialog.close();
  dialog.remove();
  // Not every way out gives the focus back by itself.
  (before as HTMLElement | null)?.focus?.();
  return chosen;
}

function optionOf(document: Document, id: string, { label, hint }: Choosable, marks: readonly number[]): HTMLElement {
  const option = document.createElement('li');
  option.className = 'terminal-choice';
  option.id = id;
  option.setAttribute('role', 'option');
  const text = document.createElement('span');
  let at = 0;
  for (const place of marks) {
    const letter = document.createElement('mark');
    letter.textContent = label.charAt(place);
    text.append(label.slice(at, place), letter);
    at = place + 1;
  }
  text.append(label.slice(at));
  option.append(text);
  if (hint !== undefined) {
    const aside = document.createElement('span');
    aside.className = 'terminal-choice-hint';
    aside.textContent = hint;
    option.append(aside);
  }
  return option;
}
