import * as limits from '../core/limits.ts';
import type { ServiceName } from './service.ts';

export interface LoggedRequest {
  service: ServiceName;
  operation: string;
  /** Null: no reply was sent. */
  status: number | null;
  /** Bodies only, as they crossed the wire; for a dropped reply `bytesOut` is 0. */
  bytesIn: number;
  bytesOut: number;
  /** From the whole request to the whole reply, faults included. */
  ms: number;
  /** ISO 8601. */
  at: string;
  /** Of the app's request that this one serves, from the end of the user agent. */
  requestId?: string;
}

export interface RequestTotals {
  service: ServiceName;
  operation: string;
  count: number;
  bytesIn: number;
  bytesOut: number;
}

export interface RequestLog {
  add(entry: LoggedRequest): void;
  /** Totals since the last clear, by service and operation; the newest entries first. No paths, keys, headers or bodies: they may be secret. */
  report(): { totals: RequestTotals[]; recent: LoggedRequest[] };
  clear(): void;
}

/** Counts what the app asked of the cloud, so that a test can hold it to a number of requests. */
export function createRequestLog(): RequestLog {
  const totals = new Map<string, RequestTotals>();
  let recent: LoggedRequest[] = [];
  return {
    add(entry) {
      const { service, operation, bytesIn, bytesOut } = entry;
      const name = `${service} ${operation}`;
      const sum = totals.get(name) ?? { service, operation, count: 0, bytesIn: 0, bytesOut: 0 };
      totals.set(name, { ...sum, count: sum.count + 1, bytesIn: sum.bytesIn + bytesIn, bytesOut: sum.bytesOut + bytesOut });
      recent.push(entry);
      if (recent.length > limits.cloudRequestLogMaxEntries) recent.shift();
    },
    report: () => ({ totals: [...totals.values()], recent: recent.toReversed() }),
    clear() {
      totals.clear();
      recent = [];
    },
  };
}
