import type { TerminalIo } from '@/lib/core/shell/command.ts';

const REFUSED = 'The browser did not allow it: it wants a key or a click just before, and for reading the clipboard your permission for this site.';

/** What a command can do at a terminal that stands in a page, and at no other. */
export function pageTerminal(view: Window & typeof globalThis): Required<Pick<TerminalIo, 'copy' | 'paste' | 'visit' | 'colourCode'>> {
  return {
    async copy(text) {
      // Browsers offer no clipboard to a page that came without encryption.
      if (view.navigator.clipboard === undefined) return 'This browser offers pages no clipboard; select the text and copy it.';
      try {
        await view.navigator.clipboard.writeText(text);
        return undefined;
      } catch {
        return REFUSED;
      }
    },
    async paste() {
      if (view.navigator.clipboard?.readText === undefined) return { failure: 'This browser lets no page read the clipboard; paste with its own key instead.' };
      try {
        return { text: await view.navigator.clipboard.readText() };
      } catch {
        return { failure: REFUSED };
      }
    },
    visit(address) {
      let parsed: URL;
      try {
        parsed = new URL(address);
      } catch {
        return `${address} is no address of the web.`;
      }
      if (!['http:', 'https:', 'mailto:'].includes(parsed.protocol)) return `${address} is not opened: only http, https and mailto are.`;
      // Without an opener there is no telling whether a blocker stopped it.
      view.open(parsed.href, '_blank', 'noopener,noreferrer');
      return undefined;
    },
    async colourCode(code, language) {
      const { colourCode } = await import('./editor-languages.ts');
      return colourCode(code, language);
    },
  };
}
