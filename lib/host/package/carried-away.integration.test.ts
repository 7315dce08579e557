import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { testPackage } from './testing/test-package.ts';

test('a package needs nothing outside of itself: each of its links leads to what is in it, wherever it is copied to', async () => {
  const folder = await testPackage();
  const links = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => lstatSync(join(folder, name)).isSymbolicLink());
  // Next makes at least one; without any this would prove nothing.
  expect(links).not.toEqual([]);
  for (const name of links) {
    const leadsTo = readlinkSync(join(folder, name));
    const inside = relative(folder, resolve(join(folder, dirname(name)), leadsTo));
    expect([name, isAbsolute(leadsTo), inside.startsWith('..'), existsSync(join(folder, name))]).toEqual([name, false, false, true]);
  }
}, 600_000);
