import 'server-only';
import * as limits from '../core/limits.ts';
import { routePattern } from '../core/observe/route-pattern.ts';
import { log } from './observe/log.ts';

let minute = 0;
let count = 0;

/** Whether another report may be logged now; in this process only, since reports must not cost a trip to Redis. */
export function admitsCspReport(nowMs: number): boolean {
  const current = Math.floor(nowMs / 60_000);
  if (current !== minute) [minute, count] = [current, 0];
  count += 1;
  return count <= limits.cspReportsPerMinute;
}

/**
 * Logs what tells a violation apart, in either format (report-uri, Reporting API). Anybody can post a report, so only what has a
 * known form goes on: the directive, the host that was blocked or the browser's word for it, the pattern of the page's route.
 */
export function logCspReport(text: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  for (const report of (Array.isArray(parsed) ? parsed : [parsed]).slice(0, 5) as unknown[]) {
    const outer = isRecord(report) ? report : {};
    const inner = [outer['csp-report'], outer.body].find(isRecord) ?? {};
    const told = (...names: string[]) => names.map((name) => inner[name]).find((value): value is string => typeof value === 'string') ?? '';
    const directive = told('effectiveDirective', 'effective-directive', 'violated-directive').split(' ', 1)[0]!;
    if (!/^[a-z-]{1,40}$/.test(directive)) continue;
    log('info', 'csp-violation', { directive, blocked: blockedBy(told('blockedURL', 'blocked-uri')), page: pageOf(told('documentURL', 'document-uri')) });
  }
}

/** `inline`, `eval`, `data` … as the browser says it (https://www.w3.org/TR/CSP3/#violation-resource), or a host. */
function blockedBy(text: string): string | undefined {
  if (/^[a-z-]{1,30}$/.test(text)) return text;
  return URL.canParse(text) ? new URL(text).host.slice(0, 100) : undefined;
}

function pageOf(text: string): string | undefined {
  return URL.canParse(text) ? routePattern(new URL(text).pathname, false) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
