import 'server-only';
import { serverEnv } from '../env.ts';

/** 303 for a navigation, never kept. A path is on our own origin, whatever host the request named. */
export function seeOther(target: string, setCookies: readonly string[] = []): Response {
  const headers = new Headers({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', Location: new URL(target, serverEnv().appOrigin).href });
  for (const cookie of setCookies) headers.append('Set-Cookie', cookie);
  return new Response(null, { status: 303, headers });
}
