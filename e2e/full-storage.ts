import type { Page } from '@playwright/test';

/** Another page of this origin takes the room of localStorage, to the last unit but `leftUnits`. */
export async function fillStorage(page: Page, leftUnits = 0): Promise<void> {
  await page.evaluate((left) => {
    localStorage.setItem('gap', 'x'.repeat(left));
    for (let size = 1_000_000; size >= 1; size = Math.floor(size / 2)) {
      for (let n = 0; ; n++) {
        try {
          localStorage.setItem(`filler-${size}-${n}`, 'x'.repeat(size));
        } catch {
          break;
        }
      }
    }
    localStorage.removeItem('gap');
  }, leftUnits);
}

/** It gives it back. */
export async function freeStorage(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const key of Object.keys(localStorage)) if (key.startsWith('filler-')) localStorage.removeItem(key);
  });
}
