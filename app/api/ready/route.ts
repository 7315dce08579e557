import { answer, refuseUnavailable } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { readiness } from '@/lib/server/readiness.ts';

export const GET = publicRoute({}, async () => {
  const services = await readiness();
  const missing = Object.entries(services).filter(([, state]) => state !== 'ok').map(([name]) => name);
  if (missing.length > 0) return refuseUnavailable(5, `Not reachable: ${missing.join(', ')}.`);
  return answer(200, { status: 'ready', services });
});
