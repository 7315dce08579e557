import { readFile, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { config, named, openTestPool, password, refreshInput, request, signInInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
let pool: TestPool;
beforeEach(async () => { pool = await openTestPool(); });
afterEach(() => pool.dispose());

describe('the protocol', () => {
  test('a refusal is 400 with its type in the body and in a header', async () => {
    const answer = await pool.call('InitiateAuth', signInInput(ada, password));
    expect(answer).toEqual({
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': 'NotAuthorizedException:', 'x-amzn-requestid': expect.any(String), 'cache-control': 'no-store' },
      body: { __type: 'NotAuthorizedException', message: 'Incorrect username or password.' },
    });
  });

  test.each([
    ['no JSON', 'SignUp', '{', {}, 'SerializationException'],
    ['a list', 'SignUp', '[]', {}, 'SerializationException'],
    ['text', 'SignUp', '"x"', {}, 'SerializationException'],
    ['an unknown operation', 'CreateUserPool', '{}', {}, 'UnknownOperationException'],
    ['an inherited name', 'toString', '{}', {}, 'UnknownOperationException'],
    ['another service', 'SignUp', '{}', { 'x-amz-target': 'DynamoDB_20120810.SignUp' }, 'UnknownOperationException'],
    ['plain JSON', 'SignUp', '{}', { 'content-type': 'application/json' }, 'SerializationException'],
  ])('refuses %s', async (_, operation, body, headers, type) => {
    const answer = await pool.call(operation, body, headers);
    expect([answer.status, answer.body.__type]).toEqual([400, type]);
  });

  test('bytes that are no UTF-8, other methods and other paths are refused', async () => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSCognitoIdentityProviderService.GetUser' };
    const types = [];
    for (const one of [request('POST', '/', headers, Buffer.from([0x22, 0xff, 0x22])), request('GET', '/', headers), request('POST', '/x', headers, '{}')]) {
      types.push(JSON.parse(String((await pool.service.handle(one)).body)).__type);
    }
    expect(types).toEqual(['SerializationException', 'UnknownOperationException', 'UnknownOperationException']);
  });

  test('names operations for the log, and nothing that it does not know', () => {
    const named = (method: string, path: string, target: string) => pool.service.operationOf(request(method, path, { 'x-amz-target': target }));
    expect([
      named('POST', '/', 'AWSCognitoIdentityProviderService.InitiateAuth'),
      named('POST', '/', 'AWSCognitoIdentityProviderService.secret'),
      named('GET', `/${config.userPoolId}/.well-known/jwks.json`, ''),
      named('GET', `/${config.userPoolId}/.well-known/openid-configuration`, ''),
      named('GET', '/other/.well-known/jwks.json', ''),
    ]).toEqual(['InitiateAuth', 'unknown', 'GetJwks', 'GetOpenIdConfiguration', 'unknown']);
  });

  test('the discovery document names the issuer and its keys', async () => {
    const { status, body } = await pool.service.handle(request('GET', `/${config.userPoolId}/.well-known/openid-configuration`, {}));
    expect(status).toBe(200);
    expect(JSON.parse(String(body))).toMatchObject({ issuer: config.issuer, jwks_uri: `${config.issuer}/.well-known/jwks.json` });
  });
});

describe('what is kept', () => {
  test('people, passwords, sessions and the signing key survive a restart', async () => {
    await pool.signUpAndConfirm(ada);
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    await pool.restart();
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('ok');
    expect(await pool.refusal('GetTokensFromRefreshToken', refreshInput(RefreshToken))).toBe('ok');
    expect(await pool.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
    expect(pool.warnings).toEqual([]);
  });

  test('an answer means that the change is on the disk, without any close', async () => {
    await pool.signUpAndConfirm(ada);
    const { RefreshToken } = await pool.signIn(ada);
    const kept = await readFile(join(pool.dataDir, 'users.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ users: [{ email: ada, status: 'CONFIRMED' }], families: [{ revoked: false, tokens: [{}] }] });
    expect(kept).not.toContain(password);
    expect(kept).not.toContain(RefreshToken);
  });

  test('a store that was cut off is set aside with one sentence, and the state before the last change is used', async () => {
    await pool.signUpAndConfirm(ada);
    await pool.must('SignUp', { ...named('bob@example.com'), Password: password });
    const path = join(pool.dataDir, 'users.json');
    await truncate(path, 100);
    // Not `restart`, which closes, and so saves, first.
    const second = await openTestPool({ dataDir: pool.dataDir, warn: (sentence) => void pool.warnings.push(sentence) });
    expect(await second.refusal('InitiateAuth', signInInput(ada, password))).toBe('ok');
    expect(await second.refusal('InitiateAuth', signInInput('bob@example.com', password))).toBe('NotAuthorizedException: Incorrect username or password.');
    expect(pool.warnings).toEqual([`The file with the user pool was damaged: it is kept as ${path}.damaged-${start}, and the copy before the last change is used.`]);
    expect((await readFile(`${path}.damaged-${start}`)).length).toBe(100);
    await second.service.close();
  });

  test('a lost key is made anew and kept, and old tokens end', async () => {
    await pool.signUpAndConfirm(ada);
    const { AccessToken } = await pool.signIn(ada);
    await rm(join(pool.dataDir, 'key.json'));
    await pool.restart();
    expect(await pool.refusal('GetUser', { AccessToken })).toBe('NotAuthorizedException: Invalid Access Token');
    const fresh = await pool.signIn(ada);
    await pool.restart();
    expect(decodeProtectedHeader((await pool.signIn(ada)).AccessToken).kid).toBe(decodeProtectedHeader(fresh.AccessToken).kid);
    expect((await readdir(pool.dataDir)).sort()).toContain('key.json');
  });
});
