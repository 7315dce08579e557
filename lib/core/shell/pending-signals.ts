import { signalStatus } from './signals.ts';

/** Signals that came to a process and that it has not acted on yet; each once, however often it was sent. */
export class PendingSignals {
  #names: string[] = [];
  #listeners: (() => void)[] = [];

  get any(): boolean {
    return this.#names.length > 0;
  }

  add(name: string): void {
    if (!this.#names.includes(name)) this.#names.push(name);
    for (const wake of this.#listeners.splice(0)) wake();
  }

  take(): string | undefined {
    return this.#names.shift();
  }

  /** The status of a `wait` that the first of them interrupts. */
  get status(): number {
    return signalStatus(this.#names[0] ?? 'INT');
  }

  /** Resolves when `promise` does, or when a signal comes. */
  orSignal(promise: Promise<unknown>): Promise<unknown> {
    if (this.any) return Promise.resolve();
    return Promise.race([promise, new Promise<void>((resolve) => this.#listeners.push(resolve))]);
  }
}
