import { EDGE_METRICS_HEADER } from '@/lib/core/observe/selkie-metrics.ts';
import { refuse } from '@/lib/server/http/answer.ts';
import { publicRoute } from '@/lib/server/http/route.ts';
import { isMetricsToken } from '@/lib/server/observe/is-metrics-token.ts';
import { renderMetrics } from '@/lib/server/observe/render-metrics.ts';

/** Without METRICS_TOKEN there is nothing here, for nobody. */
export const GET = publicRoute({}, async ({ request }) => {
  const judged = isMetricsToken(request.headers.get('authorization'));
  if (judged === undefined) return refuse('not-found', 'There is nothing at this address.');
  if (!judged) {
    const refusal = refuse('not-signed-in', 'Ask with the bearer token that METRICS_TOKEN holds.');
    refusal.headers.set('WWW-Authenticate', 'Bearer');
    return refusal;
  }
  const text = await renderMetrics(request.headers.get(EDGE_METRICS_HEADER));
  return new Response(text, { headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8', 'Cache-Control': 'no-store' } });
});
