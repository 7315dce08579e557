import { isOwnScriptUrl } from '@/components/offline/own-script-url.ts';
import { paintKeptTheme } from '@/components/terminal/kept-theme.ts';

/**
 * The `default` Trusted Types policy, made before anything of the page runs. The bundler's runtime assigns the URLs of
 * chunks and workers as plain strings; under `require-trusted-types-for 'script'` each goes through here. Only our own
 * build and the service worker pass. HTML and script text have no rule at all: the browser then refuses every such
 * string, which is the point. (A named policy would be narrower still, but the bundler can't be told to use one.)
 */
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(input: string): string }): unknown;
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
if (factory !== undefined) {
  factory.createPolicy('default', {
    createScriptURL(input) {
      if (isOwnScriptUrl(input, location.origin)) return input;
      throw new TypeError(`Refused to load a script that is not part of this build of Selkie: ${input}`);
    },
  });
}

/** The colours of the person's theme, before anything is drawn; reading the property alone may throw. */
try {
  paintKeptTheme(document, localStorage);
} catch {
  // Storage is denied: the colours of the style sheets.
}
