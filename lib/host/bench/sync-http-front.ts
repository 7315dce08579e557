import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Meter } from './sync-meter.ts';

export interface HttpFront {
  url: string;
  meter: Meter;
  close(): Promise<void>;
}

/** A peer's own server behind the same count and the same latency as the embedded S3's: a wait for each request, bytes of bodies. */
export async function startHttpFront(handle: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<HttpFront> {
  let latencyMs = 0;
  let requests = 0;
  let bytes = 0;
  const server = createServer((incoming, outgoing) => {
    requests++;
    // Counted where the parser hands the body on: a listener would take it from whoever comes later.
    const push = incoming.push.bind(incoming);
    incoming.push = (chunk: unknown, encoding?: BufferEncoding) => {
      bytes += sizeOf(chunk);
      return push(chunk, encoding);
    };
    const write = outgoing.write.bind(outgoing) as (...args: unknown[]) => boolean;
    const end = outgoing.end.bind(outgoing) as (...args: unknown[]) => ServerResponse;
    // `end` hands its chunk to the inner write, not to this one.
    outgoing.write = (...args: unknown[]) => {
      bytes += sizeOf(args[0]);
      return write(...args);
    };
    outgoing.end = (...args: unknown[]) => {
      bytes += sizeOf(args[0]);
      return end(...args);
    };
    void wait(latencyMs).then(() => handle(incoming, outgoing));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    meter: {
      async clear() {
        requests = 0;
        bytes = 0;
      },
      read: async () => ({ requests, bytes }),
      async setLatency(ms) {
        latencyMs = ms;
      },
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sizeOf(chunk: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk);
  return chunk instanceof Uint8Array ? chunk.length : 0;
}
