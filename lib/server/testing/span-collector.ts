import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Record<string, string>;
}

/** A collector that speaks OTLP over HTTP in JSON, as far as a test needs. */
export interface SpanCollector {
  url: string;
  spans: CollectedSpan[];
  /** Bodies and headers as they came. */
  raw: string[];
  /** What it answers. */
  status: number;
  close(): Promise<void>;
}

interface Body {
  resourceSpans: { scopeSpans: { spans: (Omit<CollectedSpan, 'attributes'> & { attributes: { key: string; value: { stringValue?: string; intValue?: string } }[] })[] }[] }[];
}

export async function startSpanCollector(): Promise<SpanCollector> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      collector.raw.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)} ${text}`);
      const spans = (JSON.parse(text) as Body).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
      if (collector.status === 200) {
        collector.spans.push(...spans.map((span) => ({ ...span, attributes: Object.fromEntries(span.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? ''])) })));
      }
      response.writeHead(collector.status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: SpanCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    raw: [],
    status: 200,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return collector;
}
