/**
 * Security headers of every response. The policy uses a nonce with `strict-dynamic`: only scripts that our
 * own HTML names, and what those load, run. Nothing has an `unsafe-` source, styles included: the terminal
 * and the editor put theirs in adoptedStyleSheets. Sources: https://www.w3.org/TR/CSP3/,
 * https://www.w3.org/TR/trusted-types/. Rejected: hashes, which would let pages be static and three times
 * faster, but need the build's output in the middleware.
 */
export interface PolicyOptions {
  nonce: string;
  https: boolean;
  /** Hot reloading evaluates strings, adds styles and opens a web socket; only `next dev` may. */
  development: boolean;
}

export const REPORT_PATH = '/api/csp-report';

export function contentSecurityPolicy({ nonce, https, development }: PolicyOptions): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    // A nonce would switch 'unsafe-inline' off, which the development overlay needs.
    development ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "img-src 'self' data: blob:",
    // A PDF of the person's own in a frame over the terminal; the page gives such an address no other type.
    'frame-src blob:',
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
    ...(development ? [] : ["require-trusted-types-for 'script'", 'trusted-types nextjs default']),
    ...(https ? ['upgrade-insecure-requests'] : []),
    `report-uri ${REPORT_PATH}`,
    'report-to csp',
  ].join('; ');
}

const FEATURES = [
  'accelerometer', 'autoplay', 'browsing-topics', 'camera', 'display-capture', 'geolocation', 'gyroscope', 'hid', 'idle-detection',
  'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking',
];

/** All but the policy itself; also right for static files (see next.config.mjs). */
export function securityHeaders(https: boolean, appOrigin: string): Record<string, string> {
  return {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': FEATURES.map((feature) => `${feature}=()`).join(', '),
    'Referrer-Policy': 'no-referrer',
    'Reporting-Endpoints': `csp="${appOrigin}${REPORT_PATH}"`,
    'X-Content-Type-Options': 'nosniff',
    ...(https ? { 'Strict-Transport-Security': 'max-age=63072000; includeSubDomains; preload' } : {}),
  };
}
