import { createHash, randomBytes } from 'node:crypto';
import * as limits from '../../../core/limits.ts';

/**
 * The sessions behind managed login's own cookie: for an hour a browser that signed in gets codes without a form
 * ("User pool managed login" in the developer guide). In memory, by hash.
 */
export interface BrowserSessions {
  /** @returns the cookie's value, always a new one. */
  begin(sub: string): string;
  find(cookie: string | undefined): { sub: string; /** Seconds since 1970. */ authTime: number } | undefined;
  end(cookie: string | undefined): void;
}

export const SESSION_SECONDS = 60 * 60;

export function createBrowserSessions(now: () => number): BrowserSessions {
  const sessions = new Map<string, { sub: string; authTime: number; expiresAt: number }>();
  return {
    begin(sub) {
      const cookie = randomBytes(32).toString('base64url');
      sessions.set(hashOf(cookie), { sub, authTime: Math.floor(now() / 1000), expiresAt: now() + SESSION_SECONDS * 1000 });
      for (const oldest of sessions.keys()) {
        if (sessions.size <= limits.cognitoCountersMax) break;
        sessions.delete(oldest);
      }
      return cookie;
    },
    find(cookie) {
      const found = cookie === undefined ? undefined : sessions.get(hashOf(cookie));
      return found === undefined || now() >= found.expiresAt ? undefined : { sub: found.sub, authTime: found.authTime };
    },
    end: (cookie) => void (cookie !== undefined && sessions.delete(hashOf(cookie))),
  };
}

function hashOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64');
}
