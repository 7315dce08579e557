import { setTimeout as wait } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import type { RequestLog } from './request-log.ts';
import type { LocalService, ServiceRequest, ServiceResponse } from './service.ts';
import { serviceRefusal } from './service-refusal.ts';

export interface FrontOptions {
  service: LocalService;
  /** 0 = any free one. */
  port: number;
  /** Anything but `127.0.0.1` is refused. */
  host?: string;
  faults: Faults;
  log: RequestLog;
}

export type Front = LoopbackServer;

/**
 * A service on its port. Each request is struck by the faults that were ordered for it, then answered, then
 * counted; the service knows of none of this. `close` ends the port, not the service.
 */
export async function startFront({ service, port, host, faults, log }: FrontOptions): Promise<Front> {
  const stopping = new AbortController();

  const answer = async (request: ServiceRequest, operation: string): Promise<ServiceResponse | null> => {
    const { delayMs, blow } = faults.strike(service.name, operation);
    // A stopping server does not wait out a delay; the request then goes on at once.
    if (delayMs > 0) await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (blow?.action === 'drop-request') return null;
    if (blow?.action === 'fail') return serviceRefusal(service.name, blow.status, 'This failure was ordered by a fault rule.');
    const reply = await service.handle(request);
    return blow?.action === 'drop-reply' ? null : reply;
  };

  const server = await startLoopbackServer({
    ...(host === undefined ? {} : { host }),
    port,
    maxBodyBytes: service.maxBodyBytes,
    refuse: (status, sentence) => serviceRefusal(service.name, status, sentence),
    async answer(request) {
      const began = performance.now();
      const operation = service.operationOf(request);
      const requestId = / request\/([0-9a-f]{32})$/.exec(request.headers['user-agent'] ?? '')?.[1];
      const entry = { service: service.name, operation, bytesIn: request.body.length, at: new Date().toISOString(), ...(requestId !== undefined && { requestId }) };
      let reply: ServiceResponse | null = null;
      let status: number | null = 500;
      try {
        reply = await answer(request, operation);
        status = reply?.status ?? null;
        return reply;
      } finally {
        const sent = reply && request.method !== 'HEAD' ? Buffer.byteLength(reply.body) : 0;
        log.add({ ...entry, status, bytesOut: sent, ms: Math.round((performance.now() - began) * 100) / 100 });
      }
    },
  });
  return {
    ...server,
    close() {
      stopping.abort();
      return server.close();
    },
  };
}
