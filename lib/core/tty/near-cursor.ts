import * as limits from '../limits.ts';
import type { LineView } from './line-view.ts';

/** Of a text that no screen holds, the part around the cursor. */
export function nearCursor(view: LineView): LineView {
  const { text, cursor } = view;
  const most = limits.lineShownMaxUnits;
  if (text.length <= most) return view;
  const step = most >> 2;
  // In steps, so that it does not shift with each letter.
  let start = Math.max(0, Math.floor((cursor - most / 2) / step) * step);
  if (/[\udc00-\udfff]/.test(text[start] ?? '')) start += 1;
  const end = Math.min(text.length, start + most);
  const shown: LineView = {
    prompt: start > 0 ? '… ' : view.prompt, continuation: view.continuation, text: `${text.slice(start, end)}${end < text.length ? '…' : ''}`, cursor: cursor - start,
  };
  if (view.below !== undefined) shown.below = view.below;
  return shown;
}
