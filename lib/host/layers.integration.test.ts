import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from './paths.ts';

/** One import that a layer may not have, per rule of ARCHITECTURE.md's table. */
const refused: [file: string, imported: string][] = [
  ['lib/core/fs/planted.ts', 'node:fs'],
  ['lib/core/fs/planted.ts', 'react'],
  ['lib/core/fs/planted.ts', '../../server/env.ts'],
  ['lib/core/fs/planted.ts', '../../client/account.ts'],
  ['lib/core/fs/planted.ts', '../../edge/policy.ts'],
  ['lib/core/fs/planted.ts', '../../local/front.ts'],
  ['lib/core/planted.ts', '@/lib/server/env.ts'],
  ['lib/core/planted.ts', '../../components/terminal/terminal.tsx'],
  ['lib/server/planted.ts', '../client/account.ts'],
  ['lib/server/planted.ts', '../edge/policy.ts'],
  ['lib/server/sync/planted.ts', '../../local/front.ts'],
  ['lib/server/planted.ts', '../../app/actions.ts'],
  ['lib/edge/planted.ts', 'node:crypto'],
  ['lib/edge/planted.ts', 'server-only'],
  ['lib/edge/planted.ts', '../server/env.ts'],
  ['lib/client/planted.ts', 'node:path'],
  ['lib/client/planted.ts', '@aws-sdk/client-s3'],
  ['lib/client/planted.ts', '../server/env.ts'],
  ['lib/client/planted.ts', '../../components/terminal/terminal.tsx'],
  ['lib/local/planted.ts', '../server/env.ts'],
  ['lib/local/s3/planted.ts', '../../host/paths.ts'],
  ['lib/host/planted.ts', '../server/env.ts'],
  ['components/terminal/planted.tsx', '@/lib/server/env.ts'],
  ['components/terminal/planted.tsx', '@/app/actions.ts'],
  ['components/terminal/planted.tsx', '../../app/actions.ts'],
  ['app/planted.tsx', '@/lib/client/account.ts'],
  ['app/planted.tsx', '@/lib/edge/policy.ts'],
  ['app/planted.tsx', '../lib/local/front.ts'],
  ['middleware.ts', '@/lib/server/env.ts'],
  ['middleware.ts', './lib/core/limits.ts'],
  ['e2e/planted.ts', '../components/terminal/terminal.tsx'],
];

const allowed: [file: string, imported: string][] = [
  ['lib/core/fs/fine.ts', '../limits.ts'],
  ['lib/server/sync/fine.ts', '../../core/limits.ts'],
  ['lib/server/fine.ts', 'node:crypto'],
  ['lib/edge/fine.ts', 'next/server'],
  ['lib/client/fine.ts', '../core/limits.ts'],
  ['components/terminal/fine.tsx', '@/lib/client/account.ts'],
  ['app/fine.tsx', '@/lib/server/env.ts'],
  ['app/fine.tsx', '@/components/terminal/terminal.tsx'],
  ['e2e/fine.ts', '../lib/core/limits.ts'],
];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selkie-layers-'));
  cpSync(join(projectRoot, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Which of the cases the project's own linter configuration refuses. */
function lint(cases: [string, string][]): string[] {
  const root = mkdtempSync(join(directory, 'case-'));
  cpSync(join(projectRoot, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  const files = new Map<string, string[]>();
  for (const [file, imported] of cases) files.set(file, [...(files.get(file) ?? []), imported]);
  for (const [file, imports] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), imports.map((name) => `import '${name}';\n`).join(''));
  }
  const { stdout } = spawnSync(process.execPath, [join(projectRoot, 'node_modules/oxlint/bin/oxlint'), '--format=json', '.'], { cwd: root, encoding: 'utf8' });
  const report = JSON.parse(stdout) as { diagnostics: { code: string; filename: string; labels: { span: { line: number } }[] }[] };
  return report.diagnostics
    .filter((d) => d.code.includes('no-restricted-imports'))
    .map((d) => `${d.filename} → ${files.get(d.filename)![d.labels[0]!.span.line - 1]}`)
    .sort();
}

const names = (cases: [string, string][]) => cases.map(([file, imported]) => `${file} → ${imported}`).sort();

test('the linter refuses one planted import for every rule of the layers', () => {
  expect(lint(refused)).toEqual(names(refused));
});

test('the linter lets every allowed direction pass', () => {
  expect(lint(allowed)).toEqual([]);
});

test('every file of lib/server and lib/client starts with its marker', () => {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'lib/server', 'lib/client'], { cwd: projectRoot, encoding: 'utf8' }).split('\n');
  const files = tracked.filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$|-contract\.ts$|\/testing\//.test(file));
  expect(files.length).toBeGreaterThan(0);
  const marker = (file: string) => (file.startsWith('lib/server') ? "import 'server-only';" : "import 'client-only';");
  expect(files.filter((file) => !readFileSync(join(projectRoot, file), 'utf8').startsWith(marker(file)))).toEqual([]);
});
