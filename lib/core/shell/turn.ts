import * as limits from '../limits.ts';
import { Interrupted } from './command.ts';
import type { Cancel } from './flow.ts';

/**
 * Shares the main thread: whoever computes asks `breathe()` now and then, and gets a promise when the turn has
 * lasted `shellTurnMs`. One for the whole shell, because the page does not care which stage held it.
 */
export class Turn {
  readonly #monotonic: () => number;
  readonly #yieldNow: () => Promise<void>;
  #endsAt = 0;

  constructor(monotonic: () => number, yieldNow: () => Promise<void>) {
    this.#monotonic = monotonic;
    this.#yieldNow = yieldNow;
  }

  /** Call when control comes from the event loop. */
  begin(): void {
    this.#endsAt = this.#monotonic() + limits.shellTurnMs;
  }

  /** @throws Interrupted once `cancel` was pulled. */
  breathe(cancel: Cancel): Promise<void> | undefined {
    if (cancel.aborted) throw new Interrupted();
    return this.#monotonic() < this.#endsAt && !cancel.stopped ? undefined : this.#rest(cancel);
  }

  async #rest(cancel: Cancel): Promise<void> {
    await (cancel.stopped ? cancel.untilResumed() : this.#yieldNow());
    this.begin();
    if (cancel.aborted) throw new Interrupted();
  }
}
