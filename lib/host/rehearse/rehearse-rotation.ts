import { createHmac, randomBytes } from 'node:crypto';
import { AddUserPoolClientSecretCommand, CognitoIdentityProviderClient, DeleteUserPoolClientSecretCommand, InitiateAuthCommand, ListUserPoolClientSecretsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { AppKey, LoadStack } from '../load/load-stack.ts';
import { operatorKey, type Rehearsal } from './rehearsal.ts';
import { settled } from './rehearse-redis.ts';
import { createPerson, type RehearsedPerson } from './rehearsed-person.ts';

/** Every secret that this machine can change: first both are taken, then the new one is used, then the old one goes. */
export async function rehearseRotation(stack: LoadStack, on: Rehearsal): Promise<void> {
  on.act('Rotation of secrets, with nobody signed out');
  const person = await createPerson(stack);
  const stays = async (what: string) => {
    person.device.write();
    on.check(what, (await settled(person.sessionStatus)) === 200 && (await person.device.round()).result === 'synced');
  };

  const one = stack.secrets.sessionSecret;
  const two = randomBytes(32).toString('base64');
  await stack.restartInstances({ SESSION_SECRET: JSON.stringify({ 1: one, 2: two }) });
  on.did('SESSION_SECRET={"1":OLD,"2":NEW}, instance by instance');
  await stays('a session of before goes on, tokens and files included');
  const young = await createPerson(stack);
  await stack.restartInstances({ SESSION_SECRET: JSON.stringify({ 2: two }) });
  on.did('SESSION_SECRET={"2":NEW}: on a real deployment after the longest session, 30 days; here at once');
  on.check('who signed in since stays', (await settled(young.sessionStatus)) === 200);
  on.check('only who has not been back for so long signs in again', (await person.sessionStatus()) === 401 && (await person.signIn()) === 200);
  young.close();

  const [oldToken, newToken] = [stack.frontTokens()[0]!, randomBytes(32).toString('hex')];
  await stack.restartFront({ tokens: [newToken, oldToken] });
  on.did('REDIS_FRONT_TOKEN=NEW,OLD');
  await stays('instances with the old token are served');
  await stack.restartInstances({ UPSTASH_REDIS_REST_TOKEN: newToken });
  await stack.restartFront({ tokens: [newToken] });
  on.did('UPSTASH_REDIS_REST_TOKEN=NEW, instance by instance; REDIS_FRONT_TOKEN=NEW');
  await stays('nobody was signed out');
  on.check('the old token opens nothing', (await frontStatus(stack, oldToken)) === 401 && (await frontStatus(stack, newToken)) === 200);

  const [oldPassword, newPassword] = [stack.redisPassword(), randomBytes(24).toString('base64url')];
  await stack.restartRedis(async () => undefined, { password: newPassword, alsoPassword: oldPassword });
  on.did('redis.conf: user selkie on >NEW >OLD');
  await stays('the front goes on with the old password');
  await stack.restartFront({ password: newPassword });
  await stack.restartRedis(async () => undefined, { password: newPassword });
  on.did('REDIS_URL with NEW; redis.conf: user selkie on >NEW');
  await stays('nobody was signed out');

  await rotateClientSecret(stack, on, stays, person);
  await rotateAppKey(stack, on, stays);
  person.close();
}

/** Cognito keeps two secrets of a client (AddUserPoolClientSecret), so that there is no moment without a good one. */
async function rotateClientSecret(stack: LoadStack, on: Rehearsal, stays: (what: string) => Promise<void>, person: RehearsedPerson): Promise<void> {
  const { endpoint, region, userPoolId: UserPoolId, clientId: ClientId } = stack.cognito;
  const operator = new CognitoIdentityProviderClient({ endpoint, region, credentials: operatorKey(stack) });
  const of = { UserPoolId, ClientId };
  const { ClientSecrets: [old] = [] } = await operator.send(new ListUserPoolClientSecretsCommand(of));
  const { ClientSecretDescriptor: made } = await operator.send(new AddUserPoolClientSecretCommand(of));
  on.did('aws cognito-idp add-user-pool-client-secret: the client has two');
  await stays('instances with the old secret are served');
  await stack.restartInstances({ COGNITO_CLIENT_SECRET: made!.ClientSecretValue! });
  on.did('COGNITO_CLIENT_SECRET=NEW, instance by instance');
  await stays('instances with the new one as well');
  await operator.send(new DeleteUserPoolClientSecretCommand({ ...of, ClientSecretId: old!.ClientSecretId! }));
  on.did('aws cognito-idp delete-user-pool-client-secret, of the old one');
  await stays('nobody was signed out');
  on.check('a proof of the password, which carries the secret, is taken', (await settled(person.stepUp)) === 200);
  const byOld = createHmac('sha256', stack.secrets.cognitoClientSecret).update(person.account.email + ClientId).digest('base64');
  const refused = await operator.send(new InitiateAuthCommand({ AuthFlow: 'USER_PASSWORD_AUTH', ClientId, AuthParameters: { USERNAME: person.account.email, PASSWORD: person.account.password, SECRET_HASH: byOld } }))
    .then(() => 'it is taken', (error: Error) => error.message);
  on.check('the old secret opens nothing', /Unable to verify secret hash/.test(refused), refused);
  operator.destroy();
}

/** An IAM user may have two keys. Here the embedded cloud is started again with them, which IAM does without. */
async function rotateAppKey(stack: LoadStack, on: Rehearsal, stays: (what: string) => Promise<void>): Promise<void> {
  const old = { id: stack.secrets.appAccessKeyId, secret: stack.secrets.appSecretAccessKey };
  const made = { id: `SELKIE${randomBytes(7).toString('hex').toUpperCase()}`, secret: randomBytes(30).toString('base64url') };
  await stack.restartCloud(async () => undefined, { app: old, other: made });
  on.did('aws iam create-access-key: the app has two');
  await stays('instances with the old key are served');
  await stack.restartInstances({ AWS_ACCESS_KEY_ID: made.id, AWS_SECRET_ACCESS_KEY: made.secret });
  on.did('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY=NEW, instance by instance');
  await stays('instances with the new one as well');
  await stack.restartCloud(async () => undefined, { app: made });
  on.did('aws iam update-access-key --status Inactive, of the old one; delete it a day later');
  await stays('nobody was signed out');
  const ready = await Promise.all(stack.instances.map(({ port }) => settled(async () => (await fetch(`http://127.0.0.1:${port}/api/ready`)).status)));
  on.check('every instance reaches S3, Cognito and Redis', ready.every((status) => status === 200), ready);
  const [byOld, byNew] = [await listsAs(stack, old), await listsAs(stack, made)];
  on.check('the old key opens nothing', byOld === 'InvalidAccessKeyId' && byNew === 'ok', { byOld, byNew });
}

/** What the list that readiness asks for is answered with. */
async function listsAs({ s3: { endpoint, region, bucket: Bucket } }: LoadStack, { id: accessKeyId, secret: secretAccessKey }: AppKey): Promise<string> {
  const client = new S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } });
  return client.send(new ListObjectsV2Command({ Bucket, Prefix: 'probe/', MaxKeys: 1 })).then(() => 'ok', (error: Error) => error.name).finally(() => client.destroy());
}

async function frontStatus(stack: LoadStack, token: string): Promise<number> {
  return (await fetch(stack.frontUrl, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: '["PING"]' })).status;
}
