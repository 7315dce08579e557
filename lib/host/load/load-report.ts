import type { KindFigures } from './tally.ts';

/** One run, as it is kept in JSON; sizes are bytes. */
export interface LoadReport {
  options: { people: number; browsers: number; minutes: number; instances: number; thinkMs: number; seed: number };
  requests: number;
  seconds: number;
  perSecond: number;
  figures: Record<string, KindFigures>;
  violations: Record<string, number>;
  /** Answers that had begun when their instance was killed. */
  cutAnswers: number;
  log: { people: number; commits: number; files: number; wrong: string[] };
  breaks: { what: string; atSeconds: number; lastedMs: number; recoveredMs: number | null }[];
  /** The longest time in which no request at all ended well. */
  longestSilenceMs: number;
  memory: { atSeconds: number; instances: number[]; others: Record<string, number> }[];
}

/** What a client sees of an answer that broke off. */
const CUT = 'no answer: ECONNRESET';

/** Sentences; empty when the deployment did what is promised. */
export function judgeReport(report: LoadReport): string[] {
  const wrong = Object.entries(report.violations).map(([what, count]) => `${what}: ${count} times`);
  wrong.push(...report.log.wrong.slice(0, 20));
  if (report.log.wrong.length > 20) wrong.push(`… and ${report.log.wrong.length - 20} more of the store`);
  const isMoreThanCut = Object.values(report.figures).reduce((sum, { errors }) => sum + (errors[CUT] ?? 0), 0) > report.cutAnswers;
  for (const [kind, { errors }] of Object.entries(report.figures)) {
    // Where a session should have been live, `absent` is a violation of its own; else a sign-out was done whose answer did not come.
    for (const [name, count] of Object.entries(errors)) if (name !== 'absent' && (name !== CUT || isMoreThanCut)) wrong.push(`${kind}: ${name}, ${count} times`);
  }
  for (const { what, atSeconds, recoveredMs } of report.breaks) if (recoveredMs === null) wrong.push(`${what} at ${atSeconds.toFixed(0)} s: nothing ended well after it`);
  if (report.log.files === 0) wrong.push('nothing was written: this run proves nothing');
  return wrong;
}

/** The tables for the console, in Markdown. */
export function formatReport(report: LoadReport): string {
  const { options, figures, memory, breaks } = report;
  const ms = (value: number) => value.toFixed(0);
  const mib = (bytes: number) => (bytes / 1_048_576).toFixed(0);
  const lines = [
    `${options.people} people with ${options.browsers} browsers, ${options.instances} instances, ${options.minutes} min, think time ${options.thinkMs / 1000} s:`,
    `${report.requests} requests, ${report.perSecond.toFixed(1)} a second; ${report.log.commits} commits with ${report.log.files} files of ${report.log.people} people read back.`,
    '',
    '| request | count | ok | 503 with Retry-After | other errors | half within | 99 of 100 within | longest |',
    '|---|---|---|---|---|---|---|---|',
    ...Object.entries(figures).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, each]) =>
      `| ${kind} | ${each.requests} | ${each.ok} | ${each.later} | ${Object.entries(each.errors).map(([name, count]) => `${name}: ${count}`).join(', ') || 'none'} | ${ms(each.p50Ms)} ms | ${ms(each.p99Ms)} ms | ${ms(each.maxMs)} ms |`),
    '',
    ...(report.cutAnswers > 0 ? [`${report.cutAnswers} of the answers had begun when the instance that gave them was killed.`, ''] : []),
    '| what was done | at | lasted | first answer after it |',
    '|---|---|---|---|',
    ...summarise(breaks).map(({ what, at, lasted, recovered }) => `| ${what} | ${at} | ${lasted} | ${recovered} |`),
    '',
    `The longest time in which no request ended well: ${(report.longestSilenceMs / 1000).toFixed(1)} s.`,
    '',
    '| memory, MB | ' + columns(memory).join(' | ') + ' |',
    '|---|' + columns(memory).map(() => '---|').join(''),
    ...spread(memory, 8).map((each) => `| ${each.atSeconds} s | ${[...each.instances, ...Object.values(each.others)].map(mib).join(' | ')} |`),
    '',
  ];
  return lines.join('\n');
}

function columns(memory: LoadReport['memory']): string[] {
  const [first] = memory;
  return first === undefined ? [] : [...first.instances.map((_, i) => `instance ${i + 1}`), ...Object.keys(first.others)];
}

/** Kills are many and alike: one row, with the worst of them. */
function summarise(breaks: LoadReport['breaks']): { what: string; at: string; lasted: string; recovered: string }[] {
  const rows = new Map<string, LoadReport['breaks']>();
  for (const each of breaks) {
    const name = each.what.replace(/^instance \d+ /, 'an instance ');
    rows.set(name, [...(rows.get(name) ?? []), each]);
  }
  return [...rows].map(([what, all]) => {
    const most = (values: number[]) => `${(Math.max(...values) / 1000).toFixed(1)} s`;
    const recovered = all.some(({ recoveredMs }) => recoveredMs === null) ? 'never' : most(all.map(({ recoveredMs }) => recoveredMs ?? 0));
    return {
      what: all.length > 1 ? `${what}, ${all.length} times` : what, at: all.length > 1 ? '' : `${all[0]!.atSeconds.toFixed(0)} s`,
      lasted: all.length > 1 ? `at most ${most(all.map(({ lastedMs }) => lastedMs))}` : most(all.map(({ lastedMs }) => lastedMs)),
      recovered: all.length > 1 && recovered !== 'never' ? `at most ${recovered}` : recovered,
    };
  });
}

function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, i) => values[Math.round((i * (values.length - 1)) / (count - 1))]!);
}
