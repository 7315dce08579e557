/**
 * Where to go after a sign-in: a path on this origin, or `/`. Everything that a browser might read as another
 * origin is refused rather than cleaned: `//host`, `/\host`, a tab or newline inside (the URL parser drops
 * them: https://url.spec.whatwg.org/#concept-basic-url-parser), and the same in percent-encoding, once or twice.
 */
export const RETURN_PATH_MAX_CHARS = 512;

export function parseReturnPath(raw: string | null | undefined): string {
  if (typeof raw !== 'string' || raw.length > RETURN_PATH_MAX_CHARS || /\s/.test(raw)) return '/';
  let form = raw;
  for (let round = 0; round < 3; round += 1) {
    if (!/^\/(?![/\\])[^\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u.test(form)) return '/';
    // Dot segments can bring two slashes to the front: `/.//host`, `/x/..//host`.
    if (/\/\/|\/\.{1,2}(\/|$)/.test(form.split(/[?#]/, 1)[0]!)) return '/';
    let decoded: string;
    try {
      decoded = decodeURIComponent(form);
    } catch {
      return '/';
    }
    if (decoded === form) break;
    form = decoded;
  }
  // Signing in must not lead back to the form, nor to an answer of the API.
  return /^\/(sign-in|sign-up|confirm|forgot|reset|api)([/?#]|$)/i.test(raw) ? '/' : raw;
}
