import { DAYS, formatDate, MONTHS } from '../format-date.ts';
import { partsOf, timeOf, utcTime } from '../time-zone.ts';
import { array, fail, JqArray, type Value } from './value.ts';

/**
 * "Broken down time": year, month from 0, day, hour, minute, second, day of the week, day of the year from 0.
 * A number is seconds since the epoch.
 */
export function brokenDown(input: Value, zone: string | undefined): JqArray {
  if (typeof input !== 'number') return fail(`gmtime() requires a number`);
  const whole = Math.floor(input);
  if (Math.abs(whole) > 8.64e12) return fail('the time is too far away');
  const { year, month, day, hour, minute, second, weekday } = partsOf(whole * 1000, zone);
  return array([year, month, day, hour, minute, second + (input - whole), weekday, Math.round((utcTime(year, month, day) - utcTime(year, 0, 1)) / 86_400_000)]);
}

function fieldsOf(input: Value, name: string): number[] {
  if (!(input instanceof JqArray) || input.items.length < 6) return fail(input instanceof JqArray ? `${name} requires array of 6 numbers` : `${name} requires array inputs`);
  return input.items.map((item) => (typeof item === 'number' ? Math.floor(item) : fail(`${name} requires parsed datetime inputs`)));
}

/** Seconds since the epoch. */
export function makeTime(input: Value): Value {
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = fieldsOf(input, 'mktime');
  return utcTime(year, month, day, hour, minute, second) / 1000;
}

export function formatTime(input: Value, format: Value, zone: string, name: string): Value {
  if (typeof input !== 'number' && !(input instanceof JqArray)) return fail(`${name}/1 requires parsed datetime inputs`);
  const fields = typeof input === 'number' ? brokenDown(input, zone) : input;
  if (typeof format !== 'string') return fail(`${name}/1 requires a string format`);
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = fieldsOf(fields, `${name}/1`);
  return formatDate(format, timeOf(year, month, day, hour, minute, second, zone), zone);
}

const find = (names: readonly string[], text: string): [index: number, length: number] | undefined => {
  for (const length of [undefined, 3]) {
    const at = names.findIndex((name) => text.toLowerCase().startsWith(name.slice(0, length).toLowerCase()));
    if (at >= 0) return [at, (names[at] as string).slice(0, length).length];
  }
  return undefined;
};
const EXPANDED: Readonly<Record<string, string>> = { T: '%H:%M:%S', D: '%m/%d/%y', F: '%Y-%m-%d', R: '%H:%M', c: '%a %b %e %H:%M:%S %Y', x: '%m/%d/%y', X: '%H:%M:%S', r: '%I:%M:%S %p', h: '%b' };

/** C's strptime: a text by a format, as broken down time. */
export function parseTime(input: Value, format: Value): Value {
  if (typeof input !== 'string') return fail(`strptime/1 requires string inputs and arguments`);
  if (typeof format !== 'string') return fail(`strptime/1 requires string inputs and arguments`);
  const text = input;
  const refuse = (): never => fail(`date "${text}" does not match format "${format}"`);
  let at = 0;
  let [year, month, day, hour, minute, second] = [1900, 0, 0, 0, 0, 0];
  let afternoon: boolean | undefined;
  let epoch: number | undefined;
  let dayOfYear: number | undefined;
  const number = (most: number): number => {
    const match = new RegExp(`^\\s*([-+]?\\d{1,${most}})`).exec(text.slice(at)) ?? refuse();
    at += match[0].length;
    return Number(match[1]);
  };
  const word = (names: readonly string[]): number => {
    const found = find(names, text.slice(at)) ?? refuse();
    at += found[1];
    return found[0];
  };
  const pattern = format.replace(/%[EO]?([TDFRcxXrh])/g, (_whole, letter: string) => EXPANDED[letter] as string);
  for (let place = 0; place < pattern.length; place += 1) {
    const character = pattern[place] as string;
    if (/\s/.test(character)) {
      while (/\s/.test(text[at] ?? '')) at += 1;
      continue;
    }
    if (character !== '%') {
      if (text[at] !== character) refuse();
      at += 1;
      continue;
    }
    place += 1;
    switch (pattern[place]) {
      case 'Y': year = number(4); break;
      case 'm': month = number(2) - 1; break;
      case 'd':
      case 'e': day = number(2); break;
      case 'H':
      case 'k': hour = number(2); break;
      case 'I':
      case 'l': hour = number(2) % 12; break;
      case 'M': minute = number(2); break;
      case 'S': second = number(2); break;
      case 'y': {
        const short = number(2);
        year = short + (short < 69 ? 2000 : 1900);
        break;
      }
      case 'j': dayOfYear = number(3) - 1; break;
      case 's': epoch = number(12); break;
      case 'p': afternoon = word(['AM', 'PM']) === 1; break;
      case 'a':
      case 'A': word(DAYS); break;
      case 'b':
      case 'B': month = word(MONTHS); break;
      case 'n':
      case 't': while (/\s/.test(text[at] ?? '')) at += 1; break;
      case 'z': at += (/^(?:Z|[-+]\d\d(?::?\d\d)?)/.exec(text.slice(at)) ?? refuse())[0].length; break;
      case 'Z': at += (/^[A-Za-z]+/.exec(text.slice(at)) ?? refuse())[0].length; break;
      case '%':
        if (text[at] !== '%') refuse();
        at += 1;
        break;
      default: refuse();
    }
  }
  if (at < text.length) refuse();
  if (epoch !== undefined) return brokenDown(epoch, 'UTC');
  if (afternoon === true) hour += 12;
  if (month > 11 || day > 31 || hour > 24 || minute > 59 || second > 61) refuse();
  if (dayOfYear !== undefined) return brokenDown(utcTime(year, 0, 1 + dayOfYear, hour, minute, second) / 1000, 'UTC');
  const { weekday } = partsOf(utcTime(year, month, day), 'UTC');
  return array([year, month, day, hour, minute, second, weekday, Math.round((utcTime(year, month, day) - utcTime(year, 0, 1)) / 86_400_000)]);
}

/** Seconds since the epoch, with a fraction. */
export const currentTime = (milliseconds: number): Value => milliseconds / 1000;

