import { formatDate } from './format-date.ts';
import { timeText } from './time-text.ts';

/** What `--time-style` takes besides `+FORMAT`. */
export type TimeStyleWord = 'full-iso' | 'long-iso' | 'iso' | 'locale';

/** The style that was asked for, else that of TIME_STYLE where it is one, else `fallback`. */
export function timeStyle(chosen: string | undefined, env: Readonly<Record<string, string>>, words: readonly TimeStyleWord[], fallback: TimeStyleWord): string {
  const wished = chosen ?? env.TIME_STYLE;
  return wished !== undefined && (wished.startsWith('+') || (words as readonly string[]).includes(wished)) ? wished : fallback;
}

/**
 * A time as ls and du write it alike; undefined for `iso` and `locale`, which each has its own way.
 * @param style `+FORMAT` may have a second line, for what changed in the last half year.
 */
export function styledTime(style: string, milliseconds: number, zone: string | undefined, isRecent: boolean): string | undefined {
  if (style === 'full-iso') return timeText(milliseconds, zone);
  if (style === 'long-iso') return formatDate('%Y-%m-%d %H:%M', milliseconds, zone);
  if (!style.startsWith('+')) return undefined;
  const [old = '', recent = old] = style.slice(1).split('\n');
  return formatDate(isRecent ? recent : old, milliseconds, zone);
}
