import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import { attemptCounters } from '../../core/session/attempt-policy.ts';
import { contentSecurityPolicy } from '../../core/session/security-headers.ts';
import { projectRoot } from '../paths.ts';
import { QUESTIONS_A_MINUTE } from './ask-deployment.ts';
import { findingsOf, linkOf, type Check } from './check.ts';
import { checklist } from './checklist.ts';
import { clockChecks } from './clock-checks.ts';
import { differences, ownRules } from './csp-judgement.ts';
import { environmentChecks } from './environment-checks.ts';
import { environmentEvidence } from './environment-evidence.ts';
import { instanceSettings } from './instances.ts';
import { exitCodeOf, reportText } from './report.ts';
import { s3Checks } from './s3-checks.ts';
import { fingerprint } from './secret-strength.ts';
import { sections } from './sections.ts';

const complete = {
  APP_ORIGIN: 'https://selkie.example', SESSION_SECRET: 'q8f3Zl0T5nC2mJ7xR4vB9kWdYhUeSgAo1iPzXtNbM6E=', COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: 'eu-west-1_AbCdEf123', COGNITO_CLIENT_ID: 'client',
  COGNITO_CLIENT_SECRET: 'x7Kq2mVt9LwRz4Yb', S3_BUCKET: 'bucket', S3_REGION: 'eu-west-1', UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 'h2Jd8sKq', TRUSTED_PROXY_HOPS: '1',
};
const digest = (seed: number) => createHash('sha256').update(`seed ${seed}`).digest('base64');
const all = sections.flatMap(({ checks }) => checks);
const notWell = <E>(checks: readonly Check<E>[], evidence: E) => findingsOf(checks, evidence).filter(({ severity }) => severity !== 'ok').map(({ id, severity, what }) => `${severity} ${id}: ${what}`);

test('docs/checklist.md is what doctor prints: npm run -s doctor -- --checklist > docs/checklist.md', () => {
  expect(readFileSync(`${projectRoot}docs/checklist.md`, 'utf8')).toBe(checklist());
});

