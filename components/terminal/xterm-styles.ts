/**
 * Lets xterm.js 6.0 run under a policy without 'unsafe-inline' for styles. It makes three <style> elements
 * while it is constructed and opened (the DOM renderer two, the viewport one), writes to them again at every
 * change of theme or size, and gives the spans of its rows a `style` attribute for 24-bit colours. A policy
 * blocks both, but neither constructed style sheets nor CSSOM:
 *
 *   createElement('style') ──► an empty placeholder whose `textContent` feeds an adopted CSSStyleSheet
 *   span.setAttribute('style', …) ──► span.style.cssText = …
 *
 * Nothing is weakened: a script that may call `setAttribute` may use CSSOM anyway, and markup stays blocked.
 * Rejected: handing xterm the nonce, which would then lie in the document for everything else to read; and
 * `documentOverride`, which misses two of the four places.
 */
export interface XtermStyles {
  /** Runs `build` (construction and `open()`), taking the <style> elements that it makes. */
  capture<T>(build: () => T): T;
  /** Removes the style sheets and puts back what was replaced. */
  dispose(): void;
}

export function xtermStyles(document: Document): XtermStyles {
  const sheets: CSSStyleSheet[] = [];
  const letGo = allowSpanStyles(document);

  const adopt = (): HTMLElement => {
    const sheet = new CSSStyleSheet();
    sheets.push(sheet);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const placeholder = document.createElement('data');
    placeholder.hidden = true;
    let text = '';
    Object.defineProperty(placeholder, 'textContent', {
      get: () => text,
      set: (value: string) => {
        text = value;
        sheet.replaceSync(value);
      },
    });
    return placeholder;
  };

  return {
    capture(build) {
      const original = Object.getOwnPropertyDescriptor(document, 'createElement');
      const create = document.createElement.bind(document) as Document['createElement'];
      document.createElement = ((name: string, options?: ElementCreationOptions) => {
        if (name.toLowerCase() !== 'style') return create(name, options);
        return adopt();
      }) as Document['createElement'];
      try {
        return build();
      } finally {
        if (original === undefined) Reflect.deleteProperty(document, 'createElement');
        else Object.defineProperty(document, 'createElement', original);
      }
    },
    dispose() {
      letGo();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => !sheets.includes(sheet));
      sheets.length = 0;
    },
  };
}

/** How many terminals use the replaced method; the last one puts it back. */
let users = 0;

function allowSpanStyles(document: Document): () => void {
  const view = document.defaultView as (Window & typeof globalThis) | null;
  if (view === null) return () => undefined;
  const { prototype } = view.HTMLSpanElement;
  const inherited = view.Element.prototype.setAttribute;
  users += 1;
  if (users === 1) {
    // An own property of spans: no other element pays for it, and deleting it restores the inherited method.
    prototype.setAttribute = function setAttribute(this: HTMLSpanElement, name: string, value: string) {
      if (name === 'style') this.style.cssText = value;
      else inherited.call(this, name, value);
    };
  }
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    users -= 1;
    if (users === 0) Reflect.deleteProperty(prototype, 'setAttribute');
  };
}
