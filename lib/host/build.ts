import type { Environment } from './environment.ts';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { startChild } from './children.ts';
import { projectRoot } from './paths.ts';
import { Stop } from './stop.ts';

/**
 * Builds the app when its sources are other than those of the last complete build. The stamp is the hash of
 * every input's content: times lie after a clone or a copy. It is written last, so a build that was cut off
 * is done again.
 */
const INPUTS = ['app', 'components', 'lib/core', 'lib/client', 'lib/server', 'lib/edge', 'public', 'middleware.ts', 'instrumentation.ts', 'instrumentation-client.ts', 'next.config.mjs', 'package-lock.json', 'tsconfig.json'];
const STAMP = join(projectRoot, '.next', 'selkie-build');

/** @param say gets progress, a line each. */
export async function buildIfNeeded(env: Environment, say: (line: string) => void): Promise<void> {
  if (isBuilt()) {
    say('Built already.');
    return;
  }
  say('Building (first time, or the sources changed: about half a minute) …');
  await build(env, say);
}

/** Whether the last complete build is of these very sources. */
export function isBuilt(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesFingerprint();
}

/** Builds, whatever was built before. */
export async function build(env: Environment, say: (line: string) => void): Promise<void> {
  const wanted = sourcesFingerprint();
  rmSync(STAMP, { force: true });
  const started = Date.now();
  const child = startChild([join(projectRoot, 'node_modules/next/dist/bin/next'), 'build'], {
    env: { ...env, NODE_ENV: 'production' },
    // Next's advice is for us, not for the person who starts Selkie; all of it is shown when the build fails.
    stderr: 'pipe',
  });
  const output: Buffer[] = [];
  for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', (bytes: Buffer) => output.push(bytes));
  const stopChild = () => void child.stop();
  process.once('SIGINT', stopChild).once('SIGTERM', stopChild);
  const status = await child.ended;
  process.off('SIGINT', stopChild).off('SIGTERM', stopChild);
  if (status !== 0) {
    process.stderr.write(Buffer.concat(output));
    throw new Stop('The build failed (its own words are above).');
  }
  writeFileSync(STAMP, wanted);
  say(`Built in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Another string for other sources of the build. */
export function sourcesFingerprint(): string {
  return fingerprintOf(INPUTS);
}

/** Of the files, and those in the folders, by path and content; tests left out, since nothing is made of them. */
export function fingerprintOf(inputs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const path = join(projectRoot, input);
    if (!existsSync(path)) continue;
    for (const file of statSync(path).isDirectory() ? filesUnder(path) : [path]) {
      if (/\.test\.tsx?$/.test(file)) continue;
      hash.update(relative(projectRoot, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
