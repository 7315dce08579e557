import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../core/sync/serve-log.ts';
import { isCreateOnly } from './store-probe.ts';

/** A store that gives these answers to creates, one after the other. */
async function probeOf(...answers: readonly [status: number, code: string][]): Promise<boolean> {
  const left = [...answers];
  const server = createServer((incoming, outgoing) => {
    incoming.resume().once('end', () => {
      const [status, code] = left.shift()!;
      outgoing.writeHead(status, { 'content-type': 'application/xml' }).end(status === 200 ? '' : `<Error><Code>${code}</Code><Message>no</Message></Error>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new S3Client({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: 'us-east-1', forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  try {
    return await isCreateOnly(client, 'bucket');
  } finally {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test.each<[string, boolean, readonly [number, string][]]>([
  ['refuses the second create', true, [[200, ''], [412, 'PreconditionFailed']]],
  ['has had the key for long', true, [[412, 'PreconditionFailed'], [412, 'PreconditionFailed']]],
  ['overwrites', false, [[200, ''], [200, '']]],
  ['can do no conditional writes', false, [[501, 'NotImplemented']]],
])('a store that %s: %s', async (_name, expected, answers) => {
  expect(await probeOf(...answers)).toBe(expected);
});

test.each<[string, readonly [number, string][]]>([
  ['is in trouble', [[200, ''], [503, 'SlowDown']]],
  ['refuses the app', [[403, 'AccessDenied']]],
])('a store that %s has not said anything', async (_name, answers) => {
  await expect(probeOf(...answers)).rejects.toThrow(StoreUnavailable);
});
