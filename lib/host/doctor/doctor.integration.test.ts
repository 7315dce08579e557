import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { brokenServices } from './testing/broken-deployments.ts';
import { startStand, type Stand } from './testing/stand.ts';

/** The environment and the services; doctor-front.integration.test.ts looks at the deployment as a browser gets it. */
let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.close());

test('with the app’s own rights, what only an operator may read is unknown and names the right, never well', async () => {
  const unknown = (await stand.examine({ reader: 'app' })).filter(({ severity }) => severity === 'unknown');
  expect(unknown.map(({ id }) => id)).toEqual(expect.arrayContaining(['cognito.rotation', 'cognito.relying-party', 's3.versioning', 's3.public-access', 'cognito.principal-tags']));
  const others = ['redis.version', 'redis.eviction', 'redis.persistence'];
  expect(unknown.filter(({ id, because }) => !others.includes(id) && !/^the credentials lack [\w-]+:\w+$/.test(because ?? ''))).toEqual([]);
});

describe('a broken deployment has one error, and it is named', () => {
  test.each(brokenServices)('%s: %s', async (_name, id, breakage) => {
    const findings = await stand.examine(typeof breakage === 'function' ? breakage(stand.env) : breakage);
    expect(findings.filter(({ severity }) => severity === 'error').map((one) => one.id)).toEqual([id]);
  });
});
