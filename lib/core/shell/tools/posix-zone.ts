/**
 * Zones in POSIX's own words (IEEE Std 1003.1, TZ): `EST5`, `<+0330>-3:30`, `CET-1CEST,M3.5.0,M10.5.0/3`. Where summer time
 * has no rule it is that of the United States, as in glibc.
 */
export interface Zone {
  /** Minutes east of Greenwich at a time. */
  offsetAt(milliseconds: number): number;
  abbreviationAt(milliseconds: number): string;
}

const NAME = '(?:<([-+A-Za-z0-9]+)>|([A-Za-z]{3,}))';
const OFFSET = '([-+]?\\d{1,3}(?::\\d{2}){0,2})';
const ZONE = new RegExp(`^${NAME}${OFFSET}(?:${NAME}${OFFSET}?(?:,([^,]+),([^,]+))?)?$`);
const DEFAULT_RULES = ['M3.2.0', 'M11.1.0'] as const;
const DAY_MS = 86_400_000;

/** When the clock changes in a year: milliseconds of that clock's own reckoning, as if it were UTC. */
type Rule = (year: number) => number;

/** `-3:30` in minutes. */
function minutesOf(text: string): number {
  const [hours = '0', minutes = '0', seconds = '0'] = text.replace(/^[-+]/, '').split(':');
  return (text.startsWith('-') ? -1 : 1) * (Number(hours) * 60 + Number(minutes) + Number(seconds) / 60);
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** `M3.5.0/2`: the last Sunday of March at two; `J60`: the sixtieth day without 29 February; `59`: the same with it, from 0. */
function parseRule(text: string): Rule | undefined {
  const match = /^(?:M(\d{1,2})\.([1-5])\.([0-6])|J(\d{1,3})|(\d{1,3}))(?:\/([-+]?\d{1,3}(?::\d{2}){0,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, month, week, weekday, julian, day, time] = match;
  const at = minutesOf(time ?? '2') * 60_000;
  if (julian !== undefined) return (year) => Date.UTC(year, 0, 1) + (Number(julian) - 1 + (isLeap(year) && Number(julian) > 59 ? 1 : 0)) * DAY_MS + at;
  if (day !== undefined) return (year) => Date.UTC(year, 0, 1) + Number(day) * DAY_MS + at;
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  return (year) => {
    const first = Date.UTC(year, Number(month) - 1, 1);
    const last = Date.UTC(year, Number(month), 0);
    const found = first + ((Number(weekday) - new Date(first).getUTCDay() + 7) % 7 + (Number(week) - 1) * 7) * DAY_MS;
    return (found > last ? found - 7 * DAY_MS : found) + at;
  };
}

/** Undefined when `text` is nothing of the kind: then it is a name, or nothing at all. */
export function posixZone(text: string): Zone | undefined {
  const match = ZONE.exec(text);
  if (match === null) return undefined;
  const [, quoted, plain, offset, summerQuoted, summerPlain, summerOffset, from, to] = match;
  // POSIX counts westwards.
  const standard = -minutesOf(offset as string) || 0;
  const name = quoted ?? (plain as string);
  const summerName = summerQuoted ?? summerPlain;
  if (summerName === undefined) return { offsetAt: () => standard, abbreviationAt: () => name };
  const summer = summerOffset === undefined ? standard + 60 : -minutesOf(summerOffset) || 0;
  const [starts, ends] = [parseRule(from ?? DEFAULT_RULES[0]), parseRule(to ?? DEFAULT_RULES[1])];
  if (starts === undefined || ends === undefined) return undefined;
  const isSummer = (milliseconds: number): boolean => {
    const year = new Date(milliseconds + standard * 60_000).getUTCFullYear();
    const [start, end] = [starts(year) - standard * 60_000, ends(year) - summer * 60_000];
    return start < end ? milliseconds >= start && milliseconds < end : milliseconds >= start || milliseconds < end;
  };
  return { offsetAt: (milliseconds) => (isSummer(milliseconds) ? summer : standard), abbreviationAt: (milliseconds) => (isSummer(milliseconds) ? summerName : name) };
}
