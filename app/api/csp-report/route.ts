import * as limits from '@/lib/core/limits.ts';
import { admitsCspReport, logCspReport } from '@/lib/server/csp-report.ts';
import { answer } from '@/lib/server/http/answer.ts';
import { readBody } from '@/lib/server/http/read-body.ts';
import { observeRequest } from '@/lib/server/observe/observe-request.ts';

/** Browsers post reports by themselves, without the headers of a page's own request; a report changes nothing. */
export async function POST(request: Request): Promise<Response> {
  return observeRequest(request.headers, { route: '/api/csp-report', method: request.method }, async () => {
    if (!admitsCspReport(Date.now())) return answer(204, undefined);
    const reading = await readBody(request, limits.apiBodyMaxBytes);
    if (reading.kind === 'text') logCspReport(reading.text);
    return answer(204, undefined);
  }, ({ status }) => ({ status }));
}
