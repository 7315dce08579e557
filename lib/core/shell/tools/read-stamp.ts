import { parseDate } from './parse-date.ts';

/**
 * The time of `[[CC]YY]MMDDhhmm[.ss]`, as `touch -t` takes it (POSIX: years below 69 are of this century).
 * @returns milliseconds since the epoch; undefined when it is none.
 */
export function readStamp(text: string, now: number, zone: string | undefined): number | undefined {
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const [, first, second, month, day, hour, minute, seconds = '00'] = match;
  let year: string;
  if (first !== undefined && second !== undefined) year = first + second;
  else if (first !== undefined) year = (Number(first) < 69 ? '20' : '19') + first;
  else year = String(new Date(now).getFullYear());
  return parseDate(`${year}-${month}-${day} ${hour}:${minute}:${seconds}`, now, zone);
}
