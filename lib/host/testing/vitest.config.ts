import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const nothing = fileURLToPath(new URL('./nothing.ts', import.meta.url));

/** Two loops: `unit` asks a module what it promises, without process and port, and ends within seconds; `integration` goes over many modules, or starts real servers. */
const shared = {
  // The markers only speak to the bundler; under test they would refuse to load.
  alias: { 'server-only': nothing, 'client-only': nothing, '@/': root },
  environment: 'node' as const,
  root,
};

export default defineConfig({
  root,
  test: {
    // Transformed modules are kept between runs (in node_modules/.experimental-vitest-cache).
    experimental: { fsModuleCache: true },
    // One more than Vitest takes by itself on a machine with two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // A fresh world for each file would cost ten times what the tests do; none of them keeps state outside itself.
          isolate: false,
          pool: 'threads',
          include: ['{lib,components,app}/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', 'node_modules/**'],
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['{lib,components}/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // A machine that others use as well stalls now and then; the run says which test needed it. Nobody's own machine hides one.
          retry: process.env.CI === undefined ? 0 : 1,
        },
      },
    ],
  },
});
