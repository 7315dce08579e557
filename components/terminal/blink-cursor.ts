/**
 * Lets the cursor of a terminal blink: `data-blink` of its host is `off` for the dark half and `on` for the other, and `terminal.css`
 * does the rest. It stands still while it moves, as everywhere, and where the terminal does not have the keys.
 *
 * Rejected: xterm.js's own, an animation without end, for which Chromium computes styles in all sixty frames of a second while
 * nobody types, and lets every key wait for the next one of them.
 */
export interface BlinkingCursor {
  setBlinking(isBlinking: boolean): void;
  dispose(): void;
}

const HALF_MS = 500;

/** `cursor` answers where it is, in any words. */
export function blinkCursor(host: HTMLElement, cursor: () => string): BlinkingCursor {
  const view = host.ownerDocument.defaultView as Window;
  let timer: number | undefined;
  let isWanted = false;
  let place = '';
  const show = () => { host.dataset['blink'] = 'on'; };
  const tick = () => {
    const now = cursor();
    if (now !== place || host.dataset['blink'] === 'off') show();
    else host.dataset['blink'] = 'off';
    place = now;
  };
  let hasKeys = host.contains(host.ownerDocument.activeElement);
  const settle = () => {
    const isOn = isWanted && hasKeys;
    if (isOn === (timer !== undefined)) return;
    view.clearInterval(timer);
    timer = isOn ? view.setInterval(tick, HALF_MS) : undefined;
    if (isOn) show();
    else delete host.dataset['blink'];
  };
  // Another window takes the keys and leaves the active element as it is.
  const onFocus = ({ type }: Event) => {
    hasKeys = type === 'focusin';
    settle();
  };
  host.addEventListener('focusin', onFocus);
  host.addEventListener('focusout', onFocus);
  return {
    setBlinking(isBlinking) {
      isWanted = isBlinking;
      settle();
    },
    dispose() {
      isWanted = false;
      settle();
      host.removeEventListener('focusin', onFocus);
      host.removeEventListener('focusout', onFocus);
    },
  };
}
