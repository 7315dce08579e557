import { describe, expect, test } from 'vitest';
import { parseFrontSettings } from './front-settings.ts';

const token = 'a'.repeat(32);
const parse = (env: Record<string, string>, readFile?: (path: string) => string) => parseFrontSettings({ REDIS_URL: 'redis://10.0.0.5', REDIS_FRONT_TOKEN: token, ...env }, readFile);
const certificate = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

test('a plain address, with the defaults', () => {
  expect(parse({})).toEqual({ redis: { host: '10.0.0.5', port: 6379, db: 0 }, tokens: [token], host: '127.0.0.1', port: 8079 });
});

test('user, password with odd signs, database, TLS with an authority of one\'s own, address and two tokens', () => {
  const env = {
    REDIS_URL: 'rediss://selkie:p%40ss%3A%2F@redis.internal:6380/3', REDIS_CA_FILE: '/ca.pem', REDIS_FRONT_HOST: '10.0.0.9', REDIS_FRONT_PORT: '9000',
    REDIS_FRONT_TOKEN: ` ${token} , ${'b'.repeat(40)}`,
  };
  expect(parse(env, () => certificate)).toEqual({
    redis: { host: 'redis.internal', port: 6380, db: 3, username: 'selkie', password: 'p@ss:/', tls: { ca: certificate } },
    tokens: [token, 'b'.repeat(40)], host: '10.0.0.9', port: 9000,
  });
});

test('Sentinel', () => {
  expect(parse({ REDIS_SENTINELS: '10.0.0.1:26379, [fd00::2]:26380', REDIS_SENTINEL_NAME: 'sessions', REDIS_SENTINEL_PASSWORD: 'x' }).redis.sentinel).toEqual({
    name: 'sessions', password: 'x', hosts: [{ host: '10.0.0.1', port: 26_379 }, { host: 'fd00::2', port: 26_380 }],
  });
});

describe('each mistake is one sentence with its name, and no secret', () => {
  const cases: Record<string, [Record<string, string>, string]> = {
    'no address': [{ REDIS_URL: '' }, 'REDIS_URL is missing'],
    'another protocol': [{ REDIS_URL: 'http://u:SECRET@h' }, 'REDIS_URL must look like'],
    'a password that breaks the address': [{ REDIS_URL: 'redis://u:SECRET%@h' }, 'REDIS_URL must look like'],
    'options in the address': [{ REDIS_URL: 'redis://u:SECRET@h?tls=1' }, 'REDIS_URL must look like'],
    'a name as database': [{ REDIS_URL: 'redis://u:SECRET@h/sessions' }, 'REDIS_URL may end with the number'],
    'no token': [{ REDIS_FRONT_TOKEN: '' }, 'REDIS_FRONT_TOKEN is missing'],
    'a short token': [{ REDIS_FRONT_TOKEN: 'SECRET' }, 'REDIS_FRONT_TOKEN must be'],
    'a short one among long ones': [{ REDIS_FRONT_TOKEN: `${token},SECRET` }, 'REDIS_FRONT_TOKEN must be'],
    'a certificate without TLS': [{ REDIS_CA_FILE: '/ca.pem' }, 'REDIS_CA_FILE is for a Redis with TLS'],
    'a certificate that is not there': [{ REDIS_URL: 'rediss://h', REDIS_CA_FILE: '/nowhere/ca.pem' }, "REDIS_CA_FILE names /nowhere/ca.pem, which can't be read"],
    'sentinels without a name': [{ REDIS_SENTINELS: 'a:1' }, 'belong together'],
    'a sentinel without a port': [{ REDIS_SENTINELS: 'a', REDIS_SENTINEL_NAME: 'm' }, 'REDIS_SENTINELS must be a list'],
    'a port that is none': [{ REDIS_FRONT_PORT: '70000' }, 'REDIS_FRONT_PORT must be a port number'],
  };
  test.each(Object.entries(cases))('%s', (_name, [env, sentence]) => {
    let message = '';
    try {
      parse(env);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(sentence);
    expect(message).not.toContain('SECRET');
  });
});
