import 'server-only';
import { limits } from '../core/limits.ts';
import { logLine } from './audit.ts';

let minute = 0;
let count = 0;

/** Whether another report may be logged now; in this process only, since reports must not cost a trip to Redis. */
export function admitsCspReport(nowMs: number): boolean {
  const current = Math.floor(nowMs / 60_000);
  if (current !== minute) [minute, count] = [current, 0];
  count += 1;
  return count <= limits.cspReportsPerMinute;
}

const FIELDS = ['effectiveDirective', 'effective-directive', 'violated-directive', 'blockedURL', 'blocked-uri', 'documentURL', 'document-uri', 'disposition', 'lineNumber', 'line-number'];

/** Logs the telling fields of a report in either format (report-uri, Reporting API), without queries and cut short. */
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
    const told: Record<string, string> = {};
    for (const name of FIELDS) {
      const value = inner[name];
      if (typeof value === 'string' || typeof value === 'number') told[name] = String(value).split(/[?#]/, 1)[0]!.slice(0, 160);
    }
    if (Object.keys(told).length > 0) logLine('csp-violation', told);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
