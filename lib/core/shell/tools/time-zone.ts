import { posixZone, type Zone } from './posix-zone.ts';

/**
 * Times as a person's clock shows them. The zone is what `TZ` says: a name of the tz database (through `Intl`, which every
 * platform has), `UTC`, or POSIX's `JST-9` (posix-zone.ts); without TZ it is the platform's own. As in glibc an unknown one is UTC.
 */
export interface TimeParts {
  year: number;
  /** From 0. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 for Sunday. */
  weekday: number;
  /** Minutes east of Greenwich. */
  offset: number;
}

/** Some zones have a short name only in the English of where they are. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-ZA', 'en-CA', 'ja-JP'];
const UTC: Zone = { offsetAt: () => 0, abbreviationAt: () => 'UTC' };
const zones = new Map<string, Zone>();

const asOffset = (minutes: number): string => {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${String(Math.floor(size / 60)).padStart(2, '0')}${size % 60 === 0 ? '' : String(size % 60).padStart(2, '0')}`;
};

function namedZone(name: string | undefined): Zone {
  const options = { ...(name === undefined ? {} : { timeZone: name }), hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric', era: 'short' } as const;
  const clock = new Intl.DateTimeFormat('en-US', options);
  const names: Intl.DateTimeFormat[] = [];
  const offsetAt = (milliseconds: number): number => {
    const fields: Record<string, string> = {};
    for (const { type, value } of clock.formatToParts(milliseconds)) fields[type] = value;
    const year = fields.era === 'BC' || fields.era === 'B' ? 1 - Number(fields.year) : Number(fields.year);
    const shown = utcTime(year, Number(fields.month) - 1, Number(fields.day), Number(fields.hour), Number(fields.minute), Number(fields.second));
    return Math.round((shown - Math.floor(milliseconds / 1000) * 1000) / 60_000);
  };
  return {
    offsetAt,
    abbreviationAt(milliseconds) {
      for (const [index, locale] of LOCALES.entries()) {
        const format = (names[index] ??= new Intl.DateTimeFormat(locale, { ...(name === undefined ? {} : { timeZone: name }), timeZoneName: 'short' }));
        const text = format.formatToParts(milliseconds).find(({ type }) => type === 'timeZoneName')?.value ?? '';
        if (/^[A-Z]{3,5}$/.test(text)) return text;
      }
      return asOffset(offsetAt(milliseconds));
    },
  };
}

function zoneOf(name: string | undefined): Zone {
  const key = name ?? '';
  let zone = zones.get(name === undefined ? '\0' : key);
  if (zone === undefined) {
    const text = key.replace(/^:/, '');
    try {
      zone = name !== undefined && (text === '' || text === 'UTC' || text === 'UTC0') ? UTC : posixZone(text) ?? namedZone(name === undefined ? undefined : text);
    } catch {
      const name = /^[A-Za-z]{3,}/.exec(text)?.[0] ?? 'UTC';
      zone = { ...UTC, abbreviationAt: () => name };
    }
    zones.set(name === undefined ? '\0' : key, zone);
  }
  return zone;
}

/** Date.UTC, which takes the years 0 to 99 for 1900 to 1999, without that. */
export function utcTime(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  if (year >= 100 || year < 0) return Date.UTC(year, month, day, hour, minute, second);
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second);
  return date.getTime();
}

/** What the clock of the zone shows. @param zone the value of TZ; undefined: the platform's own zone. */
export function partsOf(milliseconds: number, zone: string | undefined): TimeParts {
  const offset = zoneOf(zone).offsetAt(milliseconds);
  const date = new Date(milliseconds + offset * 60_000);
  return {
    year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(),
    weekday: date.getUTCDay(), offset,
  };
}

/** `CET`, `PST`, or `+03` where the zone has no letters. */
export function zoneName(milliseconds: number, zone: string | undefined): string {
  return zoneOf(zone).abbreviationAt(milliseconds);
}

/** When the clock of the zone shows this; fields past their range carry over, as in mktime(3). */
export function timeOf(year: number, month: number, day: number, hour: number, minute: number, second: number, zone: string | undefined): number {
  const { offsetAt } = zoneOf(zone);
  const shown = utcTime(year, month, day, hour, minute, second);
  const guess = shown - offsetAt(shown) * 60_000;
  return shown - offsetAt(guess) * 60_000;
}
