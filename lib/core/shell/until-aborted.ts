import { Interrupted, type CancelSignal } from './command.ts';

/** Waits for `work`, or for Ctrl-C, whichever comes first: rejects with `Interrupted` as soon as `signal` is aborted. */
export function untilAborted<T>(signal: CancelSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    if (signal.aborted) {
      // Nobody waits for it any more, so nobody is told that it failed.
      work.catch(() => undefined);
      stop();
      return;
    }
    signal.addEventListener('abort', stop);
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
