import { GetObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { readObject } from './read-object.ts';

/** A store that answers as it is told, one answer a request. */
function answering(...answers: Array<string | string[] | Uint8Array>): { client: S3Client; asked: string[] } {
  const asked: string[] = [];
  const send = async (command: unknown): Promise<unknown> => {
    asked.push(command instanceof GetObjectCommand ? 'get' : 'list');
    const answer = answers.shift()!;
    if (typeof answer === 'string') throw new S3ServiceException({ name: answer, $fault: 'client', $metadata: { httpStatusCode: 403 } });
    if (Array.isArray(answer)) return { Contents: answer.map((Key) => ({ Key })) };
    return { ContentLength: answer.length, Body: { transformToByteArray: async () => answer } };
  };
  return { client: { send } as unknown as S3Client, asked };
}
const bytes = Uint8Array.of(1, 2, 3);

test.each<[what: string, answers: Parameters<typeof answering>, outcome: unknown, asked: string[]]>([
  ['that is there', [bytes], bytes, ['get']],
  ['that is said not to be there', ['NoSuchKey'], undefined, ['get']],
  ['that is denied and not listed', ['AccessDenied', []], undefined, ['get', 'list']],
  ['that is denied, where a longer key is listed', ['AccessDenied', ['k2']], undefined, ['get', 'list']],
  ['that came between the two questions', ['AccessDenied', ['k'], bytes], bytes, ['get', 'list', 'get']],
])('an object %s', async (_, answers, outcome, asked) => {
  const store = answering(...answers);
  expect([await readObject(store.client, 'b', 'k', 10, () => ({ abortSignal: AbortSignal.abort() })), store.asked]).toEqual([outcome, asked]);
});

test.each<[what: string, answers: Parameters<typeof answering>, name: string]>([
  ['denied, as is the listing', ['AccessDenied', 'AccessDenied'], 'AccessDenied'],
  ['denied though it is listed', ['AccessDenied', ['k'], 'AccessDenied'], 'AccessDenied'],
  ['in a bucket that is gone', ['NoSuchBucket'], 'NoSuchBucket'],
  ['behind ended credentials', ['ExpiredToken'], 'ExpiredToken'],
  ['denied, and the listing fails', ['AccessDenied', 'InternalError'], 'InternalError'],
])('an object %s is never taken for missing', async (_, answers, name) => {
  await expect(readObject(answering(...answers).client, 'b', 'k', 10, () => ({ abortSignal: AbortSignal.abort() }))).rejects.toMatchObject({ name });
});

test('an object larger than any of ours is not read', async () => {
  await expect(readObject(answering(bytes).client, 'b', 'k', 2, () => ({ abortSignal: AbortSignal.abort() }))).rejects.toThrow('not an object of ours');
});
