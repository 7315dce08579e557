import { stepAfter, tourSteps } from './tour-steps.ts';
import './page-actions.css';

/** The tour's strip above the status: one step at a time, said to a screen reader too. Escape at the prompt, or its button, leaves it. */
export interface TourView {
  close(): void;
}

export interface TourOptions {
  root: HTMLElement;
  /** Hears each line that is entered; answers the unsubscribe. */
  onLine: (listener: (line: string) => void) => () => void;
  /** It is over, to the end or not. */
  onClose: () => void;
}

export function openTour({ root, onLine, onClose }: TourOptions): TourView {
  const { ownerDocument: document } = root;
  const strip = document.createElement('section');
  strip.className = 'terminal-tour';
  strip.setAttribute('aria-label', 'Tour');
  const words = document.createElement('p');
  words.setAttribute('aria-live', 'polite');
  const leave = document.createElement('button');
  leave.type = 'button';
  leave.textContent = 'Skip (Esc)';
  leave.addEventListener('click', () => close());
  strip.append(words, leave);
  root.querySelector('.terminal-frame')?.after(strip);

  let step = 0;
  const show = () => {
    const place = document.createElement('span');
    place.className = 'terminal-tour-step';
    place.textContent = `${step + 1} of ${tourSteps.length} · `;
    const parts = (tourSteps[step]?.text ?? '').split('`').map((part, index) => {
      if (index % 2 === 0) return part;
      const code = document.createElement('code');
      code.textContent = part;
      return code;
    });
    words.replaceChildren(place, ...parts);
  };
  const stopLines = onLine((line) => {
    const next = stepAfter(step, line);
    if (next === step) return;
    step = next;
    if (step >= tourSteps.length) close();
    else show();
  });
  const onKey = (event: KeyboardEvent) => {
    // In a dialog, the editor or a running program Escape is theirs.
    if (event.key !== 'Escape' || root.dataset['ready'] !== 'true' || event.defaultPrevented || (event.target as Element).closest('dialog, .terminal-editor, .terminal-find') !== null) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  root.addEventListener('keydown', onKey, true);
  const close = () => {
    stopLines();
    root.removeEventListener('keydown', onKey, true);
    strip.remove();
    onClose();
  };
  show();
  return { close };
}
