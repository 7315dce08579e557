import 'client-only';
import type { History } from './history.ts';

/** The history, whose code comes after the prompt: nobody needs it before the first key that asks for it, or the first line that runs. */
export interface LateHistory {
  /** Undefined until it is here. */
  readonly here: History | undefined;
  /** Rejects when it cannot be fetched; the next one tries again. */
  fetch(): Promise<History>;
  switchTo(owner: string): void;
  write(): void;
  dispose(): void;
}

/** @param open fetches the code and opens the history of whoever owns the files then. */
export function lateHistory(open: () => Promise<History>): LateHistory {
  let here: History | undefined;
  let opening: Promise<History> | undefined;
  let isOver = false;
  const begin = async (): Promise<History> => {
    try {
      here = await open();
    } catch (error) {
      opening = undefined;
      throw error;
    }
    if (isOver) here.dispose();
    return here;
  };
  return {
    get here() {
      return here;
    },
    fetch: () => (opening ??= begin()),
    switchTo: (owner) => here?.switchTo(owner),
    write: () => here?.write(),
    dispose() {
      isOver = true;
      here?.dispose();
    },
  };
}
