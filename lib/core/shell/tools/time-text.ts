import { formatDate } from './format-date.ts';

/** `2026-11-21 16:00:00.000000000 +0000`, as `stat`, `ls --full-time` and `diff` show a time. @param zone the value of TZ. */
export function timeText(milliseconds: number, zone: string | undefined): string {
  return formatDate('%Y-%m-%d %H:%M:%S.%N %z', milliseconds, zone);
}
