import { Worker } from 'node:worker_threads';
import type { Batch, BatchResult } from './simulate-worker.ts';

/** A thread that runs bundled simulation code, one batch at a time. */
export interface SimulationThread {
  /**
   * @param timeoutMs after which the code counts as hanging: planted mistakes can do that.
   * @throws Error when the thread itself fails or hangs.
   */
  run(batch: Batch, timeoutMs?: number): Promise<BatchResult>;
  end(): Promise<void>;
}

export function startSimulationThread(code: string): SimulationThread {
  const worker = new Worker(code, { eval: true });
  return {
    run: (batch, timeoutMs) =>
      new Promise((resolve, reject) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(() => settle(() => reject(new Error('the simulation hangs'))), timeoutMs);
        const onError = (error: unknown): void => settle(() => reject(error));
        const onMessage = (result: BatchResult): void => settle(() => resolve(result));
        const settle = (tell: () => void): void => {
          clearTimeout(timer);
          worker.off('error', onError);
          worker.off('message', onMessage);
          tell();
        };
        worker.once('error', onError);
        worker.once('message', onMessage);
        worker.postMessage(batch);
      }),
    async end() {
      await worker.terminate();
    },
  };
}
