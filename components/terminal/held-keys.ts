/**
 * Keys that are pressed while something that was called is still being fetched: they are meant for it, not for the
 * prompt, where Enter would run them. Escape and Ctrl-C give it up. Text that comes without a key (an input method) is not held.
 */
export interface HeldKeys {
  /** The person does not wait for it any more. */
  readonly isGivenUp: boolean;
  /** Presses them again: into the text field that has the focus now, else through `type`. */
  release(type: (data: string) => void): Promise<void>;
  /** What they were meant for does not come. */
  drop(): void;
}

export function holdKeys(root: HTMLElement): HeldKeys {
  const held: KeyboardEvent[] = [];
  let isGivenUp = false;
  const drop = () => {
    held.length = 0;
    root.removeEventListener('keydown', onKey, true);
  };
  const onKey = (event: KeyboardEvent) => {
    // What is pressed again is not the person's.
    if (!event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    isGivenUp = event.key === 'Escape' || (event.key === 'c' && event.ctrlKey);
    if (isGivenUp) drop();
    else held.push(event);
  };
  root.addEventListener('keydown', onKey, true);
  return {
    get isGivenUp() { return isGivenUp; },
    drop,
    async release(type) {
      // More may come meanwhile, and each has to follow those before it.
      for (let event = held.shift(); event !== undefined; event = held.shift()) {
        const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
        const text = [...key].length === 1 && !ctrlKey && !metaKey ? key : '';
        const target = root.ownerDocument.activeElement;
        if (target?.tagName !== 'INPUT') type(key === 'Enter' ? '\r' : text);
        else if (text !== '' || key === 'Backspace') edit(target as HTMLInputElement, text);
        else {
          target.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey, altKey, metaKey, shiftKey, bubbles: true, cancelable: true }));
          // What it does may give the keys to something else.
          await new Promise((resolve) => { setTimeout(resolve); });
        }
      }
      root.removeEventListener('keydown', onKey, true);
    },
  };
}

/** Puts `text` in; without one it takes back a character, as Backspace does. */
function edit(field: HTMLInputElement, text: string): void {
  const [from, to] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  field.setRangeText(text, text === '' && from === to ? Math.max(0, from - 1) : from, to, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
