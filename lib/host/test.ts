import type { Environment } from './environment.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { findOrInstallChromium } from './browser.ts';
import { projectRoot } from './paths.ts';
import { main } from './stop.ts';

/**
 * `npm test`: lint, types, unit, integration, end to end; every stage runs even when one before it failed,
 * and the last line is the sum. `npm test -- unit e2e` runs only the named stages.
 */
interface Tally {
  passed: number;
  failed: number;
}

type Stage = { name: string; run: (reportPath: string) => Promise<Tally> };

const bin = (path: string) => join(projectRoot, 'node_modules', path);

const stages: Stage[] = [
  { name: 'lint', run: () => asOne([bin('oxlint/bin/oxlint'), '--deny-warnings']) },
  { name: 'types', run: async () => sum(await asOne([bin('typescript/bin/tsc'), '-p', 'tsconfig.json']), await asOne([bin('typescript/bin/tsc'), '-p', 'lib/core/tsconfig.json'])) },
  { name: 'unit', run: (report) => vitest('unit', report) },
  // More histories of the session races than the loop of a person who writes has patience for.
  { name: 'integration', run: (report) => vitest('integration', report, { SELKIE_SESSION_SEEDS: process.env.SELKIE_SESSION_SEEDS ?? '0-1999' }) },
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
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
});

function sum(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed };
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
  const json = readJson(report) as { numPassedTests?: number; numFailedTests?: number } | undefined;
  return honest({ passed: json?.numPassedTests ?? 0, failed: json?.numFailedTests ?? 0 }, status);
}

async function playwright(report: string): Promise<Tally> {
  const chromium = findOrInstallChromium((line) => process.stdout.write(`${line}\n`));
  const status = await run([bin('@playwright/test/cli.js'), 'test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'], {
    CHROMIUM: chromium,
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  const json = readJson(report) as { stats?: { expected: number; flaky: number; unexpected: number } } | undefined;
  return honest({ passed: (json?.stats?.expected ?? 0) + (json?.stats?.flaky ?? 0), failed: json?.stats?.unexpected ?? 0 }, status);
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
