import { Interrupted } from './command.ts';
import type { Cancel } from './flow.ts';

/** What `promise` answers; rejects with `Interrupted` as soon as `cancel` is pulled. */
export function untilAborted<T>(promise: Promise<T>, cancel: Cancel): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    if (cancel.aborted) {
      stop();
      return;
    }
    cancel.addEventListener('abort', stop);
    promise.then(resolve, reject).finally(() => cancel.removeEventListener('abort', stop));
  });
}
