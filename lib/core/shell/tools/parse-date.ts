import * as limits from '../../limits.ts';
import { DAYS, MONTHS } from './format-date.ts';
import { partsOf, timeOf, utcTime } from './time-zone.ts';

/**
 * The dates that people type, as GNU's `date -d`, `touch -d` and `find -newermt` read them: items in any order (a date, a
 * time, a zone, a day of the week, amounts to add), then all put together as its manual says: what no item names is now,
 * but a date without a time is midnight. Rejected: a library; none reads `next monday 10:00 2 weeks ago`.
 */
const ZONES: Readonly<Record<string, number>> = {
  z: 0, utc: 0, ut: 0, gmt: 0, wet: 0, west: 60, bst: 60, cet: 60, met: 60, cest: 120, mest: 120, eet: 120, eest: 180, msk: 180, ist: 330, jst: 540,
  ast: -240, adt: -180, est: -300, edt: -240, cst: -360, cdt: -300, mst: -420, mdt: -360, pst: -480, pdt: -420, akst: -540, akdt: -480, hst: -600,
};
const ORDINALS: Readonly<Record<string, number>> = {
  last: -1, this: 0, next: 1, first: 1, third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10, eleventh: 11, twelfth: 12,
};
const UNITS: Readonly<Record<string, readonly [field: 'years' | 'months' | 'days' | 'seconds', factor: number]>> = {
  year: ['years', 1], month: ['months', 1], fortnight: ['days', 14], week: ['days', 7], day: ['days', 1],
  hour: ['seconds', 3600], minute: ['seconds', 60], min: ['seconds', 60], second: ['seconds', 1], sec: ['seconds', 1],
};

const monthOf = (word: string): number => MONTHS.findIndex((name) => name.toLowerCase() === word || name.slice(0, 3).toLowerCase() === word || (word === 'sept' && name === 'September'));
const weekdayOf = (word: string): number => {
  const short = { tues: 2, wednes: 3, thur: 4, thurs: 4 }[word];
  return short ?? DAYS.findIndex((name) => name.toLowerCase() === word || name.slice(0, 3).toLowerCase() === word);
};
const unitOf = (word: string): (typeof UNITS)[string] | undefined => {
  const single = word.replace(/s$/, '');
  return Object.hasOwn(UNITS, word) ? UNITS[word] : Object.hasOwn(UNITS, single) ? UNITS[single] : undefined;
};
const fullYear = (text: string): number => (text.length > 2 ? Number(text) : Number(text) + (Number(text) < 69 ? 2000 : 1900));

interface Items {
  date: { year: number | undefined; month: number; day: number } | undefined;
  time: { hour: number; minute: number; second: number } | undefined;
  weekday: { day: number; ordinal: number } | undefined;
  offset: number | undefined;
  years: number;
  months: number;
  days: number;
  seconds: number;
  isRelative: boolean;
}

/**
 * @param now milliseconds since the epoch.
 * @param zone the value of TZ; undefined: the platform's own zone. `TZ="…"` in the text comes before it.
 * @returns milliseconds since the epoch, with a fraction where the text has one; undefined when it is no date.
 */
export function parseDate(text: string, now: number, zone: string | undefined): number | undefined {
  const named = /^\s*TZ="([^"]*)"\s*/.exec(text);
  const ownZone = named === null ? zone : named[1];
  const words = text.slice(named?.[0].length ?? 0).replace(/\([^()]*\)/g, ' ').toLowerCase().trim();
  if (words.length > limits.pathMaxBytes) return undefined;
  const epoch = /^@(-?\d+(?:[.,]\d+)?)$/.exec(words);
  if (epoch !== null) return inRange(Math.round(Number(epoch[1]!.replace(',', '.')) * 1e6) / 1e3);
  const items = read(words);
  return items === undefined ? undefined : inRange(combine(items, now, ownZone));
}

const inRange = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined || !(Math.abs(milliseconds) <= 8.64e15) ? undefined : milliseconds;

