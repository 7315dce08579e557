import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Environment } from '../environment.ts';
import { projectRoot } from '../paths.ts';
import { cleanEnvironment } from '../testing/running-stack.ts';
import { startStand, type Stand } from './testing/stand.ts';

/** `npm run doctor` as an operator types it, against services on loopback. */
let stand: Stand;
let folder: string;
beforeAll(async () => {
  stand = await startStand();
  folder = mkdtempSync(join(tmpdir(), 'selkie-doctor-command-'));
});
afterAll(async () => {
  await stand.close();
  rmSync(folder, { recursive: true, force: true });
});

async function doctor(env: Environment, ...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, ['lib/host/bootstrap.mjs', 'doctor', ...words], { cwd: projectRoot, env: { ...cleanEnvironment(), ...env } as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

test('JSON for machines; what the app’s key may not read is unknown, which is exit code 2, and no secret is in it', async () => {
  const { code, out, err } = await doctor(stand.env, '--json');
  const report = JSON.parse(out) as { exitCode: number; findings: Array<{ id: string; severity: string }> };
  expect([code, report.exitCode, err]).toEqual([2, 2, '']);
  expect(report.findings.filter(({ severity }) => severity === 'error' || severity === 'warning')).toEqual([]);
  for (const name of ['SESSION_SECRET', 'COGNITO_CLIENT_SECRET', 'UPSTASH_REDIS_REST_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY']) expect(out).not.toContain(stand.env[name]);
});

test('text for people: what is wrong, what to do, where it is explained, and exit code 1', async () => {
  const { code, out } = await doctor({ ...stand.env, NODE_OPTIONS: '--no-warnings', COGNITO_CLIENT_SECRET: 'b'.repeat(51) });
  expect(code).toBe(1);
  expect(out.slice(0, out.indexOf('\n\n'))).toBe(
    'WRONG   cognito.secret\n        Cognito does not accept the client secret.\n'
    + '        → Set COGNITO_CLIENT_SECRET to what aws cognito-idp describe-user-pool-client shows; the client must have one.\n        docs/checklist.md#cognitosecret',
  );
});

test('instances are compared by what doctor printed on each, or by their .env files', async () => {
  const printed = join(folder, 'a.json');
  writeFileSync(printed, (await doctor(stand.env, '--json')).out);
  const file = join(folder, 'b.env');
  const write = (env: Environment) => writeFileSync(file, Object.entries(env).map(([name, value]) => `${name}='${value}'\n`).join(''));
  const ofInstances = async () => {
    const { out } = await doctor(stand.env, '--json', '--instances', `a=${printed}`, `b=${file}`);
    return (JSON.parse(out) as { findings: Array<{ id: string; what: string }> }).findings.filter(({ id }) => id.startsWith('instances.')).map(({ what }) => what);
  };
  write(stand.env);
  expect(await ofInstances()).toEqual(['a, b have the same secrets.', 'a, b have the same settings.']);
  write({ ...stand.env, COGNITO_CLIENT_SECRET: 'c'.repeat(51), SESSION_IDLE_SECONDS: '3600' });
  expect(await ofInstances()).toEqual(['b has another COGNITO_CLIENT_SECRET.', 'SESSION_IDLE_SECONDS is not the same everywhere: a differs.']);
});

test.each([
  [['--nonsense'], /Unknown option '--nonsense'/],
  [['--url', 'selkie.example'], /--url wants an address such as https:\/\/selkie\.example, not "selkie\.example"\./],
  [['--instances', 'a=/x'], /--instances wants at least two/],
  [['--instances', 'a=/no/such/file', 'b=/x'], /\/no\/such\/file can't be read/],
  [['--url', 'https://localhost:1', '--ca', '/no/such/file'], /\/no\/such\/file can't be read; --ca wants a certificate in PEM\./],
])('%j is refused with one sentence and exit code 1', async (words, sentence) => {
  const { code, out, err } = await doctor({}, ...words);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(sentence);
});

test('the rights that it needs are printed as a policy that reads and changes nothing', async () => {
  const { out } = await doctor(stand.env, '--rights');
  const { Statement } = JSON.parse(out) as { Statement: Array<{ Action: string[]; Resource: string }> };
  expect(Statement.flatMap(({ Action }) => Action).every((action) => /:(Get|Describe)/.test(action))).toBe(true);
  expect(Statement.map(({ Resource }) => Resource)).toEqual([
    'arn:aws:cognito-idp:eu-west-1:*:userpool/eu-west-1_Selkie000', 'arn:aws:cognito-identity:eu-west-1:*:identitypool/eu-west-1:00000000-0000-4000-8000-000000000001', 'arn:aws:s3:::selkie',
  ]);
});
