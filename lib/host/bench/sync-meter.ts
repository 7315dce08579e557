import { clearLog, trafficOf, type Traffic } from './request-log.ts';

/** Counts what crosses the wire to a store, and makes it slow. */
export interface Meter {
  clear(): Promise<void>;
  /** Since the last clear. */
  read(): Promise<Traffic>;
  /** Each request waits this long before it is answered. */
  setLatency(ms: number): Promise<void>;
}

/** The embedded S3, by its own request log and fault rules. */
export function s3Meter(cloud: string): Meter {
  const headers = { 'content-type': 'application/json' };
  const require = async (answer: Promise<Response>): Promise<void> => {
    const { ok, status } = await answer;
    if (!ok) throw new Error(`The embedded cloud refused a fault rule: ${status}.`);
  };
  return {
    clear: () => clearLog(cloud),
    read: () => trafficOf(cloud, 's3'),
    async setLatency(ms) {
      await require(fetch(`${cloud}/faults`, { method: 'DELETE', headers }));
      if (ms === 0) return;
      await require(fetch(`${cloud}/faults`, { method: 'POST', headers, body: JSON.stringify({ service: 's3', action: 'delay', ms }) }));
    },
  };
}
