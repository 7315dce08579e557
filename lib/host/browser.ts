import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { projectRoot } from './paths.ts';
import { Stop } from './stop.ts';

/**
 * The Chromium that tests and pictures use: the one `CHROMIUM` names, the system's, or Playwright's own,
 * which is downloaded when neither is there.
 */
export function findOrInstallChromium(say: (line: string) => void): string {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Stop(`CHROMIUM names ${named}, and there is no such file.`);
    return named;
  }
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    const found = onPath(name);
    if (found !== undefined) return found;
  }
  const own = chromium.executablePath();
  if (existsSync(own)) return own;
  say('No Chromium found: downloading the one that Playwright uses …');
  const status = spawnSync(process.execPath, [join(projectRoot, 'node_modules/playwright/cli.js'), 'install', 'chromium'], { stdio: ['ignore', 2, 2] }).status;
  if (status !== 0 || !existsSync(own)) {
    throw new Stop('A browser could not be installed. Install Chromium from your system’s packages (Debian: apt-get install chromium), or set CHROMIUM to one.');
  }
  return own;
}

export function onPath(program: string): string | undefined {
  try {
    return execFileSync(process.platform === 'win32' ? 'where' : 'which', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')[0]?.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Chromium's sandbox needs a user of its own; as root (containers, CI) it refuses to start with it. */
export const chromiumArguments: readonly string[] = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
