/** @type {import('next').NextConfig} */
export default {
  // Types and lint have their own commands, run by `npm test`; a start should not wait for them.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
};
