import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who is calling, decided before Next sees the request. `next start` fills the forwarded headers only when
 * the client sent none, so anybody could choose their own address; here what came from outside is dropped
 * and rewritten from the socket, or, behind a known number of own proxies, from the entry that the outermost
 * of them wrote (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#selecting_an_ip_address).
 */
export interface Caller {
  /** The address that attempt limits count. */
  address: string;
  host: string;
  protocol: 'http' | 'https';
  /** A proxy of our own has passed it on: what that says of the request's id counts. */
  isProxied: boolean;
}

/**
 * @param hops how many proxies of our own stand in front; 0 trusts nothing from outside.
 * A chain shorter than `hops` means that a proxy was passed by: then the socket's address counts.
 */
export function callerOf(headers: IncomingHttpHeaders, socketAddress: string, socketIsTls: boolean, hops: number): Caller {
  const chain = [...list(headers['x-forwarded-for']), plainAddress(socketAddress)];
  const trusted = hops > 0 && chain.length > hops;
  return {
    address: trusted ? plainAddress(chain[chain.length - 1 - hops]!) : plainAddress(socketAddress),
    host: (trusted ? list(headers['x-forwarded-host']).at(-1) : undefined) ?? headers.host ?? '',
    protocol: (trusted ? list(headers['x-forwarded-proto']).at(-1) : undefined) === 'https' || socketIsTls ? 'https' : 'http',
    isProxied: trusted,
  };
}

/** Names that only Next or a proxy of ours may set; sent from outside they are attempts. */
const INTERNAL = /^(x-forwarded-.*|forwarded|x-real-ip|x-middleware-.*|x-invoke-.*|x-matched-path|x-now-route-matches|x-vercel-.*)$/;

const TRACING = /^(x-request-id|traceparent|tracestate)$/;

/** Rewrites the request's headers in place. */
export function writeForwarded(headers: IncomingHttpHeaders, caller: Caller): void {
  for (const name of Object.keys(headers)) if (INTERNAL.test(name) || (!caller.isProxied && TRACING.test(name))) delete headers[name];
  headers['x-forwarded-for'] = caller.address;
  headers['x-forwarded-host'] = caller.host;
  headers['x-forwarded-proto'] = caller.protocol;
}

function list(header: string | string[] | undefined): string[] {
  const joined = Array.isArray(header) ? header.join(',') : (header ?? '');
  return joined.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** IPv4-mapped IPv6 (RFC 4291 2.5.5.2) is the same caller as its IPv4 form. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
