import 'server-only';
import { serverEnv } from '../env.ts';
import { answer } from './answer.ts';

/** 202 for "if that address is right, a mail is on its way". The embedded cloud has an outbox to look into. */
export function mailed(email: string, body: Readonly<Record<string, string>> = {}): Response {
  const { outboxUrl } = serverEnv();
  return answer(202, outboxUrl === undefined ? body : { ...body, outbox: `${outboxUrl}?to=${encodeURIComponent(email)}` });
}
