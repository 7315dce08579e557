import { EditorView } from '@codemirror/view';
import { fontFamily } from './theme.ts';

const CSS = `
:host { display: flex; flex-direction: column; position: absolute; inset: 0; background: var(--bg); color: var(--fg); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding: 0.375rem 0.625rem;
  background: var(--surface); border-bottom: 1px solid var(--border); font: 0.8125rem/1.4 ${fontFamily}; }
.name { font-weight: 700; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.state { color: var(--muted); flex: 1 1 auto; min-width: 0; }
.state[data-tone='warn'] { color: var(--warn); }
.choices { display: flex; gap: 0.375rem; }
.choice { min-height: 2rem; padding: 0.125rem 0.625rem; border: 1px solid var(--control); border-radius: 0.375rem;
  background: transparent; color: var(--fg); font: inherit; cursor: pointer; }
.choice:hover { background: var(--raised); }
.choice:focus-visible { outline: 0.1875rem solid var(--accent); outline-offset: 0.0625rem; }
.body { flex: 1 1 0; min-height: 0; }
.cm-editor { height: 100%; }
@media (pointer: coarse) { .choice { min-height: 2.75rem; } }
@media (prefers-contrast: more) { .state { color: var(--fg); } .choice { border-color: var(--fg); } }
@media (forced-colors: active) { .state[data-tone='warn'] { text-decoration: underline; } }
`;

/** The bar's style sheet; adopted by the shadow root, so that the policy needs no nonce for it. */
export function editorSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}

/** CodeMirror in the colours of the theme, which come as custom properties of the page. 16 px on a phone: below it, iOS zooms in at the first tap. */
export const editorTheme = EditorView.theme({
  '&': { backgroundColor: 'var(--bg)', color: 'var(--fg)', fontSize: '14px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily, lineHeight: '1.5', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--accent)', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--fg) 5%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--selection)',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--warn) 25%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--warn) 50%, transparent)' },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--fg)', borderColor: 'var(--border)' },
  '.cm-textfield': { backgroundColor: 'var(--bg)', border: '1px solid var(--control)', color: 'var(--fg)', fontSize: '14px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--raised)', border: '1px solid var(--control)', color: 'var(--fg)' },
  '.cm-panel.cm-search [name=close]': { color: 'var(--fg)', fontSize: '1.25rem' },
  '&.cm-focused .cm-fat-cursor': { background: 'var(--accent)', color: 'var(--bg)' },
  '&:not(.cm-focused) .cm-fat-cursor': { background: 'none', outline: '1px solid var(--accent)' },
  '.cm-panel.cm-search .cm-button, .cm-panel.cm-search label': { fontSize: '0.8125rem' },
  '.cm-vim-panel, .cm-vim-panel input': { fontFamily, color: 'var(--fg)' },
  '@media (prefers-contrast: more)': { '.cm-gutters': { color: 'var(--fg)' }, '.cm-activeLine': { outline: '1px solid var(--control)' } },
  // The system's colours replace ours; a selection and a match must not vanish with them.
  '@media (forced-colors: active)': { '.cm-selectionMatch, .cm-searchMatch': { outline: '1px solid CanvasText' } },
  '@media (pointer: coarse)': { '&': { fontSize: '16px' }, '.cm-textfield': { fontSize: '16px' } },
}, { dark: true });
