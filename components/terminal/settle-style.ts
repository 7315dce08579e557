import { fontFamily } from './theme.ts';

const CSS = `
.parts { overflow: auto; padding: 0.75rem; }
.parts pre { margin: 0; font: 0.875rem/1.5 ${fontFamily}; white-space: pre-wrap; overflow-wrap: anywhere; }
.parts .context, .parts .left { color: var(--muted); }
.parts .left { margin: 0.25rem 0; font: italic 0.8125rem/1.5 ${fontFamily}; }
.part { margin: 0.75rem 0; padding: 0.625rem; border: 1px solid var(--warn); border-radius: 0.375rem; }
.part[data-settled] { border-color: var(--ok); }
.part h2 { margin: 0 0 0.5rem; font: 700 0.875rem/1.4 ${fontFamily}; }
.part h3 { margin: 0 0 0.25rem; font: 700 0.8125rem/1.4 ${fontFamily}; color: var(--muted); }
.versions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: 0.625rem; margin-bottom: 0.625rem; }
.version { display: flex; flex-direction: column; padding: 0.5rem; background: var(--surface); border-left: 0.1875rem solid var(--control); min-width: 0; }
.version.yours { border-left-color: var(--accent); }
.version.theirs { border-left-color: var(--ansi-magenta); }
.version pre { flex: 1 1 auto; max-height: 20rem; overflow: auto; margin-bottom: 0.5rem; }
.parts .choice { font: 0.8125rem/1.4 ${fontFamily}; }
.version .choice { align-self: flex-start; }
.result-label { display: block; margin: 0.625rem 0 0.25rem; font: 0.8125rem/1.4 ${fontFamily}; color: var(--muted); }
.result { box-sizing: border-box; width: 100%; padding: 0.5rem; border: 1px solid var(--control); border-radius: 0.375rem;
  background: var(--bg); color: var(--fg); font: 1rem/1.5 ${fontFamily}; resize: vertical; }
.result:focus-visible { outline: 0.1875rem solid var(--accent); outline-offset: 0.0625rem; }
.choice:disabled { opacity: 0.6; cursor: default; }
`;

/** Adopted by the view's shadow root, so that the policy needs no nonce for it. */
export function settleSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}
