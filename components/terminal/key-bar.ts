/**
 * The keys that a phone's keyboard lacks, above it: without them nobody could complete a name, recall a line or
 * stop a command there. Fetched where there is a touch screen, and CSS shows the bar there only. `ctrl` holds for the next key.
 */
export interface KeyBar {
  /** What the keyboard sent, as Ctrl makes of it when it is held. */
  apply(data: string): string;
  dispose(): void;
}

/** Those before the first gap are in sight at 320 px; the others by a push to the left. */
const KEYS: readonly [label: string, data: string, name: string][] = [
  ['tab', '\t', 'Tab'], ['←', '\x1b[D', 'Left'], ['↑', '\x1b[A', 'Up'], ['↓', '\x1b[B', 'Down'], ['→', '\x1b[C', 'Right'],
  ['^C', '\x03', 'Interrupt, ^C'], ['|', '|', 'Pipe'], ['/', '/', 'Slash'], ['-', '-', 'Dash'], ['~', '~', 'Tilde'],
];

/** The control code of a letter or of `@[\]^_`; anything else stays. */
export function withControl(data: string): string {
  if (!/^[@-_a-z]$/.test(data)) return data;
  return String.fromCharCode(data.toUpperCase().charCodeAt(0) - 0x40);
}

/** `more` opens everything that can be done. */
export function keyBar(container: HTMLElement, send: (data: string) => void, more: () => void): KeyBar {
  const document = container.ownerDocument;
  let isControl = false;
  const button = (label: string, name: string, press: () => void) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'terminal-key';
    made.textContent = label;
    made.setAttribute('aria-label', name);
    made.addEventListener('click', press);
    return made;
  };
  const control = button('ctrl', 'Ctrl, for the next key', () => hold(!isControl));
  const hold = (held: boolean) => {
    isControl = held;
    control.setAttribute('aria-pressed', String(held));
  };
  hold(false);
  const key = ([label, data, name]: (typeof KEYS)[number]) => button(label, name, () => {
    hold(false);
    send(data);
  });
  container.append(button('≡', 'Everything that can be done', more), key(['esc', '\x1b', 'Esc']), control, ...KEYS.map(key));
  // A button that took the focus would close the keyboard.
  const keepFocus = (event: Event) => event.preventDefault();
  container.addEventListener('mousedown', keepFocus);

  return {
    apply(data) {
      if (!isControl) return data;
      hold(false);
      return withControl(data);
    },
    dispose() {
      container.removeEventListener('mousedown', keepFocus);
      container.replaceChildren();
    },
  };
}
