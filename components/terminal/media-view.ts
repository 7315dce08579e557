import { saveFile } from '@/lib/client/page-files.ts';
import { sizeWords } from '@/lib/core/views/files/file-manager-draw.ts';
import { editorSheet } from './editor-style.ts';

/**
 * A picture or a PDF over the terminal, from a blob: address that lives as long as the view. An SVG is shown by <img>, where
 * none of its scripts run and nothing that it names is fetched; a frame is made for PDF alone.
 */
export interface MediaViewOptions {
  /** Gets one child while the view is open. */
  frame: HTMLElement;
  media: { name: string; type: string; bytes: Uint8Array };
  /** Closes it. */
  signal: AbortSignal;
}

const CSS = `
.media { display: flex; flex: 1 1 0; min-height: 0; overflow: auto; padding: 0.5rem; }
.media img { margin: auto; max-width: 100%; max-height: 100%; object-fit: contain; background: repeating-conic-gradient(#8886 0 25%, #fff6 0 50%) 0 / 1rem 1rem; }
.media[data-size='full'] img { max-width: none; max-height: none; }
.media iframe { flex: 1 1 auto; border: 0; background: #fff; }
`;

/** Resolves when the person has closed it. */
export async function showMedia({ frame, media, signal }: MediaViewOptions): Promise<void> {
  if (signal.aborted) return;
  const page = frame.ownerDocument;
  const browser = page.defaultView as Window & typeof globalThis;
  const content = new browser.Blob([media.bytes.slice()], { type: media.type });
  const address = browser.URL.createObjectURL(content);
  const host = page.createElement('div');
  // The same class as the editor's: the keys of the terminal are put away for both.
  host.className = 'terminal-editor';
  host.setAttribute('role', 'dialog');
  host.setAttribute('aria-label', media.name);
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new browser.CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [editorSheet(), sheet];
  const element = (tag: string, className: string, text = ''): HTMLElement => {
    const made = page.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => { close = resolve; });
  const body = element('div', 'media');
  const state = element('span', 'state', `${sizeWords(media.bytes.length)} bytes`);
  state.setAttribute('aria-live', 'polite');
  const choices = element('span', 'choices');
  const choice = (label: string, run: () => void): HTMLButtonElement => {
    const button = element('button', 'choice', label) as HTMLButtonElement;
    button.type = 'button';
    button.addEventListener('click', run);
    choices.append(button);
    return button;
  };
  const isPicture = media.type.startsWith('image/');
  const toggleSize = (): void => { body.dataset['size'] = body.dataset['size'] === 'full' ? 'fit' : 'full'; };
  if (isPicture) choice('Full size', toggleSize);
  choice('Save a copy', () => saveFile(browser, media.name, content));
  const leave = choice('Close Esc', () => close());
  if (isPicture) {
    const picture = page.createElement('img');
    picture.alt = `Picture ${media.name}`;
    picture.addEventListener('load', () => { state.textContent = `${picture.naturalWidth} × ${picture.naturalHeight}, ${sizeWords(media.bytes.length)} bytes`; });
    picture.addEventListener('error', () => { state.textContent = 'This cannot be shown as a picture; it may be damaged.'; });
    picture.src = address;
    body.append(picture);
  } else {
    const pdf = page.createElement('iframe');
    pdf.title = media.name;
    pdf.src = address;
    body.append(pdf);
  }
  const bar = element('div', 'bar');
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', 'Viewer');
  bar.append(element('span', 'name', media.name), state, choices);
  root.append(bar, body);
  frame.append(host);
  leave.focus();

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' || event.key === 'q' || (event.ctrlKey && event.key.toLowerCase() === 'c')) close();
    else if (event.key === 'f' && isPicture && !event.ctrlKey && !event.metaKey) toggleSize();
    else return;
    event.preventDefault();
  };
  const onAbort = (): void => close();
  host.addEventListener('keydown', onKey);
  signal.addEventListener('abort', onAbort);
  await closed;
  signal.removeEventListener('abort', onAbort);
  host.remove();
  browser.URL.revokeObjectURL(address);
}
