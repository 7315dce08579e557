import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Each program of this name on PATH, links resolved so that none comes twice, in the order of PATH. */
export function findAllOnPath(name: string): string[] {
  const found = new Set<string>();
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      // The folder's link only (`/bin` is `/usr/bin`): a program may look at the name it was called by.
      found.add(join(realpathSync(folder), name));
    } catch {
      // Not in this folder.
    }
  }
  return [...found];
}

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end with this environment added and nothing on stdin. The person's own cloud settings and
 * proxies stay out: a test must not depend on them, and must never reach a real account.
 */
export function run(program: string, args: readonly string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const own = Object.entries(process.env).filter(([name]) => !/^(AWS|RCLONE)_|_proxy$/i.test(name));
    const child = spawn(program, args, { env: { ...Object.fromEntries(own), ...env } as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
