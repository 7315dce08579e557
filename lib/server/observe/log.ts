import 'server-only';
import { logLine, type LogFields, type LogLevel, type LogSettings } from '../../core/observe/log-line.ts';
import { serverEnv } from '../env.ts';
import { currentRequest } from './current-request.ts';

/** One line on standard output, with the request that it belongs to. Values are words of ours and numbers; never what a person sent. */
export function log(level: LogLevel, event: string, fields: LogFields = {}): void {
  const line = logLine(settings(), new Date(), level, event, { requestId: currentRequest()?.requestId, ...fields });
  if (line !== undefined) console.log(line);
}

/** What is wrong with the environment must be told even when that is wrong. */
function settings(): LogSettings {
  try {
    return serverEnv().log;
  } catch {
    return { level: 'info', format: 'json' };
  }
}
