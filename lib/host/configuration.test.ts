import { expect, test } from 'vitest';
import { chooseCloud, parsePorts } from './configuration.ts';

const complete = {
  COGNITO_REGION: 'eu-west-1', COGNITO_USER_POOL_ID: 'eu-west-1_abc', COGNITO_CLIENT_ID: 'id', COGNITO_CLIENT_SECRET: 's',
  S3_BUCKET: 'b', S3_REGION: 'eu-west-1', UPSTASH_REDIS_REST_URL: 'https://r.example', UPSTASH_REDIS_REST_TOKEN: 't',
};

test('nothing configured, or only empty values, means the embedded cloud', () => {
  expect(chooseCloud({})).toBe('embedded');
  expect(chooseCloud({ S3_BUCKET: '', COGNITO_REGION: '', PORT: '4000', SESSION_IDLE_SECONDS: '60' })).toBe('embedded');
});

test('all three services configured never starts the embedded cloud', () => {
  expect(chooseCloud(complete)).toBe('configured');
});

test('half a configuration stops the start and names exactly what is missing', () => {
  expect(() => chooseCloud({ ...complete, S3_REGION: undefined, UPSTASH_REDIS_REST_TOKEN: '' })).toThrow(
    'Cognito and S3 and Redis are configured, but not everything that is needed. Missing: S3_REGION, UPSTASH_REDIS_REST_TOKEN. ' +
      'Set them (.env.example explains each), or unset all of COGNITO_*, S3_* and UPSTASH_* to use the embedded cloud.',
  );
  expect(() => chooseCloud({ COGNITO_ENDPOINT: 'http://127.0.0.1:9' })).toThrow(/^Cognito is configured.*Missing: COGNITO_REGION/);
});

test.each(['0', '65536', 'http', '-1', '80.5', ' 80'])('PORT=%s is refused by name', (value) => {
  expect(() => parsePorts({ PORT: value })).toThrow(`PORT must be a port number from 1 to 65535, not "${value}".`);
});

test('the cloud’s port is 3900 unless it is named', () => {
  expect(parsePorts({})).toEqual({ app: 3000, cloud: 3900, cloudIsExplicit: false });
  expect(parsePorts({ PORT: '4000', SELKIE_CLOUD_PORT: '4900' })).toEqual({ app: 4000, cloud: 4900, cloudIsExplicit: true });
});
