import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { N, createSrpClient, timestampOf } from './testing/srp-client.ts';
import { config, openTestPool, password, poolName, secretHash, signInInput, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const nobody = 'nobody@example.com';
const wrong = 'NotAuthorizedException: Incorrect username or password.';
const locked = 'NotAuthorizedException: Password attempts exceeded';
const invalidSession = 'NotAuthorizedException: Invalid session for the user.';
let pool: TestPool;
let sub: string;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const beginInput = (name: string, SRP_A: string) => ({ ClientId: config.clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: { USERNAME: name, SRP_A, SECRET_HASH: secretHash(name) } });
const begin = async (name = ada) => {
  const srp = createSrpClient();
  const asked = await pool.must('InitiateAuth', beginInput(name, srp.SRP_A));
  return { srp, asked, sub: asked.ChallengeParameters.USER_ID_FOR_SRP as string };
};
const answerInput = ({ asked, srp, sub: id }: Awaited<ReturnType<typeof begin>>, change: { password?: string; atMs?: number; poolName?: string; session?: string | undefined; responses?: object } = {}) => ({
  ClientId: config.clientId, ChallengeName: 'PASSWORD_VERIFIER', Session: 'session' in change ? change.session : asked.Session,
  ChallengeResponses: {
    USERNAME: id, SECRET_HASH: secretHash(id),
    ...srp.claim(asked.ChallengeParameters, change.password ?? password, change.atMs ?? pool.clock.now, change.poolName ?? poolName),
    ...change.responses,
  },
});
const attempt = async (name: string, itsPassword: string) => pool.refusal('RespondToAuthChallenge', answerInput(await begin(name), { password: itsPassword }));

describe('USER_SRP_AUTH', () => {
  test('the right password leads to tokens, and neither it nor a verifier leaves the server', async () => {
    const begun = await begin();
    expect(begun.asked).toEqual({
      ChallengeName: 'PASSWORD_VERIFIER', Session: expect.stringMatching(/^[\w-]{20,}$/),
      ChallengeParameters: { USERNAME: sub, USER_ID_FOR_SRP: sub, SALT: expect.stringMatching(/^[0-9a-f]{32}$/), SRP_B: expect.stringMatching(/^[0-9a-f]{700,768}$/), SECRET_BLOCK: expect.any(String) },
    });
    const { AuthenticationResult } = await pool.must('RespondToAuthChallenge', answerInput(begun));
    expect(decodeJwt(AuthenticationResult.AccessToken)).toMatchObject({ sub, client_id: config.clientId });
    expect(AuthenticationResult.RefreshToken).toEqual(expect.any(String));
    const { users: [kept] } = JSON.parse(await readFile(join(pool.dataDir, 'users.json'), 'utf8'));
    expect(JSON.stringify(begun.asked)).not.toContain(kept.password.srp.verifier);
  });

  test('a client that sends no Session is known by its secret block', async () => {
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(await begin(), { session: undefined }))).toBe('ok');
  });

  test('the salt stays, the server’s number is new each time', async () => {
    const [one, two] = [await begin(), await begin()];
    expect(two.asked.ChallengeParameters.SALT).toBe(one.asked.ChallengeParameters.SALT);
    expect(two.asked.ChallengeParameters.SRP_B).not.toBe(one.asked.ChallengeParameters.SRP_B);
  });

  test('a changed password is the one that counts, also when it changes between the two halves', async () => {
    const begun = await begin();
    const { AccessToken } = await pool.signIn(ada);
    await pool.must('ChangePassword', { AccessToken, PreviousPassword: password, ProposedPassword: 'Battery-staple-2' });
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun))).toBe(wrong);
    expect(await attempt(ada, password)).toBe(wrong);
    expect(await attempt(ada, 'Battery-staple-2')).toBe('ok');
  });

  test.each([
    ['zero, which would let anybody in', '0'],
    ['a multiple of N, which is zero in the group', N.toString(16)],
    ['twice N', (2n * N).toString(16)],
    ['more than N', (N + 2n).toString(16)],
    ['no number', 'xyz'],
    ['a negative number', '-1'],
  ])('refuses %s as SRP_A', async (_, SRP_A) => {
    expect(await pool.refusal('InitiateAuth', beginInput(ada, SRP_A))).toBe('InvalidParameterException: Invalid SRP_A');
  });

  test.each([
    ['no SRP_A', { USERNAME: ada, SECRET_HASH: secretHash(ada) }, 'InvalidParameterException: Missing required parameter SRP_A'],
    ['no name', { SRP_A: '2' }, 'InvalidParameterException: Missing required parameter USERNAME'],
    ['no secret hash', { USERNAME: ada, SRP_A: '2' }, `NotAuthorizedException: Client ${config.clientId} is configured with secret but SECRET_HASH was not received`],
    ['a secret hash over another name', { USERNAME: ada, SRP_A: '2', SECRET_HASH: secretHash(nobody) }, `NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`],
  ])('refuses %s', async (_, AuthParameters, refusal) => {
    expect(await pool.refusal('InitiateAuth', { ClientId: config.clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters })).toBe(refusal);
  });
});