function combine(items: Items, now: number, zone: string | undefined): number | undefined {
  const { date, time, weekday, offset } = items;
  const today = offset === undefined ? partsOf(now, zone) : partsOf(now + offset * 60_000, 'UTC');
  const year = date?.year ?? today.year;
  const month = date?.month ?? today.month;
  let day = date?.day ?? today.day;
  if (date !== undefined && (month < 0 || month > 11 || day < 1 || new Date(utcTime(year, month, day)).getUTCMonth() !== month)) return undefined;
  const keepsTime = time === undefined && items.isRelative && date === undefined && weekday === undefined;
  const clock = time ?? (keepsTime ? { hour: today.hour, minute: today.minute, second: today.second + (((now % 1000) + 1000) % 1000) / 1000 } : { hour: 0, minute: 0, second: 0 });
  if (weekday !== undefined && date === undefined) {
    const own = today.weekday;
    day += ((weekday.day - own + 7) % 7) + 7 * (weekday.ordinal - (weekday.ordinal > 0 && own !== weekday.day ? 1 : 0));
  }
  const fraction = clock.second % 1;
  const fields = [year + items.years, month + items.months, day + items.days, clock.hour, clock.minute, Math.floor(clock.second)] as const;
  const at = offset === undefined ? timeOf(...fields, zone) : utcTime(...fields) - offset * 60_000;
  return at + Math.round(fraction * 1e6) / 1e3 + items.seconds * 1000;
}

