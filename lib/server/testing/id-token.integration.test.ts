import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { groupsOf } from '../cognito/access-claims.ts';
import { verifyIdToken } from '../cognito/id-token.ts';

/** The keys of a user pool, served as Cognito serves them, and tokens that Cognito would and would not sign. */
const userPoolId = 'eu-west-1_Selkie000';
const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${userPoolId}`;
const clientId = 'selkielocalclient0000000000';
const kid = 'key-of-the-pool';
const good = { token_use: 'id', email: 'Ada@Example.com', nonce: 'asked', 'cognito:groups': ['admin'] };

/** In the place of an id token's claims. */
const access = { token_use: 'access', client_id: clientId, aud: undefined!, email: undefined, nonce: undefined };

let server: Server;
/** How the pool answers for its keys. */
let answer: [status: number, body: string];
let pool: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  pool = await generateKeyPair('RS256', { extractable: true });
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(pool.publicKey)), kid, alg: 'RS256', use: 'sig' }] });
  answer = [200, jwks];
  server = createServer((request, response) => {
    const [status, body] = request.url === `/${userPoolId}/.well-known/jwks.json` ? answer : [404, ''];
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, {
    APP_ORIGIN: 'http://localhost:3000', SESSION_SECRET: Buffer.alloc(32, 5).toString('base64'), COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: userPoolId,
    COGNITO_CLIENT_ID: clientId, COGNITO_CLIENT_SECRET: 'a-client-secret-of-this-test', COGNITO_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    S3_BUCKET: 'selkie', S3_REGION: 'eu-west-1', UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:9', UPSTASH_REDIS_REST_TOKEN: 'redistokenredistoken',
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** A token as the pool signs it, but for these claims; `undefined` leaves one out. */
async function token(changes: JWTPayload = {}, sign: (jwt: SignJWT) => Promise<string> = (jwt) => jwt.setProtectedHeader({ alg: 'RS256', kid }).sign(pool.privateKey)): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...good, iss: issuer, aud: clientId, sub: 'ada-sub', iat: now, exp: now + 3600, ...changes };
  return sign(new SignJWT(Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined))));
}

test('an id token that the pool signed for this client says who it is', async () => {
  const ada = { userId: 'ada-sub', email: 'ada@example.com', groups: ['admin'] };
  expect([await verifyIdToken(await token()), await verifyIdToken(await token(), 'asked')]).toEqual([ada, ada]);
});

test('unsigned, signed by another key or another algorithm, altered, or by another issuer: nobody', async () => {
  const [head, payload, signature] = (await token()).split('.') as [string, string, string];
  const other = await generateKeyPair('RS256');
  const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const publicPem = new TextEncoder().encode(await exportSPKI(pool.publicKey));
  const forged = {
    'no signature': `${head}.${payload}.`,
    'alg none': `${base64url({ alg: 'none' })}.${payload}.`,
    'alg none, signature kept': `${base64url({ alg: 'none', kid })}.${payload}.${signature}`,
    'other claims under the signature': `${head}.${base64url({ ...good, iss: issuer, aud: clientId, sub: 'eve-sub', iat: 1, exp: 9_999_999_999 })}.${signature}`,
    'another key': await token({}, (jwt) => jwt.setProtectedHeader({ alg: 'RS256', kid }).sign(other.privateKey)),
    'a key that it brings along': await token({}, async (jwt) => jwt.setProtectedHeader({ alg: 'RS256', jwk: await exportJWK(other.publicKey) }).sign(other.privateKey)),
    'a key of another name': await token({}, (jwt) => jwt.setProtectedHeader({ alg: 'RS256', kid: 'another' }).sign(pool.privateKey)),
    'HS256 with the public key as secret': await token({}, (jwt) => jwt.setProtectedHeader({ alg: 'HS256', kid }).sign(publicPem)),
    'another issuer': await token({ iss: issuer.replace('Selkie000', 'Other0000') }),
    'an issuer of more': await token({ iss: `${issuer}/` }),
    'no token': 'x',
  };
  for (const [name, text] of Object.entries(forged)) expect([name, await verifyIdToken(text)]).toEqual([name, 'invalid']);
});

test('made for another client, another use, another time or another request, or without a subject: nobody', async () => {
  const now = Math.floor(Date.now() / 1000);
  const wrong: Record<string, JWTPayload> = {
    'another client': { aud: 'another-client' }, 'no audience': { aud: undefined! }, 'an access token': { token_use: 'access' }, 'no use': { token_use: undefined },
    expired: { exp: now - 60 }, 'without an end': { exp: undefined! }, 'without a beginning': { iat: undefined! }, 'not yet': { nbf: now + 600 },
    'no subject': { sub: undefined! }, 'an empty subject': { sub: '' }, 'a subject that is no id': { sub: 'a b' }, 'no address': { email: undefined },
  };
  for (const [name, changes] of Object.entries(wrong)) expect([name, await verifyIdToken(await token(changes))]).toEqual([name, 'invalid']);
  expect([await verifyIdToken(await token(), 'another'), await verifyIdToken(await token({ nonce: undefined }), 'asked')]).toEqual(['invalid', 'invalid']);
});

test('an access token names the groups of its own person at this client, until it is over', async () => {
  expect(await groupsOf(await token(access), 'ada-sub')).toEqual(['admin']);
  expect(await groupsOf(await token({ ...access, 'cognito:groups': undefined }), 'ada-sub')).toEqual([]);
  const other = await generateKeyPair('RS256');
  const wrong: Record<string, string> = {
    'another person': await token({ ...access, sub: 'eve-sub' }), 'another client': await token({ ...access, client_id: 'another-client' }),
    'an id token': await token(), 'an id token that names a client': await token({ client_id: clientId }), expired: await token({ ...access, exp: Math.floor(Date.now() / 1000) - 1 }),
    'another issuer': await token({ ...access, iss: issuer.replace('Selkie000', 'Other0000') }),
    'another key': await token(access, (jwt) => jwt.setProtectedHeader({ alg: 'RS256', kid }).sign(other.privateKey)),
    'a key of another name': await token(access, (jwt) => jwt.setProtectedHeader({ alg: 'RS256', kid: 'another' }).sign(pool.privateKey)),
    'no token': 'x',
  };
  for (const [name, text] of Object.entries(wrong)) expect([name, await groupsOf(text, 'ada-sub')]).toEqual([name, 'invalid']);
});

test('while the keys cannot be fetched or read no token is called bad, not even a bad one; afterwards all are judged again', async () => {
  vi.resetModules();
  const fresh = { ...(await import('../cognito/id-token.ts')), ...(await import('../cognito/access-claims.ts')) };
  const expired = { exp: Math.floor(Date.now() / 1000) - 60 };
  const [good, whole] = [await token(), answer];
  const judge = async () => [
    await fresh.verifyIdToken(good), await fresh.verifyIdToken(await token(expired)),
    await fresh.groupsOf(await token(access), 'ada-sub'), await fresh.groupsOf(await token({ ...access, ...expired }), 'ada-sub'),
  ];
  const broken: (typeof answer)[] = [[500, 'no'], [404, ''], [302, ''], [200, '<html>'], [200, '"keys"'], [200, '{"keys":5}'], [200, whole[1].slice(0, 40)]];
  for (answer of broken) expect([answer, await judge()]).toEqual([answer, Array(4).fill('unavailable')]);
  answer = whole;
  expect(await judge()).toEqual([{ userId: 'ada-sub', email: 'ada@example.com', groups: ['admin'] }, 'invalid', ['admin'], 'invalid']);
});
