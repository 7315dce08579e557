import type { Terminal } from '@xterm/xterm';
import './typing-field.css';

/**
 * A real text field for keyboards that compose: those of phones, which guess words, and input methods. What is composed
 * stands in the field, where the keyboard may change it as it likes, and goes to the terminal whole when it is done;
 * then the field is empty again. xterm.js's own field guesses from key events, which such keyboards don't send,
 * and so doubles and loses letters.
 *
 * The field is never quite empty: a mark that cannot be seen stands before the caret, because keyboards report nothing
 * when there is nothing to delete. What is sent is the difference between what the field held and holds.
 * Keys that are no text (arrows, Ctrl-C of a keyboard in a case) go to xterm.js as they are.
 *
 * A secret is typed into a password field in its place: it is not seen, a keyboard does not learn its words, and
 * a screen reader does not say them. Two elements, because a `textarea` cannot be one, and an `input` loses the
 * line break by which some keyboards send.
 */
export interface TypingField {
  setShown(isShown: boolean): void;
  /** Whether what is typed next is a secret. */
  setSecret(isSecret: boolean): void;
  dispose(): void;
}

export interface TypingFieldOptions {
  /** The field stands above these. */
  keys: HTMLElement;
  type: (data: string) => void;
  /** The terminal that has the keys. */
  terminal: () => Terminal;
}

/** Zero-width space. */
const MARK = '\u200b';
const DELETE = '\x7f';

/** The keys that make `after` of `before`, both as the field holds them: deletions, then text. */
export function keysBetween(before: string, after: string): string {
  const [old, now] = [[...before], [...after]];
  let same = 0;
  while (same < old.length && same < now.length && old[same] === now[same]) same += 1;
  const text = now.slice(same).join('').replaceAll(MARK, '').replace(/\r?\n/g, '\r');
  return DELETE.repeat(old.length - same) + text;
}

export function typingField({ keys, type, terminal }: TypingFieldOptions): TypingField {
  const { ownerDocument: document } = keys;
  const view = document.defaultView as Window & typeof globalThis;
  const root = keys.parentElement as HTMLElement;
  const plain = Object.assign(document.createElement('textarea'), { rows: 1 });
  const secret = Object.assign(document.createElement('input'), { type: 'password' });
  let isShown = false;
  let isSecret = false;

  const fields = [{ element: plain, name: 'Type here' }, { element: secret, name: 'Type the secret here' }].map(({ element, name }) => {
    element.className = 'terminal-field';
    element.hidden = true;
    element.setAttribute('aria-label', name);
    element.setAttribute('autocapitalize', 'off');
    element.setAttribute('autocomplete', 'off');
    element.setAttribute('autocorrect', 'off');
    element.setAttribute('enterkeyhint', 'send');
    element.setAttribute('inputmode', 'text');
    element.spellcheck = false;
    keys.before(element);
    return listenTo(element, { view, type, terminal });
  });

  const show = () => {
    const hadKeys = root.contains(document.activeElement);
    plain.hidden = !isShown || isSecret;
    secret.hidden = !isShown || !isSecret;
    if (isShown && hadKeys) (isSecret ? secret : plain).focus();
  };
  /** Whoever gives the keys to the terminal gives them to the field. */
  const onFocus = ({ target }: FocusEvent) => {
    if (isShown && target instanceof view.HTMLElement && target.classList.contains('xterm-helper-textarea')) (isSecret ? secret : plain).focus();
  };
  root.addEventListener('focusin', onFocus);

  return {
    setShown(shown) {
      if (isShown === shown) return;
      isShown = shown;
      show();
    },
    setSecret(asked) {
      if (isSecret === asked) return;
      // What was typed ahead is part of it, as with any key.
      for (const field of fields) field.flush();
      isSecret = asked;
      show();
    },
    dispose() {
      root.removeEventListener('focusin', onFocus);
      for (const field of fields) field.dispose();
    },
  };
}

/** What the two have in common, with the events that they both send. */
type TypedInto = HTMLElement & { value: string };

interface Listener {
  /** Sends what is being composed as it stands. */
  flush(): void;
  dispose(): void;
}

function listenTo(field: TypedInto, { view, type, terminal }: { view: Window & typeof globalThis } & Pick<TypingFieldOptions, 'type' | 'terminal'>): Listener {
  let sent = MARK;
  let isComposing = false;
  let emptying: number | undefined;

  const empty = () => {
    emptying = undefined;
    if (isComposing) return;
    field.value = MARK;
    sent = MARK;
  };
  const flush = () => {
    const data = keysBetween(sent, field.value);
    sent = field.value;
    if (data !== '') type(data);
    // Not at once: some keyboards still look at what they have just written.
    emptying ??= view.setTimeout(empty);
  };

  const onInput = () => {
    // A full-screen view takes letters as keys; `q` cannot wait until a word is done.
    if (!isComposing || terminal().buffer.active.type === 'alternate') flush();
  };
  const onStart = () => {
    isComposing = true;
  };
  const onEnd = () => {
    isComposing = false;
    flush();
  };
  const onKey = (event: KeyboardEvent) => {
    // 229: the key is on its way through an input method, which will tell what it came to.
    if (event.isComposing || isComposing || event.keyCode === 229) return;
    if (event.key === 'Enter' && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      flush();
      type('\r');
      return;
    }
    const isText = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === 'Backspace' && field.value === '') {
      // The mark went with the key before and is not back yet: the field would report nothing.
      event.preventDefault();
      type(DELETE);
      return;
    }
    if (isText || (event.key === 'Backspace' && !event.ctrlKey && !event.altKey)) return;
    const { key, code, keyCode, ctrlKey, altKey, shiftKey, metaKey } = event;
    const copy = new view.KeyboardEvent('keydown', { key, code, keyCode, ctrlKey, altKey, shiftKey, metaKey, cancelable: true });
    terminal().textarea?.dispatchEvent(copy);
    if (copy.defaultPrevented) event.preventDefault();
  };
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    terminal().paste(event.clipboardData?.getData('text/plain') ?? '');
  };
  field.addEventListener('input', onInput);
  field.addEventListener('compositionstart', onStart);
  field.addEventListener('compositionend', onEnd);
  field.addEventListener('keydown', onKey);
  field.addEventListener('paste', onPaste);
  empty();

  return {
    flush() {
      isComposing = false;
      flush();
    },
    dispose() {
      view.clearTimeout(emptying);
      field.remove();
    },
  };
}
