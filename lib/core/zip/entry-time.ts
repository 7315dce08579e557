/**
 * When an entry of a zip was last changed, milliseconds since the epoch; undefined when the zip does not tell.
 *
 * The extended timestamp (0x5455) and Info-ZIP's older field (0x5855, still written by macOS) are in UTC. The old format
 * has no zone: it is the clock on the wall where the zip was made, and read as the one here, as Info-ZIP's unzip does.
 * Source: PKWARE APPNOTE 6.3.10 (4.4.6), Info-ZIP proginfo/extrafld.txt.
 */
export function entryTimeMs(extra: DataView, dosTime: number, dosDate: number): number | undefined {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const id = extra.getUint16(at, true);
    const length = extra.getUint16(at + 2, true);
    const start = at + 4;
    at = start + length;
    if (at > extra.byteLength) break;
    if (id === EXTENDED_TIMESTAMP && length >= 5 && (extra.getUint8(start) & HAS_MODIFIED) !== 0) return extra.getInt32(start + 1, true) * 1000;
    if (id === OLD_UNIX && length >= 8) return extra.getInt32(start + 4, true) * 1000;
  }
  const [year, month, day] = [(dosDate >>> 9) + 1980, (dosDate >>> 5) & 15, dosDate & 31];
  const [hour, minute, second] = [dosTime >>> 11, (dosTime >>> 5) & 63, (dosTime & 31) * 2];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

const EXTENDED_TIMESTAMP = 0x5455;
const HAS_MODIFIED = 1;
const OLD_UNIX = 0x5855;
