import 'server-only';

/** Nothing on the page loads, runs or posts anything. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * A page that goes on to `path` by itself. Who comes back from managed login was sent by another site, and
 * through a redirect the browser would go on calling the navigation cross-site and hold a SameSite=Strict
 * session cookie back, so that the person would land signed out. A navigation that our own page starts is
 * same-site (https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.2).
 */
export function onwardPage(path: string, setCookies: readonly string[]): Response {
  const target = path.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="0; url=${target}"><title>Selkie: signed in</title><h1>You are signed in</h1><p><a href="${target}">Go on</a></p></html>`;
  const headers = new Headers({
    'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff',
  });
  for (const cookie of setCookies) headers.append('Set-Cookie', cookie);
  return new Response(page, { status: 200, headers });
}
