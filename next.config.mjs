/**
 * Files of the build never change and say nothing about anybody, so the middleware does not run for them;
 * these are the headers that it gives to everything else (lib/core/session/security-headers.ts).
 */
const staticHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
];

/** @type {import('next').NextConfig} */
export default {
  // Types and lint have their own commands, run by `npm test`; a start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // No page uses Next's image resizer; a route that fetches what its address says is not left open for nothing.
  images: { unoptimized: true },
  headers: async () => [{ source: '/_next/static/:path*', headers: staticHeaders }],
};
