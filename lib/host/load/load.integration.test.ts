import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sourcesFingerprint, STAMP_NAME } from '../build.ts';
import { projectRoot } from '../paths.ts';
import { judgeReport } from './load-report.ts';
import { runLoad } from './run-load.ts';

/** What `npm run package` made of these very sources; without it there is nothing to try, and a build would take longer than all other tests. */
const packageFolder = process.env.SELKIE_TEST_PACKAGE ?? join(projectRoot, '.selkie-package');
const stamp = join(packageFolder, STAMP_NAME);
const isCurrent = existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesFingerprint();
const hasPrograms = ['nginx', 'redis-server', 'openssl'].every((program) => spawnSync(program, ['-v']).error === undefined);
const folder = mkdtempSync(join(tmpdir(), 'selkie-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isCurrent || !hasPrograms)('a deployment on own hosts', () => {
  test('instances killed, Redis restarted, S3 and Cognito failing, a new build: no session and no commit lost, no ended session alive, 503 with Retry-After the only error', { timeout: 300_000 }, async () => {
    const said: string[] = [];
    const report = await runLoad({ people: 6, minutes: 0.5, instances: 3, packageFolder, folder, seed: 1, thinkMs: 700, say: (line) => said.push(line) });
    expect(judgeReport(report), said.join('\n')).toEqual([]);
    const done = new Set(report.breaks.map(({ what }) => what.replace(/^instance \d/, 'instance N')));
    expect(done).toEqual(new Set(['instance N killed', 'Redis restarted', 'S3 failing', 'Cognito failing', 'instance N replaced by the new build']));
    expect(report.log.people).toBe(6);
  });

  test('every step of the rehearsal is right', { timeout: 300_000 }, async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(projectRoot, 'lib/host/rehearse.ts'), '--package', packageFolder], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, output.match(/✗ .*/g)], output).toEqual([0, null]);
    expect(output).toMatch(/\n(\d+) of \1 checks are right\.\n$/);
  });
});

describe.skipIf(!isCurrent)('the package', () => {
  test('without an environment it does not start, and says which variable is missing', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(packageFolder, 'server.mjs')], { encoding: 'utf8', env: { NODE_ENV: 'production' } });
    expect([status, stderr]).toEqual([1, 'selkie: APP_ORIGIN is missing: set it; .env.example says what it is.\n']);
    const front = spawnSync(process.execPath, [join(packageFolder, 'redis-front.mjs')], { encoding: 'utf8', env: { NODE_ENV: 'production' } });
    expect([front.status, front.stderr]).toEqual([1, expect.stringMatching(/^\nselkie: REDIS_URL is missing: .*\n$/)]);
  });

  test('it holds no environment file and no actions key', () => {
    const manifest = JSON.parse(readFileSync(join(packageFolder, '.next/server/server-reference-manifest.json'), 'utf8')) as { encryptionKey: string; node: object };
    expect([manifest.encryptionKey, Object.keys(manifest.node).length]).toEqual(['', 1]);
    expect(existsSync(join(packageFolder, '.env'))).toBe(false);
  });
});
