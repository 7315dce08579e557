import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { LoadStack } from '../load/load-stack.ts';
import { copyBucket, restoreBucket } from './bucket-copy.ts';
import type { Rehearsal } from './rehearsal.ts';
import { sees } from './rehearse-redis.ts';
import { createPerson } from './rehearsed-person.ts';

/** The bucket: copied while in use, lost, put back; what was written after the copy comes back from the browsers. */
export async function rehearseBucket(stack: LoadStack, client: S3Client, folder: string, on: Rehearsal): Promise<string> {
  on.act('The bucket: back-up, loss, restore');
  const { bucket } = stack.s3;
  const [person, other] = [await createPerson(stack), await createPerson(stack)];
  for (const each of [person, other]) {
    each.device.write();
    await each.device.round();
  }
  const copy = join(folder, 'bucket-copy');
  const { objects, bytes } = await copyBucket(client, bucket, copy);
  on.did(`copied ${objects} objects, ${bytes} bytes, while people work`);
  person.device.write();
  on.check('somebody writes on after the copy', (await person.device.round()).result === 'synced');

  for (const instance of stack.instances) await instance.stop();
  await stack.restartCloud(async () => rmSync(join(stack.folders.cloud, 's3'), { recursive: true, force: true }));
  on.did('stopped the app; the bucket is lost');
  const { created } = await restoreBucket(client, bucket, copy);
  on.check('the copy is back, object for object', created === objects, created);
  const again = await restoreBucket(client, bucket, copy);
  on.check('doing it twice changes nothing', again.created === 0 && again.kept === objects, again);
  for (const instance of stack.instances) await instance.start();
  on.did('started the app');

  on.check('who had written nothing since goes on as if nothing had been', (await other.device.round()).result === 'synced');
  const stopped = await person.device.round();
  on.check('a browser that has seen more than the store stops, and touches neither side', stopped.result === 'stopped' && stopped.reason === 'rolled-back', stopped);
  on.check("the person's word (`sync rejoin`) goes on from what both have", (await person.device.rejoin()).result === 'synced' && (await person.device.round()).result === 'synced');
  on.check('and what was written after the copy is in the store again', person.device.written.size === 2 && (await sees(person.newDevice(), new Set(person.device.written.keys()))));
  person.close();
  other.close();
  return copy;
}
