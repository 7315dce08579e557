import type { IncomingMessage } from 'node:http';

/**
 * The shape of each service of the embedded cloud. One front (`front.ts`) owns sockets, the loopback check,
 * the request log and the faults that tests order; a service only answers requests, so that a fault can
 * strike before the work, or after it (the reply is lost though the work is done).
 */
export interface ServiceRequest {
  method: string;
  /** Path as sent (still percent-encoded), without the query. */
  path: string;
  /** As sent, without `?`; empty when absent. */
  query: string;
  /** Lower-case names; a repeated header is joined with `, `. */
  headers: Readonly<Record<string, string>>;
  /** Whole body; the front refuses more than the service's `maxBodyBytes` with 413 before calling. */
  body: Buffer;
  raw: IncomingMessage;
}

export interface ServiceResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export type ServiceName = 's3' | 'cognito' | 'redis';

export interface LocalService {
  name: ServiceName;
  maxBodyBytes: number;
  /** The operation's name for the log and for faults: `PutObject`, `InitiateAuth`, `EVAL` …; `unknown` if none. */
  operationOf(request: ServiceRequest): string;
  handle(request: ServiceRequest): Promise<ServiceResponse>;
  close(): Promise<void>;
}
