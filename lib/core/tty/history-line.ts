import type { HistoryRecord } from '../shell/command.ts';

/** One line of a synced file of history: JSON with `at`, `line` and, where known, `directory`, `ms` and `status`. */
export function formatHistoryLine({ at, line, directory, durationMs, status }: HistoryRecord): string {
  return `${JSON.stringify({ at, line, directory, ms: durationMs, status })}\n`;
}

/** The records of such a file, in its order; what cannot be read is left out. */
export function parseHistoryLines(text: string): HistoryRecord[] {
  const records: HistoryRecord[] = [];
  for (const each of text.split('\n')) {
    if (each === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(each);
    } catch {
      continue;
    }
    const record = historyRecord(value);
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** @param value of a file or of storage, where anything may stand. */
function historyRecord(value: unknown): HistoryRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { at, line, directory, ms, status } = value as Record<string, unknown>;
  if (typeof at !== 'number' || !Number.isFinite(at) || typeof line !== 'string' || line === '' || line.includes('\0')) return undefined;
  return {
    at, line,
    directory: typeof directory === 'string' ? directory : undefined,
    durationMs: typeof ms === 'number' && ms >= 0 ? ms : undefined,
    status: typeof status === 'number' ? status : undefined,
  };
}
