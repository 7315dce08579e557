/**
 * Files of the build never change and say nothing about anybody, so the middleware does not run for them;
 * these are the headers that it gives to everything else (lib/core/session/security-headers.ts).
 */
const staticHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Referrer-Policy', value: 'no-referrer' },
  // Browsers heed it over https alone (RFC 6797 8.1), so one build serves both.
  { key: 'Strict-Transport-Security', value: 'max-age=63072000; includeSubDomains; preload' },
  // What a script here would be held to as a worker, and a file that somebody opens as a page.
  { key: 'Content-Security-Policy', value: "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
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
  // What `npm run package` copies to a host; a start from the checkout does not wait for it to be gathered.
  ...(process.env.SELKIE_PACKAGE === 'true' && { output: 'standalone' }),
  headers: async () => process.env.NODE_ENV !== 'production' ? [] : [{ source: '/_next/static/:path*', headers: staticHeaders }],
};
