import { expect, test } from 'vitest';
import { entryTimeMs } from './entry-time.ts';

const AT_MS = Date.UTC(2026, 10, 21, 10, 20, 31);
const word = (value: number, count: number): number[] => Array.from({ length: count }, (_, index) => (value >>> (8 * index)) & 255);
const extra = (...bytes: number[]): DataView => new DataView(Uint8Array.from(bytes).buffer);
const field = (id: number, ...content: number[]): number[] => [...word(id, 2), ...word(content.length, 2), ...content];
const seconds = (ms: number): number[] => word(Math.floor(ms / 1000), 4);
/** 2026-11-21 10:20:30, as the clock on the wall says. */
const DOS = [(10 << 11) | (20 << 5) | 15, ((2026 - 1980) << 9) | (11 << 5) | 21] as const;
const WALL_MS = new Date(2026, 10, 21, 10, 20, 30).getTime();

test('a time in UTC is taken before the one without a zone, wherever it stands among the other fields', () => {
  const other = field(0x7875, 1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0);
  expect([
    entryTimeMs(extra(...field(0x5455, 1, ...seconds(AT_MS))), ...DOS), entryTimeMs(extra(...other, ...field(0x5455, 7, ...seconds(AT_MS), ...seconds(0))), ...DOS),
    entryTimeMs(extra(...field(0x5855, ...seconds(0), ...seconds(AT_MS))), ...DOS), entryTimeMs(extra(...field(0x5455, 1, ...word(-86_400, 4))), ...DOS),
  ]).toEqual([AT_MS, AT_MS, AT_MS, -86_400_000]);
});

test('without one the wall clock counts, and with an impossible one nothing', () => {
  const impossible = [[0, 0], [DOS[0], 0], [DOS[0], (46 << 9) | (13 << 5) | 1], [24 << 11, DOS[1]], [60 << 5, DOS[1]], [30, DOS[1]]] as const;
  expect([
    entryTimeMs(extra(), ...DOS), entryTimeMs(extra(...field(0x5455, 2, ...seconds(AT_MS))), ...DOS), entryTimeMs(extra(...field(0x5455, 1)), ...DOS),
    entryTimeMs(extra(...word(0x5455, 2), 200, 0, 1, ...seconds(AT_MS)), ...DOS), ...impossible.map(([time, date]) => entryTimeMs(extra(), time, date)),
  ]).toEqual([WALL_MS, WALL_MS, WALL_MS, WALL_MS, ...impossible.map(() => undefined)]);
});
