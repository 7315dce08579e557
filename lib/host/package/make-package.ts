import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build, fingerprintOf, isBuilt, sourcesFingerprint } from '../build.ts';
import { takeLock } from '../data-lock.ts';
import type { Environment } from '../environment.ts';
import { projectRoot } from '../paths.ts';
import { fillPackage } from './fill-package.ts';

/** What goes into a package beside the build: its programs, and what they read. A change there needs no new build. */
const PROGRAM_INPUTS = ['lib/host', 'lib/local', 'lib/infra', 'package.json'];
/** In every package; what it was made of. */
const STAMP_NAME = 'selkie-package';

/** Another string for other sources of anything that a package holds. */
export function packageFingerprint(): string {
  return createHash('sha256').update(sourcesFingerprint()).update(fingerprintOf(PROGRAM_INPUTS)).digest('hex');
}

/** Whether the folder is a package, whole, of these very sources. */
export function isCurrentPackage(folder: string): boolean {
  const stamp = join(folder, STAMP_NAME);
  return existsSync(join(folder, 'server.mjs')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === packageFingerprint();
}

/**
 * Makes the package anew; with `reuse` only what is not of these sources. Two at once would write the same `.next`, so the second waits.
 * @returns its size in bytes, or undefined where it was left as it is.
 * @throws Stop when the build fails.
 */
export async function makePackage(options: { target: string; env: Environment; say: (line: string) => void; reuse?: boolean }): Promise<number | undefined> {
  const { target, env, say, reuse = false } = options;
  const unlock = await lockOfPackages(say);
  try {
    if (reuse && isCurrentPackage(target)) return undefined;
    const stamp = packageFingerprint();
    // A build for `npm start` gathers no `standalone`, and takes that of an earlier one away.
    if (!reuse || !isBuilt() || !existsSync(join(projectRoot, '.next/standalone'))) {
      say('Building (about half a minute) …');
      await build({ ...env, SELKIE_PACKAGE: 'true' }, say);
    }
    return await fillPackage(target, { name: STAMP_NAME, text: stamp });
  } finally {
    unlock();
  }
}

async function lockOfPackages(say: (line: string) => void): Promise<() => void> {
  for (let isFirst = true; ; isFirst = false) {
    const lock = takeLock(join(projectRoot, 'node_modules/.selkie-package.lock'));
    if (typeof lock !== 'number') return lock;
    if (isFirst) say(`Waiting for process ${lock}, which makes a package here …`);
    await wait(250);
  }
}
