import { expect, test } from 'vitest';
import { parseCloudConfig } from './cloud-config.ts';

const good = {
  port: 3900,
  dataDir: 'data',
  region: 'eu-central-1',
  bucket: 'selkie',
  s3AccessKeyId: 'id',
  s3SecretAccessKey: 'very-secret',
  appAccessKeyId: 'AKIDAPP',
  appSecretAccessKey: 'very-secret',
  redisToken: 'very-secret',
  cognito: { userPoolId: 'p', clientId: 'c', clientSecret: 'very-secret', issuer: 'http://127.0.0.1:3902/p', identityPoolId: 'i', relyingPartyId: 'localhost', callbackUrls: ['http://localhost:3000/api/auth/callback'], logoutUrls: [] },
};

test('a whole configuration is taken as it is', () => {
  expect(parseCloudConfig(JSON.stringify(good))).toEqual(good);
});

test.each([
  [undefined, 'SELKIE_CLOUD_CONFIG is not set; start the embedded cloud with `npm start`.'],
  ['{', 'SELKIE_CLOUD_CONFIG is not JSON.'],
  ['3', 'SELKIE_CLOUD_CONFIG must be a JSON object.'],
  [JSON.stringify({ ...good, port: 65_533 }), 'SELKIE_CLOUD_CONFIG has a missing, unknown or wrong field `port`.'],
  [JSON.stringify({ ...good, redisToken: '' }), 'SELKIE_CLOUD_CONFIG has a missing, unknown or wrong field `redisToken`.'],
  [JSON.stringify({ ...good, extra: 1 }), 'SELKIE_CLOUD_CONFIG has a missing, unknown or wrong field `extra`.'],
  [JSON.stringify({ ...good, cognito: { ...good.cognito, clientSecret: 1 } }), 'SELKIE_CLOUD_CONFIG has a missing, unknown or wrong field `cognito.clientSecret`.'],
])('a wrong configuration is refused by its field and without its secrets: %#', (json, sentence) => {
  expect(() => parseCloudConfig(json)).toThrow(sentence);
});
