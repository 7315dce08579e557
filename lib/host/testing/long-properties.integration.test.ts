import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../paths.ts';

const TIMES = '20';

/** The quick loop tries each property as often as a person has patience for; here the same tests try it many times as often. */
test('every property of the quick loop holds many times as often', () => {
  const files = ['app', 'components', 'lib'].flatMap((folder) => readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('.integration.test.ts') && readFileSync(join(projectRoot, path), 'utf8').includes('propertyRuns('));
  expect(files.length).toBeGreaterThan(10);
  // Of the test that runs this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST')));
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    join(projectRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'lib/host/testing/vitest.config.ts', '--project', 'unit', '--testTimeout', '100000', '--reporter', 'json', ...files,
  ], { cwd: projectRoot, encoding: 'utf8', env: { ...env, NODE_ENV: 'test', SELKIE_PROPERTY_RUNS: TIMES } });
  const report = JSON.parse(stdout) as { testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[] };
  const failed = report.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status: ended }) => ended !== 'passed');
  expect([failed.map(({ fullName, failureMessages }) => [fullName, ...failureMessages]), report.testResults.length, status], stderr).toEqual([[], files.length, 0]);
});
