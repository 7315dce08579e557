import type { Environment } from './environment.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { spawn } from 'node:child_process';
import { findOrInstallChromium } from './browser.ts';
import { testPackage } from './package/testing/test-package.ts';
import { projectRoot } from './paths.ts';
import { main } from './stop.ts';

/**
 * `npm test`: lint, types, unit, integration, end to end; every stage runs even when one before it failed,
 * and the last line is the sum. `npm test -- unit e2e` runs only the named stages.
 */
interface Tally {
  passed: number;
  failed: number;
  /** What failed, by name, and what failed once and then passed: said again at the end, where one looks. */
  names?: string[];
}

type Stage = { name: string; run: (reportPath: string) => Promise<Tally> };

const bin = (path: string) => join(projectRoot, 'node_modules', path);

const stages: Stage[] = [
  { name: 'lint', run: () => asOne([bin('oxlint/bin/oxlint'), '--deny-warnings']) },
  { name: 'types', run: async () => sum(await asOne([bin('typescript/bin/tsc'), '-p', 'tsconfig.json']), await asOne([bin('typescript/bin/tsc'), '-p', 'lib/core/tsconfig.json'])) },
  { name: 'unit', run: (report) => vitest('unit', report) },
  // More histories of the session races than the loop of a person who writes has patience for.
  { name: 'integration', run: async (report) => sum(await packageForTests(), await vitest('integration', report, { SELKIE_SESSION_SEEDS: process.env.SELKIE_SESSION_SEEDS ?? '0-1999' })) },
  { name: 'e2e', run: (report) => playwright(report) },
];

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !stages.some((stage) => stage.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`Unknown stage ${unknown.join(', ')}. Known: ${stages.map((stage) => stage.name).join(', ')}.\n`);
    process.exit(2);
  }
  const reports = mkdtempSync(join(tmpdir(), 'selkie-test-'));
  let total: Tally = { passed: 0, failed: 0 };
  for (const stage of stages) {
    if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
    const started = Date.now();
    process.stdout.write(`\n── ${stage.name}\n`);
    const tally = await stage.run(join(reports, `${stage.name}.json`));
    process.stdout.write(`── ${stage.name}: ${tally.passed} passed, ${tally.failed} failed, ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    total = sum(total, tally);
  }
  rmSync(reports, { recursive: true, force: true });
  if (total.names !== undefined && total.names.length > 0) process.stdout.write(`\n${total.names.join('\n')}\n`);
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
});

function sum(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, names: [...a.names ?? [], ...b.names ?? []] };
}

async function asOne(argv: string[]): Promise<Tally> {
  const status = await run(argv);
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest(project: string, report: string, env: Environment = {}): Promise<Tally> {
  const status = await run([
    bin('vitest/vitest.mjs'), 'run', '--config', 'lib/host/testing/vitest.config.ts', '--project', project,
    '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
  ], env);
  const json = readJson(report) as { numPassedTests?: number; numFailedTests?: number; testResults?: { name: string; status: string; message?: string; assertionResults: { fullName: string; status: string }[] }[] } | undefined;
  const names = (json?.testResults ?? []).filter(({ status: ended }) => ended === 'failed').flatMap(({ name, message, assertionResults }) => {
    const file = relative(projectRoot, name);
    const failed = assertionResults.filter(({ status: ended }) => ended === 'failed').map(({ fullName }) => `failed: ${file} › ${fullName}`);
    return failed.length > 0 ? failed : [`failed: ${file}: ${message?.split('\n')[0] ?? 'it did not load'}`];
  });
  return honest({ passed: json?.numPassedTests ?? 0, failed: Math.max(json?.numFailedTests ?? 0, names.length), names }, status);
}

async function playwright(report: string): Promise<Tally> {
  const chromium = findOrInstallChromium((line) => process.stdout.write(`${line}\n`));
  const status = await run([bin('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  const json = readJson(report) as { stats?: { expected: number; flaky: number; unexpected: number }; suites?: Suite[] } | undefined;
  const names = (json?.suites ?? []).flatMap(notGood);
  return honest({ passed: (json?.stats?.expected ?? 0) + (json?.stats?.flaky ?? 0), failed: json?.stats?.unexpected ?? 0, names }, status);
}

/** Before the tests that need it, each of which would make it by itself: no hook has to wait for a build then. */
async function packageForTests(): Promise<Tally> {
  try {
    await testPackage();
    return { passed: 0, failed: 0 };
  } catch (error) {
    return { passed: 0, failed: 1, names: [`failed: npm run package: ${(error as Error).message}`] };
  }
}

interface Suite {
  file: string;
  suites?: Suite[];
  specs: { title: string; tests: { status: string }[] }[];
}

function notGood({ file, suites = [], specs }: Suite): string[] {
  const own = specs.flatMap(({ title, tests }) => tests
    .filter(({ status }) => status === 'unexpected' || status === 'flaky')
    .map(({ status }) => `${status === 'flaky' ? 'passed at the second try' : 'failed'}: e2e/${file} › ${title}`));
  return [...own, ...suites.flatMap(notGood)];
}

/** A runner that failed without counting a failure (a file that did not load, no report) still failed. */
function honest(tally: Tally, status: number): Tally {
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

function run(argv: string[], env: Environment = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, argv, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
