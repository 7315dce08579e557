import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedEnvironment } from '../lib/host/configuration.ts';
import { loadSecrets } from '../lib/host/secrets.ts';
import { cleanEnvironment } from '../lib/host/testing/running-stack.ts';
import { stackData, stackPorts } from './stack.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface UnguardedApp {
  origin: string;
  output(): string;
  stop(): Promise<void>;
}

/**
 * The very build that the shared stack serves, over the same services, with the middleware taken out of its
 * manifest (it then answers "pass" for everything) and without our Node entry, so that no forwarded header is
 * rewritten and no Host refused: what every bypass of a middleware amounts to (CVE-2025-29927 and its kin).
 */
export async function startUnguardedApp(port: number): Promise<UnguardedApp> {
  const directory = mkdtempSync(join(tmpdir(), 'selkie-unguarded-'));
  for (const name of ['node_modules', 'public', 'package.json', 'next.config.mjs']) symlinkSync(join(root, name), join(directory, name));
  const skipped = new Set([join(root, '.next/cache'), join(root, '.next/dev')]);
  cpSync(join(root, '.next'), join(directory, '.next'), { recursive: true, verbatimSymlinks: true, filter: (source) => !skipped.has(source) });
  const manifest = join(directory, '.next/server/middleware-manifest.json');
  const { middleware, ...others } = JSON.parse(readFileSync(manifest, 'utf8')) as { middleware: Record<string, unknown> };
  if (Object.keys(middleware).length === 0) throw new Error('The build has no middleware to take out.');
  writeFileSync(manifest, JSON.stringify({ ...others, middleware: {}, sortedMiddleware: [] }));

  const origin = `http://localhost:${port}`;
  const app = spawn(process.execPath, [join(root, 'node_modules/next/dist/bin/next'), 'start', directory, '-p', String(port), '-H', '127.0.0.1'], {
    env: {
      ...cleanEnvironment(), ...embeddedEnvironment(stackPorts.cloud, loadSecrets(stackData(), () => undefined)), APP_ORIGIN: origin, NODE_ENV: 'production',
    } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const collect = (bytes: Buffer) => {
      output += bytes.toString();
      if (output.includes('Ready in')) resolve();
    };
    app.stdout.on('data', collect);
    app.stderr.on('data', collect);
    app.once('exit', (code) => reject(new Error(`The app without its middleware ended with ${code}:\n${output}`)));
  });
  return {
    origin,
    output: () => output,
    async stop() {
      app.removeAllListeners('exit');
      app.kill('SIGTERM');
      if (app.exitCode === null && app.signalCode === null) await once(app, 'exit');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Every path that the build answers, as Next lists them: a new route is attacked without a line here. */
export function builtRoutes(): { path: string; isApi: boolean }[] {
  const routes = JSON.parse(readFileSync(join(root, '.next/app-path-routes-manifest.json'), 'utf8')) as Record<string, string>;
  return Object.entries(routes)
    .filter(([, path]) => !path.startsWith('/_') && !path.includes('[...') && !/\.(svg|png|ico|webmanifest)$/.test(path))
    .map(([file, path]) => ({ path, isApi: file.endsWith('/route') }));
}

/** `next build`'s own name for this build, part of `_next/data` addresses. */
export function buildId(): string {
  return readFileSync(join(root, '.next/BUILD_ID'), 'utf8').trim();
}
