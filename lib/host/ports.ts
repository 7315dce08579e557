import { createServer } from 'node:net';

/** Whether nobody listens on `port` of the loopback address. Only a hint: the bind itself decides. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Reads a port from the environment; throws with the variable's name. */
export function parsePort(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined || value === '') return fallback;
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port < 1 || port > 65_535) {
    throw new RangeError(`${name} must be a port number from 1 to 65535, not "${value}".`);
  }
  return port;
}
