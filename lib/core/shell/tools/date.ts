import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAY_MS = 86_400_000;

/** The parts of a time, in UTC or the person's zone. */
function partsOf(milliseconds: number, utc: boolean): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'weekday' | 'offset', number> {
  const date = new Date(milliseconds);
  return utc
    ? { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), weekday: date.getUTCDay(), offset: 0 }
    : { year: date.getFullYear(), month: date.getMonth(), day: date.getDate(), hour: date.getHours(), minute: date.getMinutes(), second: date.getSeconds(), weekday: date.getDay(), offset: -date.getTimezoneOffset() };
}

const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

/** strftime(3) in the C locale. */
export function formatDate(format: string, milliseconds: number, utc: boolean): string {
  const { year, month, day, hour, minute, second, weekday, offset } = partsOf(milliseconds, utc);
  const yearStart = Date.UTC(year, 0, 1);
  const dayOfYear = Math.round((Date.UTC(year, month, day) - yearStart) / DAY_MS);
  const zone = (colon: string): string => `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${colon}${two(Math.abs(offset) % 60)}`;
  const isoWeek = (): { week: number; year: number } => {
    const thursday = new Date(Date.UTC(year, month, day + 4 - (weekday || 7)));
    const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
    return { week: Math.ceil(((thursday.getTime() - first) / DAY_MS + 1) / 7), year: thursday.getUTCFullYear() };
  };
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  return format.replace(/%([-_0^#]?)(:?[a-zA-Z%])/g, (whole, flag: string, letter: string) => {
    const number = (value: number, width: number, fill = '0'): string =>
      flag === '-' ? String(value) : String(value).padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : fill);
    const word = (text: string): string => (flag === '^' ? text.toUpperCase() : text);
    switch (letter) {
      case '%': return '%';
      case 'Y': return number(year, 1);
      case 'C': return number(Math.floor(year / 100), 2);
      case 'y': return number(year % 100, 2);
      case 'm': return number(month + 1, 2);
      case 'd': return number(day, 2);
      case 'e': return number(day, 2, ' ');
      case 'H': return number(hour, 2);
      case 'k': return number(hour, 2, ' ');
      case 'I': return number(twelve, 2);
      case 'l': return number(twelve, 2, ' ');
      case 'M': return number(minute, 2);
      case 'S': return number(second, 2);
      case 'N': return String(Math.floor(milliseconds % 1000) * 1_000_000).padStart(9, '0');
      case 's': return String(Math.floor(milliseconds / 1000));
      case 'j': return number(dayOfYear + 1, 3);
      case 'a': return word(DAYS[weekday]!.slice(0, 3));
      case 'A': return word(DAYS[weekday]!);
      case 'b':
      case 'h': return word(MONTHS[month]!.slice(0, 3));
      case 'B': return word(MONTHS[month]!);
      case 'p': return hour < 12 ? 'AM' : 'PM';
      case 'P': return hour < 12 ? 'am' : 'pm';
      case 'u': return String(weekday || 7);
      case 'w': return String(weekday);
      case 'V': return number(isoWeek().week, 2);
      case 'G': return String(isoWeek().year);
      case 'U': return number(Math.floor((dayOfYear + 7 - weekday) / 7), 2);
      case 'W': return number(Math.floor((dayOfYear + 7 - ((weekday + 6) % 7)) / 7), 2);
      case 'z': return zone('');
      case ':z': return zone(':');
      case 'Z': return utc || offset === 0 ? 'UTC' : zone('');
      case 'F': return `${year}-${two(month + 1)}-${two(day)}`;
      case 'D': return `${two(month + 1)}/${two(day)}/${two(year % 100)}`;
      case 'x': return `${two(month + 1)}/${two(day)}/${two(year % 100)}`;
      case 'T':
      case 'X': return `${two(hour)}:${two(minute)}:${two(second)}`;
      case 'R': return `${two(hour)}:${two(minute)}`;
      case 'r': return `${two(twelve)}:${two(minute)}:${two(second)} ${hour < 12 ? 'AM' : 'PM'}`;
      case 'c': return `${DAYS[weekday]!.slice(0, 3)} ${MONTHS[month]!.slice(0, 3)} ${two(day, ' ')} ${two(hour)}:${two(minute)}:${two(second)} ${year}`;
      case 'n': return '\n';
      case 't': return '\t';
      default: return whole;
    }
  });
}

