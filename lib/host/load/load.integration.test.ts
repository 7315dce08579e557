import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testPackage } from '../package/testing/test-package.ts';
import { projectRoot } from '../paths.ts';
import { judgeReport } from './load-report.ts';
import { runLoad } from './run-load.ts';

const hasPrograms = ['nginx', 'redis-server', 'openssl'].every((program) => spawnSync(program, ['-v']).error === undefined);
const folder = mkdtempSync(join(tmpdir(), 'selkie-load-'));
let packageFolder: string;
beforeAll(async () => {
  packageFolder = await testPackage();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Where all tests count, a program that lacks is a failure.
describe.skipIf(!hasPrograms && process.env.CI === undefined)('a deployment on own hosts', () => {
  test('instances killed, Redis restarted, S3 and Cognito failing, a new build: no session and no commit lost, no ended session alive, 503 with Retry-After the only error', { timeout: 300_000 }, async () => {
    const said: string[] = [];
    const report = await runLoad({ people: 6, minutes: 0.5, instances: 3, packageFolder, folder, seed: 1, thinkMs: 700, say: (line) => said.push(line) });
    expect(judgeReport(report), said.join('\n')).toEqual([]);
    const done = new Set(report.breaks.map(({ what }) => what.replace(/^instance \d/, 'instance N')));
    expect(done).toEqual(new Set(['instance N killed', 'Redis restarted', 'S3 failing', 'Cognito failing', 'instance N replaced by the new build']));
    expect(report.log.people).toBe(6);
  });

  test('every step of the rehearsal is right', { timeout: 600_000 }, async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(projectRoot, 'lib/host/rehearse.ts'), '--package', packageFolder], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, output.match(/✗ .*/g)], output).toEqual([0, null]);
    expect(output).toMatch(/\n(\d+) of \1 checks are right\.\n$/);
  });
});
