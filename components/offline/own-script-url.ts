/** The service worker; also named in `public/sw.js`'s own address and nowhere else. */
export const SERVICE_WORKER_PATH = '/sw.js';

/**
 * Whether a script, worker or service worker at this address is part of our own build: same origin, and below
 * `/_next/static/` or the service worker itself. Judged after resolving, as the browser will, so that `..`, a
 * backslash or `//host` cannot talk its way in. A blob: URL has our origin but its path begins with `https:`; data: has neither.
 */
export function isOwnScriptUrl(input: string, origin: string): boolean {
  let url: URL;
  try {
    url = new URL(input, `${origin}/`);
  } catch {
    return false;
  }
  if (url.origin !== origin || url.username !== '' || url.password !== '') return false;
  return url.pathname.startsWith('/_next/static/') || url.pathname === SERVICE_WORKER_PATH;
}
