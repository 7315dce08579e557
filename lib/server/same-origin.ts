import 'server-only';
import { isSameOrigin as judge, type HeaderReader } from '../core/session/same-origin.ts';
import { serverEnv } from './env.ts';

/** Whether an unsafe request comes from our own pages; for handlers and server actions alike. */
export function isSameOrigin(headers: HeaderReader): boolean {
  return judge(headers, serverEnv().appOrigin);
}
