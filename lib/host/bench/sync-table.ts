import type { Traffic } from './request-log.ts';
import { formatCells, formatNumber } from './table.ts';
import type { Situation } from './sync-peer.ts';

/** One situation of one peer, at each latency. */
export interface Measured {
  situation: Situation;
  name: string;
  /** In the order of the latencies. */
  runs: (Traffic & { seconds: number })[];
  /** Different ones, when the runs did not end alike; with no runs, why there are none. */
  notes: string[];
}

/** A Markdown table, ours first in each situation; the last ratio is ours ÷ peer in seconds, at the middle latency. */
export function formatSync(measured: readonly Measured[], latencies: readonly number[]): string {
  const middle = Math.floor(latencies.length / 2);
  const lines = measured.map(({ situation, name, runs, notes }) => {
    const note = notes.join(' / ');
    if (runs.length === 0) return [situation, name, '–', '–', ...latencies.map(() => '–'), '–', note];
    const own = measured.find((other) => other.situation === situation)?.runs;
    const [mine, theirs] = [own?.[middle]?.seconds ?? 0, runs[middle]?.seconds ?? 0];
    // What takes no time at all has no ratio that says anything.
    const ratio = own === runs || mine === 0 || theirs < 0.01 ? '–' : `${(mine / theirs).toFixed(2)} ×`;
    return [
      situation, name, range(runs.map(({ requests }) => requests), 1), range(runs.map(({ bytes }) => bytes), 1000),
      ...runs.map(({ seconds }) => `${formatNumber(seconds)} s`), ratio, note,
    ];
  });
  return formatCells([['what', 'with', 'requests', 'KB', ...latencies.map((ms) => `at ${ms} ms`), `ratio at ${latencies[middle] ?? 0} ms`, 'note'], ...lines]);
}

/** One number, or the smallest and the largest when the runs differ. */
function range(values: readonly number[], divisor: number): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => (divisor === 1 ? value.toLocaleString('en') : formatNumber(value / divisor)));
  return low === high ? low! : `${low}–${high}`;
}

/** The smallest value that at least this share of all does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
