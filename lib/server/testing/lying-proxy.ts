import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How the service behind the proxy behaves. `body` answers 200 with that text: it lies. */
export type Weather = 'fair' | 'silent' | 'reset' | 'refusing' | { status: number } | { body: string; type?: string };

export interface LyingProxy {
  url: string;
  weather: Weather;
  /** Requests that have come in since it was made. */
  asked: number;
  close(): Promise<void>;
}

/** Stands between the app and a service, and can be slow beyond patience, gone, failing, or answer nonsense. */
export async function startLyingProxy(target: () => string): Promise<LyingProxy> {
  const hanging = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    proxy.asked += 1;
    const { weather } = proxy;
    if (weather === 'silent') return void hanging.add(response);
    if (weather === 'reset') return void request.socket.resetAndDestroy();
    if (weather === 'refusing') return void response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>');
    if (weather === 'fair') return void forward(request, response, target());
    if ('status' in weather) return void response.writeHead(weather.status, { 'content-type': 'application/json' }).end('{"error":"ERR something"}');
    response.writeHead(200, { 'content-type': weather.type ?? 'application/json' }).end(weather.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: LyingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    weather: 'fair',
    asked: 0,
    close() {
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}

function forward(request: IncomingMessage, response: ServerResponse, target: string): void {
  const { host: _, ...headers } = request.headers;
  const onward = ask(target + request.url, { method: request.method, headers: { ...headers, host: new URL(target).host } }, (reply) => {
    response.writeHead(reply.statusCode!, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
