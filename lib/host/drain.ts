import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { ShutdownTimes } from './shutdown-times.ts';

/**
 * How the app stops without cutting a request:
 *
 *   signal ─► the door stays open for a while (ready says no) ─► no new connections ─► what is under way ends ─► `drained`
 *
 * A request is under way until its answer is out, and one that may change something also until its handler has returned: somebody who
 * hangs up in the middle of a push does not make it half done. Reading alone ends with its reader: Next's handler never returns for a
 * file whose reader has gone. From the signal on each answer says `Connection: close`, so that a proxy's kept connections end with an answer
 * instead of under the next request. What outlasts the patience is cut.
 */
export interface Drain {
  /** Runs the handler of one request. */
  serve(response: ServerResponse, handle: () => Promise<void>): void;
  /** Resolves with the requests that had to be cut; none is the rule. Calling it again waits for the same end. */
  drained(servers: readonly Server[], times: ShutdownTimes): Promise<IncomingMessage[]>;
}

const QUIET_MS = 200;

export function createDrain(): Drain {
  const underWay = new Map<ServerResponse, Promise<unknown>>();
  let ending: Promise<IncomingMessage[]> | undefined;

  const drain = async (servers: readonly Server[], { delayMs, patienceMs }: ShutdownTimes): Promise<IncomingMessage[]> => {
    for (const response of underWay.keys()) closeAfter(response);
    if (delayMs > 0) await wait(delayMs);
    const closed = Promise.all(servers.map((server) => new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    })));
    const patience = new AbortController();
    const all = async () => {
      do {
        await Promise.allSettled(underWay.values());
        for (const server of servers) server.closeIdleConnections();
        // A request may be on its way on a connection that was open before; one that only waits open, as browsers keep some, is not waited for.
        await Promise.race([closed, wait(QUIET_MS)]);
      } while (underWay.size > 0);
    };
    await Promise.race([all(), wait(patienceMs, undefined, { signal: patience.signal })]);
    patience.abort();
    const cut = [...underWay.keys()].map(({ req }) => req);
    for (const server of servers) server.closeAllConnections();
    return cut;
  };

  return {
    serve(response, handle) {
      if (ending !== undefined) closeAfter(response);
      const sent = new Promise<void>((resolve) => response.once('close', resolve));
      const handled = handle();
      const work = Promise.allSettled([isRead(response.req) ? undefined : handled, sent]).then(() => {
        underWay.delete(response);
      });
      underWay.set(response, work);
    },
    drained(servers, times) {
      ending ??= drain(servers, times);
      return ending;
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function closeAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}
