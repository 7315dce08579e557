import { partsOf, utcTime, zoneName } from './time-zone.ts';

export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;
const DAY_MS = 86_400_000;

const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

/**
 * GNU's strftime in the C locale: conversions with the flags `- _ 0 + ^ #`, a width, and the modifiers E and O.
 * @param milliseconds since the epoch; a fraction is kept for `%N`.
 * @param zone the value of TZ; undefined: the platform's own zone.
 */
export function formatDate(format: string, milliseconds: number, zone: string | undefined): string {
  const { year, month, day, hour, minute, second, weekday, offset } = partsOf(milliseconds, zone);
  const dayOfYear = Math.round((utcTime(year, month, day) - utcTime(year, 0, 1)) / DAY_MS);
  const size = Math.abs(offset);
  const sign = offset < 0 ? '-' : '+';
  const thursday = new Date(utcTime(year, month, day + 4 - (weekday || 7)));
  const isoYear = thursday.getUTCFullYear();
  const isoWeek = Math.ceil(((thursday.getTime() - utcTime(isoYear, 0, 1)) / DAY_MS + 1) / 7);
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const nested = (inner: string): string => formatDate(inner, milliseconds, zone);

  return format.replace(/%([-_0+^#]*)(\d*)([EO]?)(:{0,3}[a-zA-Z%+])/g, (whole, flags: string, widthText: string, _modifier: string, letter: string) => {
    const width = Math.min(Number(widthText || '0'), 1_000);
    const number = (value: number, least: number, fill = '0'): string => {
      if (flags.includes('-')) return String(value);
      const padding = flags.includes('_') ? ' ' : /[0+]/.test(flags) ? '0' : fill;
      const text = padding === '0' && value < 0 ? `-${String(-value).padStart(Math.max(least, width) - 1, '0')}` : String(value).padStart(Math.max(least, width), padding);
      return text;
    };
    const word = (text: string, swapped?: string): string => {
      const cased = flags.includes('^') ? text.toUpperCase() : flags.includes('#') ? swapped ?? text.toUpperCase() : text;
      return flags.includes('-') ? cased : cased.padStart(width, flags.includes('0') ? '0' : ' ');
    };
    switch (letter) {
      case '%': return word('%');
      case 'n': return word('\n');
      case 't': return word('\t');
      case 'Y': return number(year, 1);
      case 'C': return number(Math.floor(year / 100), 2);
      case 'y': return number(((year % 100) + 100) % 100, 2);
      case 'G': return number(isoYear, 1);
      case 'g': return number(((isoYear % 100) + 100) % 100, 2);
      case 'q': return number(Math.floor(month / 3) + 1, 1);
      case 'm': return number(month + 1, 2);
      case 'd': return number(day, 2);
      case 'e': return number(day, 2, ' ');
      case 'H': return number(hour, 2);
      case 'k': return number(hour, 2, ' ');
      case 'I': return number(twelve, 2);
      case 'l': return number(twelve, 2, ' ');
      case 'M': return number(minute, 2);
      case 'S': return number(second, 2);
      case 'N': {
        // Microseconds are what a double holds exactly enough.
        const digits = `${String(Math.min(999_999, Math.round((((milliseconds % 1000) + 1000) % 1000) * 1_000))).padStart(6, '0')}000`;
        const shown = width > 0 ? digits.slice(0, width).padEnd(width, '0') : digits;
        return flags.includes('-') ? shown.replace(/0+$/, '') || '0' : shown;
      }
      case 's': return number(Math.floor(milliseconds / 1000), 1);
      case 'j': return number(dayOfYear + 1, 3);
      case 'a': return word(DAYS[weekday]!.slice(0, 3));
      case 'A': return word(DAYS[weekday]!);
      case 'b':
      case 'h': return word(MONTHS[month]!.slice(0, 3));
      case 'B': return word(MONTHS[month]!);
      case 'p': return word(hour < 12 ? 'AM' : 'PM', hour < 12 ? 'am' : 'pm');
      case 'P': return word(hour < 12 ? 'am' : 'pm');
      case 'u': return number(weekday || 7, 1);
      case 'w': return number(weekday, 1);
      case 'V': return number(isoWeek, 2);
      case 'U': return number(Math.floor((dayOfYear + 7 - weekday) / 7), 2);
      case 'W': return number(Math.floor((dayOfYear + 7 - ((weekday + 6) % 7)) / 7), 2);
      case 'z': return `${sign}${two(Math.floor(size / 60))}${two(size % 60)}`;
      case ':z': return `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
      case '::z': return `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}:00`;
      case ':::z': return `${sign}${two(Math.floor(size / 60))}${size % 60 === 0 ? '' : `:${two(size % 60)}`}`;
      case 'Z': {
        const name = zoneName(milliseconds, zone);
        return word(name, name.toLowerCase());
      }
      case 'F': return word(nested('%Y-%m-%d'));
      case 'D':
      case 'x': return word(nested('%m/%d/%y'));
      case 'T':
      case 'X': return word(nested('%H:%M:%S'));
      case 'R': return word(nested('%H:%M'));
      case 'r': return word(nested('%I:%M:%S %p'));
      case 'c': return word(nested('%a %b %e %H:%M:%S %Y'));
      case '+': return word(nested('%a %b %e %H:%M:%S %Z %Y'));
      default: return whole;
    }
  });
}
