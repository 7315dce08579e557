import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodeOf } from './report.ts';
import { brokenFronts, brokenServices } from './testing/broken-deployments.ts';
import { startStand, type Stand } from './testing/stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
  // The first question to a route loads its modules, which takes longer than doctor waits on a busy machine.
  await stand.examine({}, { url: true });
});
afterAll(() => stand.close());

/** How quick Redis is, is the test machine's business. */
test('a healthy deployment on loopback has no error, one warning that is true of the embedded store, and no unknown', async () => {
  const findings = await stand.examine({}, { url: true });
  const notWell = findings.filter(({ id, severity }) => severity !== 'ok' && id !== 'redis.latency').map(({ id, severity }) => `${severity} ${id}`);
  // The stand-in for redis-server does not answer INFO.
  const unknowns = stand.redisEngine === 'mock' ? ['unknown redis.version', 'unknown redis.eviction', 'unknown redis.persistence'] : [];
  expect(notWell).toEqual(['warning s3.versioning', ...unknowns]);
  expect(exitCodeOf(findings)).toBe(unknowns.length > 0 ? 2 : 0);
});

describe('a broken front has one error, and it is named', () => {
  test.each(brokenFronts)('%s: %s', async (_name, id, breakage) => {
    const findings = await stand.examine(typeof breakage === 'function' ? breakage(stand.env) : breakage, { url: true });
    expect(findings.filter(({ severity }) => severity === 'error').map((one) => one.id)).toEqual([id]);
  });
});

test('there are fifty broken deployments and more, each with a name of its own', () => {
  const names = [...brokenServices, ...brokenFronts].map(([name]) => name);
  expect(names.length).toBeGreaterThanOrEqual(50);
  expect(new Set(names).size).toBe(names.length);
});
