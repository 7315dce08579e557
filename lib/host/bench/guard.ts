import { signedInCookie } from './account.ts';
import { clearLog, trafficOf } from './request-log.ts';
import { median, type Row } from './table.ts';

/**
 * What the guard costs: an authenticated route (seal opened, one Redis round trip, hand-over checked)
 * against one that needs no session, on the same server, in turns.
 */
const REQUESTS = 400;
const CONCURRENCY = 8;
const ROUNDS = 5;

export async function measureGuard(stack: { origin: string; cloud: string }): Promise<Row[]> {
  const cookie = await signedInCookie(stack);
  const guarded = { url: `${stack.origin}/api/auth/session`, headers: { cookie, 'sec-fetch-site': 'same-origin' } };
  const open = { url: `${stack.origin}/api/health`, headers: {} };
  await rate(guarded, 100);
  await rate(open, 100);
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await rate(guarded, REQUESTS));
    peer.push(await rate(open, REQUESTS));
  }
  await clearLog(stack.cloud);
  await rate(guarded, 100);
  const live = await trafficOf(stack.cloud, 'redis');
  await clearLog(stack.cloud);
  await rate({ url: guarded.url, headers: { 'sec-fetch-site': 'same-origin' } }, 100);
  const absent = await trafficOf(stack.cloud, 'redis');
  return [
    { what: 'guarded route', ours: median(ours), peer: median(peer), peerName: 'unguarded route', unit: 'req/s' },
    { what: 'Redis round trips a guarded request', ours: live.requests / 100, peer: 1, peerName: 'the promise', unit: 'trips' },
    { what: 'Redis round trips without a cookie', ours: absent.requests / 100, peer: 0, peerName: 'the promise', unit: 'trips' },
  ];
}

/** Requests a second. Any answer but 200 or 401 would make the figure worthless. */
async function rate(target: { url: string; headers: Record<string, string> }, total: number): Promise<number> {
  const started = performance.now();
  let left = total;
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while (left-- > 0) {
        const answer = await fetch(target.url, { headers: target.headers });
        await answer.arrayBuffer();
        if (answer.status !== 200 && answer.status !== 401) throw new Error(`${target.url} answered ${answer.status}`);
      }
    }),
  );
  return (total / (performance.now() - started)) * 1000;
}
