import type { Command } from '../command.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';
import { partsOf } from './time-zone.ts';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'];
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const WIDTH = 20;

/** Until 2 September 1752 the calendar of Julius, from 14 September that of Gregory, as in Britain; the days between never were. */
const isLeap = (year: number): boolean => year % 4 === 0 && (year <= 1752 || year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number): number => LENGTHS[month]! + (month === 1 && isLeap(year) ? 1 : 0);

/** 0 for Sunday. */
function weekday(year: number, month: number, day: number): number {
  const shifted = month < 2 ? year - 1 : year;
  const march = (month + 10) % 12;
  const isJulian = year < 1752 || (year === 1752 && (month < 8 || (month === 8 && day <= 2)));
  const leaps = Math.floor(shifted / 4) + (isJulian ? -2 : Math.floor(shifted / 400) - Math.floor(shifted / 100));
  return (((day + Math.floor(2.6 * (march + 1) - 0.2) + shifted + leaps) % 7) + 7) % 7;
}

const centre = (text: string, width: number): string => `${' '.repeat(Math.floor((width - text.length) / 2))}${text}`.padEnd(width);

/** Eight lines of 20 columns: title, days, six weeks. */
function monthLines(year: number, month: number, isMondayFirst: boolean, title: string, mark: (day: number) => (text: string) => string): string[] {
  const first = isMondayFirst ? 1 : 0;
  const cells: string[] = Array.from({ length: (weekday(year, month, 1) - first + 7) % 7 }, () => '  ');
  for (let day = 1; day <= daysIn(year, month); day += 1) {
    if (year === 1752 && month === 8 && day > 2 && day < 14) continue;
    cells.push(mark(day)(String(day).padStart(2)));
  }
  while (cells.length < 42) cells.push('  ');
  const weeks = Array.from({ length: 6 }, (_, week) => cells.slice(week * 7, week * 7 + 7).join(' '));
  return [centre(title, WIDTH), Array.from({ length: 7 }, (_, index) => DAYS[(index + first) % 7]).join(' '), ...weeks];
}

export const cal: Command = {
  name: 'cal',
  summary: 'Show a calendar',
  usage: 'cal [-13my] [[MONTH] YEAR]',
  help: 'cal              # this month\ncal -3           # with the months before and after\ncal 2027         # a whole year\ncal 2 2028\ncal september',
  options: [['-1, -3', 'one month; the one before and the one after too'], ['-m, --monday', 'weeks begin on Monday'], ['-s, --sunday', 'weeks begin on Sunday'], ['-y, --year', 'the whole year']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: '13msyn:', long: { one: '1', three: '3', monday: 'm', sunday: 's', year: 'y', months: 'n' } });
    const today = partsOf(context.now(), context.env.TZ);
    const words = options.operands;
    if (words.length > 2) throw new UsageError('bad usage: at most a month and a year');
    const monthOf = (text: string): number => {
      const named = MONTHS.findIndex((name) => text.length >= 3 && name.toLowerCase().startsWith(text.toLowerCase()));
      const month = /^\d+$/.test(text) ? Number(text) - 1 : named;
      if (!(month >= 0 && month < 12)) throw new UsageError(/^\d+$/.test(text) ? `illegal month value: use 1-12` : `unknown month name: ${text}`);
      return month;
    };
    const isName = words.length === 1 && !/^\d+$/.test(words[0]!);
    const yearText = words.length === 2 ? words[1] : isName ? undefined : words[0];
    if (yearText !== undefined && (!/^\d+$/.test(yearText) || Number(yearText) < 1 || Number(yearText) > 9999)) throw new UsageError(`illegal year value: use 1-9999`);
    const year = yearText === undefined ? today.year : Number(yearText);
    const month = words.length === 2 || isName ? monthOf(words[0]!) : today.month;
    const wholeYear = options.has('y') || (words.length === 1 && !isName);
    const countText = options.value('n') ?? (options.has('3') ? '3' : '1');
    if (!/^\d+$/.test(countText) || Number(countText) < 1 || Number(countText) > 1_200) throw new UsageError(`invalid month argument: ${countText}`);
    const start = wholeYear ? 0 : options.has('3') ? month - 1 : month;
    const count = wholeYear ? 12 : Number(countText);
    const isMondayFirst = options.all.findLast(({ letter }) => letter === 'm' || letter === 's')?.letter === 'm';
    const rows: string[] = wholeYear ? [centre(String(year), WIDTH * 3 + 4).trimEnd(), ''] : [];
    for (let from = 0; from < count; from += 3) {
      const group = Array.from({ length: Math.min(3, count - from) }, (_, index) => {
        const place = year * 12 + start + from + index;
        const [ownYear, ownMonth] = [Math.floor(place / 12), place % 12];
        const isToday = (day: number): boolean => context.isTerminalOutput && ownYear === today.year && ownMonth === today.month && day === today.day;
        const title = wholeYear ? MONTHS[ownMonth]! : `${MONTHS[ownMonth]} ${ownYear}`;
        return monthLines(ownYear, ownMonth, isMondayFirst, title, (day) => (text) => (isToday(day) ? `\x1b[7m${text}\x1b[0m` : text));
      });
      for (let line = 0; line < 8; line += 1) rows.push(group.map((each) => each[line]).join('  ').trimEnd());
    }
    while (rows.at(-1) === '') rows.pop();
    await context.stdout.write(encodeText(`${rows.join('\n')}\n`));
    return 0;
  },
};