function read(words: string): Items | undefined {
  const items: Items = { date: undefined, time: undefined, weekday: undefined, offset: undefined, years: 0, months: 0, days: 0, seconds: 0, isRelative: false };
  let rest = words;
  /** Takes the pattern from the front; what follows must not go on with a letter or digit. */
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const match = pattern.exec(rest);
    if (match === null) return undefined;
    rest = rest.slice(match[0].length).replace(/^[\s,]+/, '');
    return match;
  };
  const setDate = (year: number | undefined, month: number, day: number): boolean => {
    if (items.date !== undefined) return false;
    items.date = { year, month, day };
    return true;
  };
  const setTime = (hourText: string, minute: string | undefined, second: string | undefined, half: string | undefined): boolean => {
    let hour = Number(hourText);
    if (items.time !== undefined || Number(minute ?? '0') > 59 || Number((second ?? '0').replace(',', '.')) >= 60) return false;
    if (half !== undefined) {
      if (hour < 1 || hour > 12) return false;
      hour = (hour % 12) + (half.startsWith('p') ? 12 : 0);
    }
    if (hour > 23) return false;
    items.time = { hour, minute: Number(minute ?? '0'), second: Number((second ?? '0').replace(',', '.')) };
    return true;
  };
  const setOffset = (sign: string, hours: string, minutes: string | undefined): boolean => {
    if (items.offset !== undefined) return false;
    const digits = minutes === undefined && hours.length > 2 ? [hours.slice(0, -2), hours.slice(-2)] : [hours, minutes ?? '0'];
    items.offset = (sign === '-' ? -1 : 1) * (Number(digits[0]) * 60 + Number(digits[1]));
    return Math.abs(items.offset) <= 24 * 60;
  };
  const addAmount = (amount: number, word: string): boolean => {
    const unit = unitOf(word);
    if (unit === undefined) return false;
    const sign = take(/^ago\b/) === undefined ? 1 : -1;
    items[unit[0]] += amount * unit[1] * sign;
    items.isRelative = true;
    return true;
  };

  rest = rest.replace(/^[\s,]+/, '');
  while (rest !== '') {
    let match: RegExpExecArray | undefined;
    if ((match = take(/^(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([ap]\.?m\b\.?)?/)) !== undefined) {
      if (!setTime(match[1]!, match[2], match[3], match[4])) return undefined;
      // Straight after a time a signed number is a zone, even before a unit.
      const zone = take(/^([-+])(\d{1,2}):?(\d{2})?(?!\d)/);
      if (zone !== undefined && !setOffset(zone[1]!, zone[2]!, zone[3])) return undefined;
    } else if ((match = take(/^(\d{1,2})\s*([ap]\.?m\b\.?)/)) !== undefined) {
      if (!setTime(match[1]!, undefined, undefined, match[2])) return undefined;
    } else if ((match = take(/^(\d{4,})[-/](\d{1,2})[-/](\d{1,2})(?:t(?=\d)|(?!\d))/)) !== undefined) {
      if (!setDate(Number(match[1]), Number(match[2]) - 1, Number(match[3]))) return undefined;
    } else if ((match = take(/^(\d{1,2})\/(\d{1,2})(?:\/(\d{1,4}))?(?!\d)/)) !== undefined) {
      if (!setDate(match[3] === undefined ? undefined : fullYear(match[3]), Number(match[1]) - 1, Number(match[2]))) return undefined;
    } else if ((match = take(/^(\d{1,2})[-\s]?([a-z]{3,})\.?(?:-(\d{1,4})|\s*,?\s*(\d{4})(?![\d:]))?(?![a-z])/)) !== undefined && monthOf(match[2]!) >= 0) {
      const year = match[3] ?? match[4];
      if (!setDate(year === undefined ? undefined : fullYear(year), monthOf(match[2]!), Number(match[1]))) return undefined;
    } else if (match !== undefined) {
      // A number and a word that is no month: an amount.
      if (match[3] !== undefined || !takeAmount(match[1]!, match[2]!, match[4])) return undefined;
    } else if ((match = take(/^([-+])\s*(\d+)\s*([a-z]+)/)) !== undefined) {
      if (!addAmount(Number(`${match[1]}${match[2]}`), match[3]!)) return undefined;
    } else if ((match = take(/^([-+])(\d{2}):?(\d{2})?(?!\d)/)) !== undefined) {
      if (items.time === undefined || !setOffset(match[1]!, match[2]!, match[3])) return undefined;
    } else if ((match = take(/^(\d+)\s*([a-z]+)/)) !== undefined) {
      if (!takeAmount(match[1]!, match[2]!, undefined)) return undefined;
    } else if ((match = take(/^(\d{8})(?:t(\d{2})(\d{2})?)?(?!\d)/)) !== undefined) {
      if (!setDate(Number(match[1]!.slice(0, 4)), Number(match[1]!.slice(4, 6)) - 1, Number(match[1]!.slice(6)))) return undefined;
    } else if ((match = take(/^(\d{1,4})(?!\d)/)) !== undefined) {
      const digits = match[1]!;
      if (items.date !== undefined && items.date.year === undefined && (items.time !== undefined || digits.length > 2)) items.date.year = fullYear(digits);
      else if (!setTime(digits.length > 2 ? digits.slice(0, -2) : digits, digits.length > 2 ? digits.slice(-2) : undefined, undefined, undefined)) return undefined;
    } else if ((match = take(/^([a-z]+)\.?/)) !== undefined) {
      if (!takeWord(match[1]!)) return undefined;
    } else return undefined;
  }
  return items;

  function takeAmount(digits: string, word: string, yearAfter: string | undefined): boolean {
    if (yearAfter !== undefined) rest = `${yearAfter} ${rest}`;
    const weekday = weekdayOf(word);
    if (weekday >= 0 && items.weekday === undefined) {
      items.weekday = { day: weekday, ordinal: Number(digits) };
      return true;
    }
    return addAmount(Number(digits), word);
  }

  function takeWord(word: string): boolean {
    if (word === 'now' || word === 'today') {
      items.isRelative = true;
      return true;
    }
    if (word === 'tomorrow' || word === 'yesterday') {
      items.days += word === 'tomorrow' ? 1 : -1;
      items.isRelative = true;
      return true;
    }
    const month = monthOf(word);
    if (month >= 0) {
      const match = take(/^(\d{1,2})(?:st|nd|rd|th)?(?![\d:])(?:[\s,]+(\d{4})(?![\d:]))?/) ?? take(/^-(\d{1,2})-(\d{1,4})(?!\d)/);
      return match !== undefined && setDate(match[2] === undefined ? undefined : fullYear(match[2]), month, Number(match[1]));
    }
    const weekday = weekdayOf(word);
    if (weekday >= 0) {
      if (items.weekday !== undefined) return false;
      items.weekday = { day: weekday, ordinal: 0 };
      return true;
    }
    if (Object.hasOwn(ORDINALS, word)) {
      const next = take(/^([a-z]+)/);
      if (next === undefined) return false;
      const day = weekdayOf(next[1]!);
      if (day < 0) return addAmount(ORDINALS[word]!, next[1]!);
      if (items.weekday !== undefined) return false;
      items.weekday = { day, ordinal: ORDINALS[word]! };
      return true;
    }
    if (Object.hasOwn(ZONES, word) && items.offset === undefined) {
      items.offset = ZONES[word]!;
      const shift = take(/^([-+])(\d{1,2}):?(\d{2})?(?!\d)/);
      if (shift !== undefined) items.offset += (shift[1] === '-' ? -1 : 1) * (Number(shift[2]) * 60 + Number(shift[3] ?? '0'));
      if (take(/^dst\b/) !== undefined) items.offset += 60;
      return true;
    }
    return addAmount(1, word);
  }
}
