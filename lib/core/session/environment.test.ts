import { expect, test } from 'vitest';
import { parseEnvironment } from './environment.ts';

const key = Buffer.alloc(32, 7).toString('base64');
const good = {
  APP_ORIGIN: 'https://selkie.example', SESSION_SECRET: key, COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: 'eu-west-1_AbC123',
  COGNITO_CLIENT_ID: 'client1', COGNITO_CLIENT_SECRET: 'a-secret-of-the-client', S3_BUCKET: 'files', S3_REGION: 'eu-west-1',
  UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 'token-token',
};
const withOther = (over: Record<string, string | undefined>) => () => parseEnvironment({ ...good, ...over });

test('the defaults are those that are documented', () => {
  const env = parseEnvironment({ ...good, COGNITO_ENDPOINT: '', OUTBOX_URL: '' });
  expect(env).toEqual({
    appOrigin: 'https://selkie.example', https: true, sessionSecrets: { current: 1, keys: new Map([[1, new Uint8Array(32).fill(7)]]) },
    cookie: { secure: true, sameSite: 'lax' },
    lifetimes: { plain: { idleSeconds: 86_400, absoluteSeconds: 604_800 }, remembered: { idleSeconds: 1_209_600, absoluteSeconds: 2_592_000 } },
    cognito: {
      region: 'eu-west-1', userPoolId: 'eu-west-1_AbC123', clientId: 'client1', clientSecret: 'a-secret-of-the-client',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123',
      jwksUrl: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json',
    },
    s3: { bucket: 'files', region: 'eu-west-1' }, redis: { url: 'https://redis.example', token: 'token-token' },
    corsAllowedOrigins: [], adminGroup: 'admin', trustedProxyHops: 0, log: { level: 'info', format: 'json' },
  });
});

test('another endpoint changes where keys are fetched, not who issues', () => {
  const { cognito } = parseEnvironment({ ...good, COGNITO_ENDPOINT: 'http://127.0.0.1:3902/' });
  expect([cognito.issuer, cognito.jwksUrl]).toEqual([
    'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123', 'http://127.0.0.1:3902/eu-west-1_AbC123/.well-known/jwks.json',
  ]);
});

test('the identity pool and the eraser role are taken as they stand', () => {
  const eraserRoleArn = 'arn:aws:iam::123456789012:role/selkie/EraserRole-1AB';
  const { cognito, s3 } = parseEnvironment({ ...good, COGNITO_IDENTITY_POOL_ID: 'eu-west-1:00000000-0000-4000-8000-000000000001', S3_ERASER_ROLE_ARN: eraserRoleArn });
  expect([cognito.identityPoolId, s3]).toEqual(['eu-west-1:00000000-0000-4000-8000-000000000001', { bucket: 'files', region: 'eu-west-1', eraserRoleArn }]);
});

test('numbered keys: the highest is current', () => {
  const { sessionSecrets } = parseEnvironment({ ...good, SESSION_SECRET: JSON.stringify({ 2: key, 10: Buffer.alloc(40, 1).toString('base64url') }) });
  expect([sessionSecrets.current, [...sessionSecrets.keys.keys()]]).toEqual([10, [2, 10]]);
});

test('every wrong value stops the start with its name', () => {
  for (const name of Object.keys(good)) expect(withOther({ [name]: undefined }), name).toThrow(`${name} is missing`);
  const wrong: Record<string, string[]> = {
    APP_ORIGIN: ['selkie.example', 'https://selkie.example/', 'https://a b', 'ftp://x.example', 'http://selkie.example', 'https://Selkie.example'],
    SESSION_SECRET: ['short', Buffer.alloc(31).toString('base64'), '{}', '{"a":"b"}', '{not json', `{"0":"${key}"}`, 'not base64 at all but quite long, longer than that!!'],
    SESSION_IDLE_SECONDS: ['0', '-1', '1.5', 'a day', '99999999999', '700000'],
    SESSION_COOKIE_SAMESITE: ['none'], SESSION_COOKIE_SECURE: ['no', 'false'], COGNITO_USER_POOL_ID: ['pool', 'us-east-1_AbC'],
    S3_ENDPOINT: ['localhost:9000', 'http://user:pw@host'], S3_ERASER_ROLE_ARN: ['eraser', 'arn:aws:iam::1:role/x', 'arn:aws:iam::123456789012:user/x', 'arn:aws:iam::123456789012:role/x y'], AWS_ROLE_ARN: ['AppRole', 'arn:aws:iam::123456789012:user/x', 'arn:aws:iam::123456789012:role/'],
    UPSTASH_REDIS_REST_URL: ['redis://x'], CORS_ALLOWED_ORIGINS: ['*', 'https://a.example,b'],
    TRUSTED_PROXY_HOPS: ['-1', 'yes'], LOG_LEVEL: ['loud', 'INFO'], LOG_FORMAT: ['xml'], METRICS_TOKEN: ['short', 'x'.repeat(31), `${'x'.repeat(32)} y`],
    OTEL_EXPORTER_OTLP_ENDPOINT: ['collector:4318', 'ftp://collector', 'http://user:pw@collector'],
  };
  for (const [name, values] of Object.entries(wrong)) for (const value of values) expect(withOther({ [name]: value }), `${name}=${value}`).toThrow(name);
});

test('no message repeats a secret', () => {
  for (const name of ['SESSION_SECRET', 'COGNITO_CLIENT_SECRET', 'UPSTASH_REDIS_REST_TOKEN', 'METRICS_TOKEN']) {
    expect(withOther({ [name]: 'hush hush' })).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hush') as string }) as Error);
  }
});

test('a cookie without Secure is for loopback http only', () => {
  expect(withOther({ APP_ORIGIN: 'http://localhost:3000', SESSION_COOKIE_SECURE: 'false' })().cookie.secure).toBe(false);
  expect(withOther({ APP_ORIGIN: 'http://127.0.0.1:3000', SESSION_COOKIE_SECURE: 'false' })().https).toBe(false);
  expect(withOther({ APP_ORIGIN: 'http://localhost.evil.example', SESSION_COOKIE_SECURE: 'false' })).toThrow('APP_ORIGIN');
});

test('log, metrics and traces are taken as they stand', () => {
  const metricsToken = 'm'.repeat(32);
  const env = parseEnvironment({ ...good, LOG_LEVEL: 'warn', LOG_FORMAT: 'text', METRICS_TOKEN: metricsToken, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' });
  expect([env.log, env.metricsToken, env.tracing?.url]).toEqual([{ level: 'warn', format: 'text' }, metricsToken, 'http://collector:4318/v1/traces']);
});
