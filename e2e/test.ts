import { test as base } from '@playwright/test';

/**
 * Playwright's `test`, after which no page of the test stays open: Playwright closes its own context, but not those of
 * `browser.newContext()`, and a terminal that nobody looks at any more goes on polling beside all later tests.
 */
export const test = base.extend<{ noPageIsLeft: void }>({
  noPageIsLeft: [
    async ({ browser }, use) => {
      await use();
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
