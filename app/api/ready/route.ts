import { answer, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { isDraining } from '@/lib/server/observe/draining.ts';
import { readiness } from '@/lib/server/readiness.ts';

/** Whether this instance should be sent requests: not once it is told to stop, nor while it can't reach what it needs. */
export const GET = publicRoute({}, async () => {
  if (isDraining()) return refuseUnavailable(5, 'This instance is stopping.');
  const services = await readiness();
  const missing = Object.entries(services).filter(([, state]) => state !== 'ok').map(([name]) => name);
  if (missing.length > 0) return refuseUnavailable(5, `Not reachable: ${missing.join(', ')}.`);
  return answer(200, { status: 'ready', services });
});
