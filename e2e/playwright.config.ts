import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';
import { chromiumArguments, findOrInstallChromium } from '../lib/host/browser.ts';
import { stackPorts } from './stack.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The built product, started the way a stranger starts it, in a data folder of its own. One worker: the
 * stack's faults and attempt counters are shared, and two browsers already fill two cores.
 */
export default defineConfig({
  testDir: '.',
  outputDir: '.output',
  globalSetup: './global-setup.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  // As in lib/host/testing/vitest.config.ts: named at the end of the run when it was needed.
  retries: process.env.CI === undefined ? 0 : 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://localhost:${stackPorts.app}`,
    browserName: 'chromium',
    launchOptions: {
      executablePath: findOrInstallChromium((line) => process.stderr.write(`${line}\n`)),
      args: [...chromiumArguments, '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
    },
    trace: 'off',
    screenshot: 'only-on-failure',
  },
  metadata: { root },
});
