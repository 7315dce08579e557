import type { HistoryEntry } from './history.ts';

/**
 * What stands after the `@` of `sync restore notes.md@…`: the number of a commit, a moment, or a time ago. Times are
 * UTC, as everything here is told; a day alone means its end.
 */
export type When = { seq: number } | { atMs: number };

const UNITS_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;
const DAY_MS = UNITS_MS.day;

/** undefined: none of these. */
export function parseWhen(text: string, nowMs: number): When | undefined {
  const plain = text.trim();
  if (/^\d{1,12}$/.test(plain)) return { seq: Number(plain) };
  const ago = /^(\d{1,6}) (minute|hour|day)s? ago$/i.exec(plain);
  if (ago !== null) return { atMs: nowMs - Number(ago[1]) * UNITS_MS[ago[2]!.toLowerCase() as keyof typeof UNITS_MS] };
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)Z?)?$/i.exec(plain);
  if (iso === null) return undefined;
  const [, day = '', time] = iso;
  const startMs = Date.parse(`${day}T00:00:00Z`);
  // Date.parse makes 2026-02-30 a day of March.
  if (Number.isNaN(startMs) || new Date(startMs).toISOString().slice(0, 10) !== day) return undefined;
  if (time === undefined) return { atMs: startMs + DAY_MS - 1 };
  const atMs = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(atMs)) return undefined;
  // A minute alone means its end too: what is listed with this minute is in it.
  return { atMs: time.length === 5 ? atMs + 59_999 : atMs + 999 };
}

/** The newest commit that was written by then, by the clocks of the devices that wrote; undefined: all are later. */
export async function seqAt(when: When, newestFirst: AsyncIterable<HistoryEntry>): Promise<number | undefined> {
  if ('seq' in when) return when.seq;
  for await (const entry of newestFirst) if (entry.atMs <= when.atMs) return entry.seq;
  return undefined;
}

/** `notes.md@12` as path and time; the last `@` counts, and only when what follows can be a time. */
export function splitPathAndWhen(text: string, nowMs: number): { path: string; when: When | undefined } {
  const cut = text.lastIndexOf('@');
  if (cut < 0) return { path: text, when: undefined };
  const when = parseWhen(text.slice(cut + 1), nowMs);
  return when === undefined ? { path: text, when } : { path: text.slice(0, cut), when };
}
