const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);

/** The wall clock of a zone, as if it were UTC, and its distance from UTC in minutes. */
function wallClock(milliseconds: number, zone: string | undefined): { date: Date; offset: number } {
  const whole = Math.floor(milliseconds / 1000) * 1000;
  if (zone === 'UTC' || zone === 'UTC0' || zone === '') return { date: new Date(whole), offset: 0 };
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      ...(zone === undefined ? {} : { timeZone: zone }), hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
    }).formatToParts(whole);
    const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return { date: new Date(wall), offset: Math.round((wall - whole) / 60_000) };
  } catch {
    // A zone that is not known is UTC, as in the C library.
    return { date: new Date(whole), offset: 0 };
  }
}

/** The week of the year, weeks beginning with `first` (0 Sunday, 1 Monday). */
function weekOfYear(date: Date, first: number): number {
  const day = dayOfYear(date);
  return Math.floor((day - 1 + 7 - ((date.getUTCDay() - first + 7) % 7)) / 7);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

/** ISO 8601: the week that holds the year's first Thursday is its first. */
function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * 86_400_000);
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) };
}

/** strftime(3) in the C locale, for prompts and `printf '%(...)T'`; `zone` as in `$TZ`, undefined for the browser's own. */
export function formatTime(format: string, milliseconds: number, zone: string | undefined): string {
  const { date, offset } = wallClock(milliseconds, zone);
  const hour12 = date.getUTCHours() % 12 || 12;
  const year = date.getUTCFullYear();
  const of = (letter: string): string => {
    switch (letter) {
      case 'a': return (DAYS[date.getUTCDay()] as string).slice(0, 3);
      case 'A': return DAYS[date.getUTCDay()] as string;
      case 'b':
      case 'h': return (MONTHS[date.getUTCMonth()] as string).slice(0, 3);
      case 'B': return MONTHS[date.getUTCMonth()] as string;
      case 'c': return `${of('a')} ${of('b')} ${of('e')} ${of('T')} ${of('Y')}`;
      case 'C': return two(Math.floor(year / 100));
      case 'd': return two(date.getUTCDate());
      case 'D':
      case 'x': return `${of('m')}/${of('d')}/${of('y')}`;
      case 'e': return two(date.getUTCDate(), ' ');
      case 'F': return `${of('Y')}-${of('m')}-${of('d')}`;
      case 'g': return two(isoWeek(date).year % 100);
      case 'G': return String(isoWeek(date).year);
      case 'H': return two(date.getUTCHours());
      case 'I': return two(hour12);
      case 'j': return String(dayOfYear(date)).padStart(3, '0');
      case 'k': return two(date.getUTCHours(), ' ');
      case 'l': return two(hour12, ' ');
      case 'm': return two(date.getUTCMonth() + 1);
      case 'M': return two(date.getUTCMinutes());
      case 'n': return '\n';
      case 'N': return String(Math.floor(milliseconds % 1000)).padStart(3, '0').padEnd(9, '0');
      case 'p': return date.getUTCHours() < 12 ? 'AM' : 'PM';
      case 'P': return date.getUTCHours() < 12 ? 'am' : 'pm';
      case 'r': return `${of('I')}:${of('M')}:${of('S')} ${of('p')}`;
      case 'R': return `${of('H')}:${of('M')}`;
      case 's': return String(Math.floor(milliseconds / 1000));
      case 'S': return two(date.getUTCSeconds());
      case 't': return '\t';
      case 'T':
      case 'X': return `${of('H')}:${of('M')}:${of('S')}`;
      case 'u': return String(date.getUTCDay() || 7);
      case 'U': return two(weekOfYear(date, 0));
      case 'V': return two(isoWeek(date).week);
      case 'w': return String(date.getUTCDay());
      case 'W': return two(weekOfYear(date, 1));
      case 'y': return two(year % 100);
      case 'Y': return String(year);
      case 'z': return `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
      case 'Z': return offset === 0 ? 'UTC' : zone?.includes('/') === false ? zone : of('z');
      case '%': return '%';
      default: return `%${letter}`;
    }
  };
  return format.replace(/%[-_^0#]*([a-zA-Z%])/g, (whole, letter: string) => {
    const text = of(letter);
    if (whole.includes('-')) return text.replace(/^[0 ]+(?=.)/, '');
    if (whole.includes('_')) return text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
    return whole.includes('^') ? text.toUpperCase() : text;
  });
}
