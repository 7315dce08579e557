/**
 * Says what commands print to those who don't see it, once each: a live region of the page gets the text without its
 * escape sequences, in pieces, politely. Not what is typed (screen readers say keys themselves), nor the line that is
 * drawn again at each key. Rejected: xterm.js's own region, which hears the drawing and cuts off after twenty rows.
 */
export interface Announcer {
  hear(output: string | Uint8Array): void;
  /** Says what was chosen last, and nothing of what was passed over on the way to it. */
  tell(words: string): void;
  /** What was said is somebody else's now. */
  forget(): void;
  dispose(): void;
}

/** Gathered this long, so that a command's lines come as one piece. */
const GATHER_MS = 200;
/** Characters of one piece; nobody listens to more. */
const PIECE_MAX = 2_000;
/** Kept unread until then; what is past it is only counted. */
const PENDING_MAX = 16_384;
/** Pieces in the document: those said long ago go. */
const PIECES_MAX = 30;

// oxlint-disable-next-line no-control-regex
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** What there is to say of `text`: its end when it is long, since that is what a command came to. */
export function spokenText(text: string, leftOut = 0): string {
  const plain = text.replace(/\r\n/g, '\n').replace(ESCAPES, '').trim();
  const isCut = plain.length > PIECE_MAX;
  const shown = isCut ? plain.slice(plain.indexOf('\n', plain.length - PIECE_MAX) + 1 || plain.length - PIECE_MAX) : plain;
  return isCut || leftOut > 0 ? `Much output; its end: ${shown}` : shown;
}

export function openAnnouncer(root: HTMLElement): Announcer {
  const { ownerDocument: document } = root;
  const view = document.defaultView as Window;
  const region = document.createElement('div');
  region.className = 'visually-hidden';
  region.setAttribute('role', 'log');
  region.setAttribute('aria-label', 'Output');
  region.setAttribute('aria-live', 'polite');
  root.append(region);
  let decoder = new TextDecoder();
  let pending = '';
  let leftOut = 0;
  let told = '';
  let timer: number | undefined;

  const say = () => {
    timer = undefined;
    const text = `${spokenText(pending, leftOut)}\n${spokenText(told)}`.trim();
    pending = '';
    told = '';
    leftOut = 0;
    if (text === '') return;
    const piece = document.createElement('p');
    piece.textContent = text;
    region.append(piece);
    while (region.childElementCount > PIECES_MAX) region.firstElementChild?.remove();
  };

  return {
    hear(output) {
      timer ??= view.setTimeout(say, GATHER_MS);
      if (output.length > PENDING_MAX) {
        // The rest of a long output is not worth decoding.
        leftOut += output.length;
        pending = typeof output === 'string' ? output.slice(-PENDING_MAX) : new TextDecoder().decode(output.subarray(-PENDING_MAX));
        decoder = new TextDecoder();
        return;
      }
      pending += typeof output === 'string' ? output : decoder.decode(output, { stream: true });
      if (pending.length > 2 * PENDING_MAX) {
        leftOut += pending.length - PENDING_MAX;
        pending = pending.slice(-PENDING_MAX);
      }
    },
    tell(words) {
      timer ??= view.setTimeout(say, GATHER_MS);
      told = words;
    },
    forget() {
      pending = '';
      told = '';
      leftOut = 0;
      decoder = new TextDecoder();
      region.replaceChildren();
    },
    dispose() {
      view.clearTimeout(timer);
      region.remove();
    },
  };
}
