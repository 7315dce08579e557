/**
 * The one table of Selkie's cookies. Prefix `__Host-Http-` (RFC 6265bis, layered cookies draft): the browser
 * takes the cookie only with Secure, HttpOnly, Path=/, without Domain, and never from a script, so neither a
 * sibling subdomain nor an injected script can plant one. On a loopback origin with
 * SESSION_COOKIE_SECURE=false the prefix would be refused (WebKit drops it on http), so the bare name stays.
 */
export type CookieKind = 'session' | 'transaction' | 'device';

export interface CookieSettings {
  secure: boolean;
  sameSite: 'lax' | 'strict';
}

const NAMES: Readonly<Record<CookieKind, string>> = { session: 'sid', transaction: 'tx', device: 'device' };

export function cookieName(kind: CookieKind, settings: CookieSettings): string {
  return settings.secure ? `__Host-Http-${NAMES[kind]}` : NAMES[kind];
}

/**
 * One `Set-Cookie` value. `maxAgeSeconds` undefined: the cookie ends with the browser. An empty value with
 * Max-Age 0 removes it.
 */
export function setCookie(kind: CookieKind, value: string, maxAgeSeconds: number | undefined, settings: CookieSettings): string {
  // A managed login comes back from another site by a top-level GET, and the transaction must survive that.
  const sameSite = kind === 'session' && settings.sameSite === 'strict' ? 'Strict' : 'Lax';
  const parts = [`${cookieName(kind, settings)}=${value}`, 'Path=/', 'HttpOnly', `SameSite=${sameSite}`];
  if (settings.secure) parts.push('Secure');
  if (maxAgeSeconds !== undefined) parts.push(`Max-Age=${maxAgeSeconds}`);
  return parts.join('; ');
}

export function clearCookie(kind: CookieKind, settings: CookieSettings): string {
  return setCookie(kind, '', 0, settings);
}

/**
 * The value of our cookie in a `Cookie` header. A name that comes twice was planted by somebody, and which
 * one the browser lists first is theirs to choose: both count as none. `present` says whether there is
 * anything to clear.
 */
export function readCookie(header: string | null | undefined, kind: CookieKind, settings: CookieSettings): { value?: string; present: boolean } {
  const name = cookieName(kind, settings);
  const values: string[] = [];
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals >= 0 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim());
  }
  const [value] = values;
  return values.length === 1 && value !== undefined ? { value, present: true } : { present: values.length > 0 };
}