/** `-d TEXT`: ISO dates, `@seconds`, `now`, `yesterday`, `2 days ago`, `+3 hours`. */
function parseDate(text: string, now: number, utc: boolean): number | undefined {
  const trimmed = text.trim();
  if (/^@-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed.slice(1)) * 1000;
  let base = now;
  let rest = trimmed;
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|UTC|[-+]\d{2}:?\d{2})?/.exec(rest);
  if (iso !== null) {
    const fields = iso.slice(1, 7).map((field) => Number(field ?? '0'));
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
    const zone = iso[7];
    if (zone === undefined && !utc) base = new Date(year, month - 1, day, hour, minute, second).getTime();
    else {
      const shift = zone === undefined || zone === 'Z' || zone === 'UTC' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)));
      base = Date.UTC(year, month - 1, day, hour, minute, second) - shift * 60_000;
    }
    rest = rest.slice(iso[0].length);
  }
  for (const word of rest.toLowerCase().matchAll(/\s*(?:(now|today)|(tomorrow)|(yesterday)|([-+]?\s*\d+)\s*(second|sec|minute|min|hour|day|week|month|year)s?(\s+ago)?)|(\S+)/g)) {
    const [, , tomorrow, yesterday, count, unit, ago, unknown] = word;
    if (unknown !== undefined) return undefined;
    if (tomorrow !== undefined) base += DAY_MS;
    if (yesterday !== undefined) base -= DAY_MS;
    if (count !== undefined && unit !== undefined) {
      const amount = Number(count.replace(/\s/g, '')) * (ago === undefined ? 1 : -1);
      const scale = { second: 1000, sec: 1000, minute: 60_000, min: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS }[unit];
      if (scale !== undefined) base += amount * scale;
      else {
        const date = new Date(base);
        if (unit === 'month') date.setUTCMonth(date.getUTCMonth() + amount);
        else date.setUTCFullYear(date.getUTCFullYear() + amount);
        base = date.getTime();
      }
    }
  }
  return base;
}

export const date: Command = {
  name: 'date',
  summary: 'Print the date and time',
  usage: 'date [-u] [-d TEXT] [-I] [+FORMAT]',
  help: "date\ndate +%F\ndate -d '2 days ago' '+%A %d %B'\ndate -u +%Y-%m-%dT%H:%M:%SZ",
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args.map((argument) => (/^-I\w*$/.test(argument) ? `--iso-8601=${argument.slice(2)}` : argument)), {
      short: 'ud:r:RI', long: { utc: 'u', universal: 'u', date: 'd', reference: 'r', 'iso-8601': 'I', 'rfc-email': 'R' },
    });
    const utc = options.has('u');
    let at = context.now();
    const text = options.value('d');
    const reference = options.value('r');
    if (text !== undefined) {
      const parsed = parseDate(text, at, utc);
      if (parsed === undefined || Number.isNaN(parsed)) throw new UsageError(`invalid date '${text}'`);
      at = parsed;
    } else if (reference !== undefined) {
      const stat = context.files.stat(locate(context, reference));
      if (stat === undefined) throw new UsageError(`${reference}: No such file or directory`);
      at = stat.mtimeMs;
    }
    const [operand] = options.operands;
    if (operand !== undefined && !operand.startsWith('+')) throw new UsageError(`the clock cannot be set here; a format starts with +, as in +%F`);
    const iso = options.value('I');
    const format = operand?.slice(1) ??
      (iso !== undefined ? (iso.startsWith('s') ? '%FT%T%:z' : iso.startsWith('m') ? '%FT%R%:z' : '%F')
        : options.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S %Z %Y');
    await context.stdout.write(encodeText(`${formatDate(format, at, utc)}\n`));
    return 0;
  },
};
