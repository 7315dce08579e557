import { expect, test } from 'vitest';
import { parseEnvironment } from '../core/session/environment.ts';
import { chooseCloud, embeddedCloudConfig, embeddedEnvironment, parsePorts } from './configuration.ts';

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

test('over the embedded cloud the app has its role’s key, the identity pool and the eraser, and never the account’s own key', () => {
  const secrets = {
    sessionSecret: Buffer.alloc(32, 1).toString('base64'), actionsKey: 'a'.repeat(16), cognitoClientSecret: 'c'.repeat(16), redisToken: 'r'.repeat(16),
    s3AccessKeyId: 'ROOTROOTROOTROOT', s3SecretAccessKey: 'root-secret-root-secret', appAccessKeyId: 'APPAPPAPPAPPAPPA', appSecretAccessKey: 'app-secret-app-secret',
  };
  const env = embeddedEnvironment(4900, secrets);
  const parsed = parseEnvironment({ ...env, APP_ORIGIN: 'http://localhost:3000' });
  const cloud = embeddedCloudConfig('data', 4900, 'http://localhost:3000', secrets) as { cognito: { identityPoolId: string }; appAccessKeyId: string };
  expect([env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_ENDPOINT_URL_STS']]).toEqual([cloud.appAccessKeyId, secrets.appSecretAccessKey, 'http://127.0.0.1:4902']);
  expect([parsed.cognito.identityPoolId, parsed.s3.eraserRoleArn]).toEqual([cloud.cognito.identityPoolId, 'arn:aws:iam::000000000000:role/EraserRole']);
  expect(JSON.stringify(env)).not.toMatch(/ROOTROOT|root-secret/);
});
