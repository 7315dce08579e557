import type { Extension } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { Vim, vim } from '@replit/codemirror-vim';

/** Vim's keys in the editor, and the commands of `:` that leave and save. Fetched when somebody has them switched on. */
export interface VimActs {
  /** `after` runs once the text is on the disk. */
  save(after?: () => void): void;
  /** Asks when there are changes that are not saved. */
  quit(): void;
  /** Leaves, and the changes are lost. */
  discard(): void;
}

const editors = new WeakMap<EditorView, VimActs>();

interface ExParameters {
  argString?: string;
}

let isDefined = false;

/** The commands are the same for all editors of the page; each does what its own says. */
function defineCommands(): void {
  if (isDefined) return;
  isDefined = true;
  const define = (name: string, short: string, run: (acts: VimActs, isForced: boolean) => void) => {
    Vim.defineEx(name, short, (cm: { cm6: EditorView }, { argString = '' }: ExParameters) => {
      const acts = editors.get(cm.cm6);
      if (acts !== undefined) run(acts, argString.trim().startsWith('!'));
    });
  };
  const leave = (acts: VimActs) => acts.save(() => acts.quit());
  define('write', 'w', (acts) => acts.save());
  define('quit', 'q', (acts, isForced) => (isForced ? acts.discard() : acts.quit()));
  define('wq', 'wq', leave);
  define('xit', 'x', leave);
  define('exit', 'exi', leave);
}

/** Goes before every other key map. */
export function vimKeys(): Extension {
  defineCommands();
  return vim({ status: true });
}

/** What `:w` and `:q` do in this editor. */
export function bindEditor(view: EditorView, acts: VimActs): void {
  editors.set(view, acts);
}
