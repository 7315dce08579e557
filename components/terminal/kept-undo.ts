import { historyField } from '@codemirror/commands';
import { EditorState, type EditorStateConfig } from '@codemirror/state';
import type { Files } from '@/lib/core/fs/files.ts';

/** Files of which the undo history is kept after the editor is closed; the oldest one goes. */
const MAX_KEPT = 8;
const FIELDS = { history: historyField };

/** By the files of one person: another one's never see it. */
const kept = new WeakMap<Files, Map<string, { text: string; state: unknown }>>();

/** Remembers what can be undone in the text of `path`, in this tab only. */
export function keepUndo(files: Files, path: string, state: EditorState): void {
  const own = kept.get(files) ?? new Map<string, { text: string; state: unknown }>();
  kept.set(files, own);
  own.delete(path);
  own.set(path, { text: state.sliceDoc(), state: state.toJSON(FIELDS) });
  const [oldest] = own.keys();
  if (own.size > MAX_KEPT && oldest !== undefined) own.delete(oldest);
}

/** A state of the editor; with what can be undone when `text` is as it was left. */
export function stateWithUndo(files: Files, path: string, text: string, config: EditorStateConfig): EditorState {
  const found = kept.get(files)?.get(path);
  if (found?.text !== text) return EditorState.create({ ...config, doc: text });
  return EditorState.fromJSON(found.state, config, FIELDS);
}
