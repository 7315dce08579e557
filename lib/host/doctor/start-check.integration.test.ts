import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Stop } from '../stop.ts';
import { requireRightServices } from './start-check.ts';
import { startStand, unguessable, type Stand } from './testing/stand.ts';
import { answers, cut, redisCommand, refuses, when } from './testing/twists.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
  // The first time AWS's clients are loaded and connections made, which takes longer than a start waits on a busy machine.
  await start();
});
afterEach(() => stand.mend());
afterAll(() => stand.close());

/** What is said, and the sentences that stop it. */
async function start(breakage: Parameters<Stand['breakIt']>[0] = {}): Promise<{ said: string[]; stopped: string[] }> {
  const said: string[] = [];
  try {
    await requireRightServices(await stand.breakIt(breakage), (line) => void said.push(line));
    return { said, stopped: [] };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { said, stopped: error.message.split('\n') };
  }
}
const LAST = 'npm run doctor looks at everything.';

test('a start with right services says nothing', async () => {
  expect(await start()).toEqual({ said: [], stopped: [] });
});

test.each([
  ['Redis', { redis: cut }, 'Redis could not be asked: the connection was cut. Check UPSTASH_REDIS_REST_URL, and that this machine may reach it.'],
  ['the Redis behind its front', { redis: answers(500, '{"error":"ERR the database did not answer"}') }, 'Redis could not be asked: it answered HTTP 500. Check UPSTASH_REDIS_REST_URL, and that this machine may reach it.'],
  ['S3', { s3: answers(503, '') }, 'S3 could not be asked: it answered HTTP 503. Check S3_ENDPOINT and S3_REGION, and that this machine may reach it.'],
  ['Cognito', { cognito: cut }, 'Cognito could not be asked: the connection was cut. Check COGNITO_REGION (and COGNITO_ENDPOINT, if it is set), and that this machine may reach it.'],
])('an outage of %s is said and does not stop a start', async (_name, breakage, sentence) => {
  expect(await start(breakage)).toEqual({ said: [sentence], stopped: [] });
});

test.each([
  ['a wrong token of Redis', { env: { UPSTASH_REDIS_REST_TOKEN: unguessable() } }, 'Redis refuses our token.'],
  ['Redis without scripts', { redis: redisCommand('EVAL', () => ({ error: 'ERR Command is not available' })) }, 'Redis does not run scripts: ERR Command is not available.'],
  ['a store that ignores conditions', { s3: when(({ url }) => url.includes('create-only'), answers(200, '')) }, 'The store overwrote probe/create-only although it was told to create it only.'],
  ['a bucket of another region', { env: { S3_REGION: 'us-east-1' } }, 'The bucket selkie is not in us-east-1.'],
  ['a wrong AWS secret', { env: { AWS_SECRET_ACCESS_KEY: unguessable() } }, "S3 does not accept the app's credentials (SignatureDoesNotMatch)."],
  ['a pool that is not there', { env: { COGNITO_USER_POOL_ID: 'eu-west-1_Other0000' } }, 'There is no user pool eu-west-1_Other0000 (its keys: HTTP 400).'],
  ['a client that is not there', { env: { COGNITO_CLIENT_ID: 'otherclient' } }, 'There is no app client otherclient.'],
  ['a wrong client secret', { env: { COGNITO_CLIENT_SECRET: 'b'.repeat(51) } }, 'Cognito does not accept the client secret.'],
  ['a client without the password flow', { cognito: refuses('InitiateAuth', 'InvalidParameterException', 'USER_PASSWORD_AUTH flow not enabled for this client', ({ AuthFlow }) => AuthFlow === 'USER_PASSWORD_AUTH') }, 'The app client does not allow USER_PASSWORD_AUTH.'],
  ['a guessable secret', { env: { SESSION_SECRET: Buffer.alloc(32, 7).toString('base64') } }, 'Key 1 of SESSION_SECRET repeats itself.'],
  ['unverified certificates', { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } }, 'NODE_TLS_REJECT_UNAUTHORIZED=0 switches the verification of certificates off.'],
])('%s stops a start, with one sentence and what to do', async (_name, breakage, sentence) => {
  const { said, stopped } = await start(breakage);
  expect(said).toEqual([]);
  expect(stopped).toEqual([expect.stringMatching(/^.+[.] .+[.]$/), LAST]);
  expect(stopped[0]!.startsWith(`${sentence} `)).toBe(true);
});

test('services that answer too slowly do not hold a start up', async () => {
  const slow = when(() => true, () => new Promise<never>(() => undefined));
  const { said, stopped } = await start({ redis: slow, s3: slow, cognito: slow });
  expect(stopped).toEqual([]);
  expect(said.length).toBeGreaterThan(0);
});

test('the bare names of compose.yaml in plain http stop no start; a plain address of the internet does', async () => {
  expect((await start({ env: { UPSTASH_REDIS_REST_URL: 'http://redis-front:8079', S3_ENDPOINT: 'http://store:8333' } })).stopped).toEqual([]);
  expect((await start({ env: { UPSTASH_REDIS_REST_URL: 'http://redis.example:8079', S3_ENDPOINT: 'http://store:8333' } })).stopped).toContainEqual(expect.stringMatching(/^UPSTASH_REDIS_REST_URL is plain http on another machine\. /));
});
