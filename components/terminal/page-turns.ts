/**
 * Gives the page a turn between two pieces of a long command: keys, timers, replies and paint. A message to
 * ourselves waits in line with all of these. Rejected: `scheduler.yield()`, whose continuation goes before
 * other tasks, so that an endless loop that yields all the time still starved timers, and with them xterm.js
 * and Ctrl-C.
 */
export interface PageTurns {
  next: () => Promise<void>;
  dispose(): void;
}

export function pageTurns(): PageTurns {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return {
    next: () => new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(undefined);
    }),
    dispose() {
      // Commands that still wait go on and find that they were interrupted.
      for (const wake of waiting.splice(0)) wake();
      port1.close();
    },
  };
}