describe('PASSWORD_VERIFIER', () => {
  test('right or wrong, an exchange gives one guess', async () => {
    const begun = await begin();
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun, { password: 'Wrong-horse-1' }))).toBe(wrong);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun))).toBe(invalidSession);
    const other = await begin();
    const both = await Promise.all([1, 2].map(() => pool.refusal('RespondToAuthChallenge', answerInput(other))));
    expect(both.sort()).toEqual([invalidSession, 'ok']);
  });

  test('a claim is good for its own exchange, person and pool only', async () => {
    await pool.signUpAndConfirm('eve@example.com');
    const [first, second, eve] = [await begin(), await begin(), await begin('eve@example.com')];
    expect(await pool.refusal('RespondToAuthChallenge', { ...answerInput(first), Session: second.asked.Session })).toBe(wrong);
    expect(await pool.refusal('RespondToAuthChallenge', { ...answerInput(eve), Session: first.asked.Session })).toBe(invalidSession);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(first, { poolName: 'Test00002' }))).toBe(wrong);
  });

  test('a claim with another time than the signed one, or from a clock that is far off, is wrong', async () => {
    const later = timestampOf(pool.clock.now + 1000);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(await begin(), { responses: { TIMESTAMP: later } }))).toBe(wrong);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(await begin(), { atMs: pool.clock.now - 5 * 60_000 - 1000 }))).toBe(wrong);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(await begin(), { atMs: pool.clock.now + 5 * 60_000 }))).toBe('ok');
  });

  test('the answer must come within a minute', async () => {
    const begun = await begin();
    pool.clock.now += 60_000;
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun))).toBe(`${invalidSession.slice(0, -1)}, session is expired.`);
  });

  test.each([
    ['a leading zero in the day', 'Sat Nov 01 12:00:00 UTC 2026'],
    ['ISO 8601', '2026-11-21T12:00:00Z'],
    ['a German month', 'Sat Dez 1 12:00:00 UTC 2026'],
    ['hours that do not exist', 'Sat Nov 21 99:00:00 UTC 2026'],
  ])('refuses %s as TIMESTAMP and leaves the exchange usable', async (_, TIMESTAMP) => {
    const begun = await begin();
    const format = 'InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english';
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun, { responses: { TIMESTAMP } }))).toBe(format);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(begun))).toBe('ok');
  });

  test.each(['PASSWORD_CLAIM_SIGNATURE', 'PASSWORD_CLAIM_SECRET_BLOCK', 'TIMESTAMP'])('refuses a missing %s', async (name) => {
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(await begin(), { responses: { [name]: '' } }))).toBe(`InvalidParameterException: Missing required parameter ${name}`);
  });

  test('who is disabled or has not confirmed is told so after a right password only', async () => {
    await pool.must('SignUp', { ClientId: config.clientId, Username: 'new@example.com', Password: password, SecretHash: secretHash('new@example.com') });
    expect(await attempt('new@example.com', 'Wrong-horse-1')).toBe(wrong);
    expect(await attempt('new@example.com', password)).toBe('UserNotConfirmedException: User is not confirmed.');
    await pool.admin('AdminDisableUser', { Username: ada });
    expect(await attempt(ada, 'Wrong-horse-1')).toBe(wrong);
    expect(await attempt(ada, password)).toBe('NotAuthorizedException: User is disabled.');
  });
});

