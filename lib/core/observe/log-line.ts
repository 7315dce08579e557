/** How the app writes its log; `LOG_LEVEL` and `LOG_FORMAT`. */
export interface LogSettings {
  level: LogLevel;
  format: LogFormat;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['json', 'text', 'none'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * One line of the log, or undefined when the settings leave it out. Whatever a value holds, the line stays one line: JSON
 * escapes what would end it, and so does the text form for all that is not a plain word. Values are words of ours, numbers,
 * random ids and keyed hashes; what a person typed or is called has no business here.
 */
export function logLine(settings: LogSettings, time: Date, level: LogLevel, event: string, fields: LogFields): string | undefined {
  if (settings.format === 'none' || LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(settings.level)) return undefined;
  if (settings.format === 'json') return JSON.stringify({ time: time.toISOString(), level, event, ...fields });
  const told = Object.entries(fields).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${plain(String(value))}`);
  return [time.toISOString(), level, event, ...told].join(' ');
}

function plain(text: string): string {
  return /^[\w./:[\]-]+$/.test(text) ? text : JSON.stringify(text).replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
