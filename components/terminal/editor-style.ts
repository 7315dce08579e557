import { EditorView } from '@codemirror/view';
import { fontFamily } from './theme.ts';

const CSS = `
:host { display: flex; flex-direction: column; position: absolute; inset: 0; background: #0b1015; color: #dfe7ee; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.75rem; padding: 0.375rem 0.625rem;
  background: #141c24; border-bottom: 1px solid #2b3744; font: 0.8125rem/1.4 ${fontFamily}; }
.name { font-weight: 700; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.state { color: #98a8b8; flex: 1 1 auto; min-width: 0; }
.state[data-tone='warn'] { color: #e6b84a; }
.choices { display: flex; gap: 0.375rem; }
.choice { min-height: 2rem; padding: 0.125rem 0.625rem; border: 1px solid #6d8093; border-radius: 0.375rem;
  background: transparent; color: #dfe7ee; font: inherit; cursor: pointer; }
.choice:hover { background: #22303c; }
.choice:focus-visible { outline: 0.1875rem solid #62cbd9; outline-offset: 0.0625rem; }
.body { flex: 1 1 0; min-height: 0; }
.cm-editor { height: 100%; }
@media (pointer: coarse) { .choice { min-height: 2.75rem; } }
`;

/** The bar's style sheet; adopted by the shadow root, so that the policy needs no nonce for it. */
export function editorSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}

/** CodeMirror in the colours of the terminal. 16 px on a phone: below it, iOS zooms in at the first tap. */
export const editorTheme = EditorView.theme({
  '&': { backgroundColor: '#0b1015', color: '#dfe7ee', fontSize: '14px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily, lineHeight: '1.5', overflow: 'auto' },
  '.cm-content': { caretColor: '#62cbd9', padding: '0.5rem 0' },
  '.cm-cursor': { borderLeftColor: '#62cbd9', borderLeftWidth: '2px' },
  '.cm-gutters': { backgroundColor: '#0b1015', color: '#6d8093', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: '#ffffff0a' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: '#2f5d75',
  },
  '.cm-selectionMatch, .cm-searchMatch': { backgroundColor: '#e6b84a40' },
  '.cm-searchMatch-selected': { backgroundColor: '#e6b84a80' },
  '.cm-panels': { backgroundColor: '#141c24', color: '#dfe7ee', borderColor: '#2b3744' },
  '.cm-textfield': { backgroundColor: '#0b1015', border: '1px solid #6d8093', color: '#dfe7ee', fontSize: '14px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: '#22303c', border: '1px solid #6d8093', color: '#dfe7ee' },
  '.cm-panel.cm-search [name=close]': { color: '#dfe7ee', fontSize: '1.25rem' },
  '@media (pointer: coarse)': { '&': { fontSize: '16px' }, '.cm-textfield': { fontSize: '16px' } },
}, { dark: true });
