import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { LoadStack } from '../load/load-stack.ts';
import { copyPrefix, keysOf } from './bucket-copy.ts';
import type { Rehearsal } from './rehearsal.ts';
import { createPerson } from './rehearsed-person.ts';
import { sees } from './rehearse-redis.ts';

/**
 * The user pool, lost: people, passwords, passkeys and authenticator apps are gone and can't be put back, for Cognito gives none of
 * them out and gives every person a new id. The files are there, under the old ids, and are given to their owners by hand.
 */
export async function rehearseUserPool(stack: LoadStack, client: S3Client, on: Rehearsal): Promise<void> {
  on.act('The user pool: loss, and files under a new id');
  const { bucket } = stack.s3;
  const [before, other] = [await createPerson(stack), await createPerson(stack)];
  for (const each of [before, other]) {
    each.device.write();
    await each.device.round();
  }

  for (const instance of stack.instances) await instance.stop();
  await stack.restartRedis(() => stack.restartCloud(async () => rmSync(join(stack.folders.cloud, 'cognito'), { recursive: true, force: true })));
  // The client secret of the rotation went with the old pool.
  await stack.restartInstances({ COGNITO_CLIENT_SECRET: stack.secrets.cognitoClientSecret });
  on.did('lost the user pool; there is a new one, without anybody, and the instances have its client\'s id and secret');
  const refused = await before.signIn();
  on.check('the password is of no use any more', refused === 401, refused);

  const after = await createPerson(stack, before.account);
  on.check('the person signs up again, with the same address, and has another id', after.userId !== before.userId);
  on.check('and no files', (await after.device.round()).result === 'synced' && after.device.paths().size === 0);

  const theirs = await keysOf(client, bucket, `u/${other.userId}/`);
  const { created } = await copyPrefix(client, bucket, `u/${before.userId}/`, `u/${after.userId}/`);
  on.did(`copied ${created} objects from u/<old id>/ to u/<new id>/, the oldest commit first`);
  const again = await copyPrefix(client, bucket, `u/${before.userId}/`, `u/${after.userId}/`);
  on.check('doing it twice changes nothing', again.created === 0 && again.kept === created, again);
  const device = after.newDevice();
  on.check('a browser of theirs has every file', await sees(device, new Set(before.device.written.keys())), [...device.paths()]);
  device.write();
  on.check('and goes on writing', (await device.round()).result === 'synced');
  on.check('nobody else’s objects were touched', (await keysOf(client, bucket, `u/${other.userId}/`)).join() === theirs.join());
  for (const each of [before, other, after]) each.close();
}