describe('guessing', () => {
  test.each([ada, nobody])('wrong guesses at %s count together with plain ones, and lock both ways in', async (name) => {
    for (let i = 0; i < 3; i++) expect(await attempt(name, 'Wrong-horse-1')).toBe(wrong);
    for (let i = 0; i < 2; i++) expect(await pool.refusal('InitiateAuth', signInInput(name, 'Wrong-horse-1'))).toBe(wrong);
    expect(await attempt(name, password)).toBe(locked);
    expect(await pool.refusal('InitiateAuth', signInInput(name, password))).toBe(locked);
    pool.clock.now += 1000;
    expect(await attempt(name, password)).toBe(name === ada ? 'ok' : wrong);
  });

  test('a burst of guesses is counted one by one', async () => {
    const begun = await Promise.all(Array.from({ length: 12 }, () => begin()));
    const all = await Promise.all(begun.map((one) => pool.refusal('RespondToAuthChallenge', answerInput(one, { password: 'Wrong-horse-1' }))));
    expect([all.filter((one) => one === wrong).length, all.filter((one) => one === locked).length]).toEqual([5, 7]);
  });

  test('nobody looks like somebody: the same id and salt in every letter case and after a restart, and the same words', async () => {
    const shape = (value: Record<string, string>) => Object.keys(value).sort();
    const [known, first, again] = [await begin(), await begin(nobody), await begin('NoBody@example.com')];
    expect(shape(first.asked.ChallengeParameters)).toEqual(shape(known.asked.ChallengeParameters));
    expect(first.sub).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await pool.restart();
    const after = await begin(nobody);
    for (const one of [again, after]) expect([one.sub, one.asked.ChallengeParameters.SALT]).toEqual([first.sub, first.asked.ChallengeParameters.SALT]);
    expect((await begin('other@example.com')).sub).not.toBe(first.sub);
    expect(await pool.refusal('RespondToAuthChallenge', answerInput(after))).toBe(wrong);
  });

  test('a secret hash over the typed address is refused for nobody as for somebody', async () => {
    for (const name of [ada, nobody]) {
      const begun = await begin(name);
      const input = answerInput(begun, { responses: { USERNAME: name, SECRET_HASH: secretHash(name) } });
      expect(await pool.refusal('RespondToAuthChallenge', input)).toBe(`NotAuthorizedException: Unable to verify secret hash for client ${config.clientId}`);
    }
  });
});

test('somebody from a file without verifiers is refused like nobody, until one plain sign-in makes theirs', async () => {
  const path = join(pool.dataDir, 'users.json');
  await pool.service.close();
  const kept = JSON.parse(await readFile(path, 'utf8'));
  delete kept.users[0].password.srp;
  delete kept.decoySecret;
  await writeFile(path, JSON.stringify(kept));
  const older = await openTestPool({ dataDir: pool.dataDir });
  const now = pool;
  pool = older;
  expect(await attempt(ada, password)).toBe(wrong);
  await pool.signIn(ada);
  expect(await attempt(ada, password)).toBe('ok');
  await pool.restart();
  expect(await attempt(ada, password)).toBe('ok');
  await older.service.close();
  pool = now;
});