test('every check has an id of its own, and its link leads to its line of the checklist', () => {
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  // https://docs.github.com/get-started/writing-on-github: an anchor is the heading in lower case without punctuation but hyphens.
  const anchors = [...checklist().matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
  expect(all.map(({ id }) => linkOf(id))).toEqual(anchors.map((anchor) => `docs/checklist.md#${anchor}`));
});

test('a complete environment is well; what contradicts it is named', () => {
  expect(notWell(environmentChecks, environmentEvidence(complete))).toEqual([]);
  expect(notWell(environmentChecks, environmentEvidence({ ...complete, OUTBOX_URL: 'http://127.0.0.1:3900/outbox' }))).toEqual(['error environment.outbox: OUTBOX_URL is set, and https://selkie.example is no address of this machine.']);
  expect(notWell(environmentChecks, environmentEvidence({ ...complete, S3_ENDPOINT: 'http://minio.internal:9000', COGNITO_ENDPOINT: 'http://127.0.0.1:9' }))).toEqual(['error environment.plain-http: S3_ENDPOINT is plain http on another machine.']);
  expect(notWell(environmentChecks, environmentEvidence({ ...complete, TRUSTED_PROXY_HOPS: '', TRUSTED_PROXY_HOP: '1' }))).toEqual([
    'warning environment.misspelt: TRUSTED_PROXY_HOP is set, and nobody reads it.',
    'warning environment.proxy-hops: https://selkie.example is https and TRUSTED_PROXY_HOPS is 0, so a proxy stands in front whose address counts for everybody.',
  ]);
  expect(notWell(environmentChecks, environmentEvidence({ ...complete, TRUSTED_PROXY_HOPS: '0', VERCEL: '1' }))).toEqual([]);
  expect(notWell(environmentChecks, environmentEvidence({}))).toEqual([expect.stringMatching(/^unknown environment\.valid: .*embedded cloud/)]);
});

test('a bucket without versions is an error at AWS, and a warning at a store that may not have them', () => {
  const versioning = s3Checks.find(({ id }) => id === 's3.versioning')!;
  const evidence = (endpoint?: string, status?: string) => ({ list: { kind: 'answer', value: {} }, versioning: { kind: 'answer', value: status }, settings: { s3: { endpoint } } }) as never;
  expect(versioning.judge(evidence())).toEqual({ kind: 'wrong', what: 'The bucket keeps no versions' });
  expect(versioning.judge(evidence(undefined, 'Suspended'))).toEqual({ kind: 'wrong', what: 'The bucket keeps no versions any more (suspended)' });
  expect(versioning.judge(evidence('https://store.example'))).toEqual({ kind: 'wrong', what: 'The bucket keeps no versions', severity: 'warning', todo: expect.stringContaining('unless docs/deploy.md says that your store then ignores If-None-Match') });
  expect(versioning.judge(evidence(undefined, 'Enabled')).kind).toBe('ok');
});

test('when one clock is off it is that one; when all are, it is ours', () => {
  const reading = (whose: string, aheadMs: number) => ({ whose, aheadMs, uncertainMs: 1_000 });
  expect(notWell(clockChecks, [reading('S3', 200), reading('Redis', -7_200_000)])).toEqual(['error clock.services: The clock of Redis is 2 hours behind this machine\'s.']);
  expect(notWell(clockChecks, [reading('S3', 86_400_000), reading('Redis', 86_400_000)])).toEqual(['error clock.services: This machine\'s clock is 24 hours behind the services.']);
  expect(notWell(clockChecks, [])).toEqual(['unknown clock.services: This machine and every service agree on the time to half a minute: could not be checked (no service said what the time is).']);
});

test('without the judge of policies our own rules still find what lets a script in', () => {
  const policy = contentSecurityPolicy({ nonce: 'abc', https: true, development: false });
  expect(ownRules(policy)).toEqual([]);
  expect(ownRules("script-src 'self' 'unsafe-inline' https:")).toEqual([
    "script-src 'unsafe-inline': lets in what the policy is there to stop", 'script-src https:: lets in what the policy is there to stop', 'object-src: is missing', 'base-uri: is missing',
  ]);
  expect(ownRules("img-src 'self'")[0]).toBe('script-src: is missing, so any script runs');
  expect(differences(policy.replaceAll('abc', 'xyz'), true)).toEqual([]);
  expect(differences(policy.replace("frame-ancestors 'none'; ", ''), true)).toEqual(['frame-ancestors']);
});

test('the questions under made-up addresses are more than one address may ask, and what they are counted by locks nobody out', () => {
  const counters = attemptCounters('passkey', { address: 'a', account: 'b' });
  expect(counters.every(({ key }) => key.includes(':a'))).toBe(true);
  expect(Math.min(...counters.map(({ limit }) => limit))).toBe(QUESTIONS_A_MINUTE);
  expect(limits.transactionMs % 1000).toBe(0);
});

test('the exit code says wrong before unknown, and the report what to do', () => {
  const finding = (severity: 'ok' | 'error' | 'warning' | 'unknown') => ({ id: `x.${severity}`, severity, what: 'It is so.', todo: 'Do this.', link: 'docs/checklist.md#x', ...(severity === 'unknown' ? { because: 'nobody said' } : {}) });
  expect([exitCodeOf([finding('ok'), finding('warning')]), exitCodeOf([finding('unknown'), finding('ok')]), exitCodeOf([finding('unknown'), finding('error')])]).toEqual([0, 2, 1]);
  expect(reportText({ exitCode: 1, findings: [finding('ok'), finding('unknown'), finding('error')], instance: { fingerprints: { SECRET: '0123456789abcdef' }, settings: {} } })).toBe(
    'WRONG   x.error\n        It is so.\n        → Do this.\n        docs/checklist.md#x\n\nunknown x.unknown\n        Could not be checked: nobody said.\n\n1 well, 1 wrong, 0 warnings, 1 unknown.\n\n'
    + 'Fingerprints of the secrets, to compare between instances:\n  0123456789abcdef  SECRET\n',
  );
});

test('what an instance prints for comparison holds no secret', () => {
  const printed = JSON.stringify(instanceSettings({ ...complete, AWS_SECRET_ACCESS_KEY: 'n5Pw8zTb', METRICS_TOKEN: 'c'.repeat(40), NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: 'g6Hs3Lq1' }));
  for (const secret of [complete.SESSION_SECRET, complete.COGNITO_CLIENT_SECRET, complete.UPSTASH_REDIS_REST_TOKEN, 'n5Pw8zTb', 'c'.repeat(40), 'g6Hs3Lq1']) expect(printed).not.toContain(secret);
  expect(printed).toContain('"TRUSTED_PROXY_HOPS":"1"');
});

test('a fingerprint tells secrets apart, and whose they are, and not what they are', () => {
  const secret = digest(1);
  const print = fingerprint('SESSION_SECRET key 1', secret);
  expect(print).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprint('SESSION_SECRET key 1', secret)).toBe(print);
  expect(fingerprint('SESSION_SECRET key 2', secret)).not.toBe(print);
  expect(fingerprint('SESSION_SECRET key 1', digest(2))).not.toBe(print);
});
