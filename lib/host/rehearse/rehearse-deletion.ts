import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import type { LoadStack } from '../load/load-stack.ts';
import { copyBucket, keysOf, versionsOf } from './bucket-copy.ts';
import type { Rehearsal } from './rehearsal.ts';
import { createPerson } from './rehearsed-person.ts';

/** A person's data on request: before it all of it is there, afterwards none, anywhere, and nobody else's is touched. */
export async function rehearseDeletion(stack: LoadStack, client: S3Client, copy: string, on: Rehearsal): Promise<void> {
  on.act('Deletion of a person, with proof');
  const { bucket } = stack.s3;
  const [person, other] = [await createPerson(stack), await createPerson(stack)];
  for (const each of [person, other]) {
    each.device.write();
    await each.device.round();
  }
  await copyBucket(client, bucket, copy);
  const prefixes = [`u/${person.userId}/`, `accounts/${person.userId}/`];
  const versions = async () => (await Promise.all(prefixes.map((prefix) => versionsOf(client, bucket, prefix)))).reduce((sum, count) => sum + count, 0);
  const others = async () => (await keysOf(client, bucket, '')).filter((key) => !prefixes.some((prefix) => key.startsWith(prefix))).join('\n');
  const before = await others();
  on.check('before: objects in the bucket, and records in Redis', (await versions()) > 0 && (await recordsOf(stack, person.userId)) > 0);

  on.check('a fresh proof, then the deletion', (await person.stepUp()) === 200 && (await person.deleteAccount()) === 204);
  on.check('no version of any object is left', (await versions()) === 0);
  on.check('nothing in Redis names the person, but for the mark that keeps ended sessions ended, which ends by itself', (await recordsOf(stack, person.userId)) === 0, await recordsOf(stack, person.userId));
  on.check('the account is gone', (await person.signIn()) === 401);
  on.check("nobody else's object was touched", (await others()) === before);
  on.check('and others work on', (await other.device.round()).result === 'synced' && (await other.sessionStatus()) === 200);

  for (const prefix of prefixes) rmSync(join(copy, ...prefix.split('/')), { recursive: true, force: true });
  on.did('removed the person from the back-up: by its two prefixes, u/<id>/ and accounts/<id>/');
  on.check('the back-up no longer has them, and has the others', !readdirSync(join(copy, 'u')).includes(person.userId) && readdirSync(join(copy, 'u')).includes(other.userId));
  person.close();
  other.close();
}

/** Keys that name the person, or hold the person's id. The mark of a deletion (erase-person.ts) is none, if it has an end. */
async function recordsOf(stack: LoadStack, userId: string): Promise<number> {
  const redis = new Redis({ port: stack.redisPort(), username: 'selkie', password: stack.redisPassword() });
  let found = 0;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 500);
    cursor = next;
    for (const key of keys) {
      if (key === `u:${userId}:epoch` && (await redis.pttl(key)) > 0) continue;
      const type = await redis.type(key);
      const content = type === 'hash' ? JSON.stringify(await redis.hgetall(key)) : type === 'string' ? await redis.get(key) : type === 'zset' ? (await redis.zrange(key, 0, -1)).join(' ') : '';
      if (key.includes(userId) || (content ?? '').includes(userId)) found += 1;
    }
  } while (cursor !== '0');
  redis.disconnect();
  return found;
}
