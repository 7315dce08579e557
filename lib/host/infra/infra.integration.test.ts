import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../../local/iam/read-stack.ts';
import { parseTemplate } from '../../local/iam/resolve-template.ts';
import { projectRoot } from '../paths.ts';
import { planOf, type Plan } from './plan.ts';

/** The command as an operator types it. */
function run(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'lib/host/bootstrap.mjs'), 'infra', ...args], { encoding: 'utf8', input, cwd: tmpdir() });
  return { status, stdout, stderr: stderr.trim() };
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selkie-infra-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('print shows the plan, in words and for machines', () => {
  const words = run(['print', '--region', 'eu-central-1', 'VercelTeam=acme', 'VercelProject=selkie']);
  expect([words.status, words.stderr]).toEqual([0, '']);
  expect(words.stdout).toContain('oidc.vercel.com/acme:sub is owner:acme:project:selkie:environment:production');
  expect(words.stdout).toContain('--region eu-central-1 \\\n');
  const machines = run(['print', '--json', '--stack', 'notes']);
  expect(JSON.parse(machines.stdout) as Plan).toEqual(planOf(readTemplate(), {}, { stack: 'notes', region: 'eu-west-1' }));
});

test('env reads what describe-stacks printed, from a file or from standard input', () => {
  const Outputs = Object.keys(parseTemplate(readTemplate()).Outputs).map((OutputKey) => ({ OutputKey, OutputValue: `value-of-${OutputKey}` }));
  const described = JSON.stringify({ Stacks: [{ StackName: 'selkie', StackStatus: 'UPDATE_COMPLETE', Outputs }] });
  const file = join(directory, 'stack.json');
  writeFileSync(file, described);
  const [fromFile, fromInput] = [run(['env', '--stack-outputs', file]), run(['env', '--stack-outputs', '-'], described)];
  expect([fromFile.status, fromFile.stderr, fromInput]).toEqual([0, '', fromFile]);
  expect(fromFile.stdout).toMatch(/^APP_ORIGIN=value-of-AppOrigin\nCOGNITO_REGION=value-of-Region\n/);
});

test.each<[args: string[], sentence: RegExp]>([
  [[], /^selkie: A command is missing\.\nUsage:/], [['deploy'], /^selkie: 'deploy' is not known\.\nUsage:/], [['print', '--yaml'], /'--yaml'[\s\S]*\nUsage:/], [['print', 'eu-west-1'], /^selkie: 'eu-west-1' is not understood; a parameter is given as NAME=VALUE\./],
  [['print', '--region', 'Ireland'], /^selkie: --region takes a region of AWS such as eu-west-1\./], [['print', '--stack', '1 2'], /^selkie: --stack takes letters, digits and hyphens, a letter first\./],
  [['print', 'AppOrigin=selkie.example'], /^selkie: AppOrigin must be https:\/\//], [['env'], /^selkie: --stack-outputs is missing/], [['env', '--stack-outputs', '/nowhere/stack.json'], /^selkie: \/nowhere\/stack\.json can't be read\.$/],
  [['env', '--stack-outputs', '/dev/null'], /^selkie: That is not what `aws cloudformation describe-stacks/], [['check', 'VercelTeam=acme'], /^selkie: AppOrigin has no value; give it as AppOrigin=VALUE\./],
])('%j is refused in words, and ends with 1', (args, sentence) => {
  const { status, stdout, stderr } = run(args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(sentence);
});
