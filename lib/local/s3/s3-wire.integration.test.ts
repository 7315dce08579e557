import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { computeChecksum } from './checksums.ts';
import { type S3Bench, errorCode, startS3Bench } from './testing/s3-bench.ts';
import { presign, signChunked, signHeader } from './testing/sign-request.ts';

let bench: S3Bench;
beforeEach(async () => {
  bench = await startS3Bench();
});
afterEach(() => bench.dispose());

const host = () => ({ host: new URL(bench.url).host });
const put = (key: string, body: string | Buffer, headers: Record<string, string> = {}) => bench.call('PUT', `/selkie-test/${key}`, { body, headers });
const get = (key: string) => bench.call('GET', `/selkie-test/${key}`);

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function objectPath(key: string): string {
  const name = createHash('sha256').update(key).digest('hex');
  return join(bench.dataDir, 'selkie-test', 'objects', name.slice(0, 2), name.slice(2, 4), name);
}

test('keys that look like paths stay inside the bucket, or are refused as AWS refuses them', async () => {
  const statuses: Record<string, string> = {};
  for (const key of ['../escape', '%2e%2e/escape', '..%2f..%2fescape', 'a/../../escape', 'a%00b', '%2Fetc%2Fpasswd', 'a/../b', './c', 'C:%5Cwindows', 'con']) {
    const reply = await put(key, 'x');
    statuses[key] = reply.status === 200 ? (await get(key)).body.toString() : errorCode(reply);
  }
  expect(statuses).toEqual({
    '../escape': 'InvalidURI',
    '%2e%2e/escape': 'InvalidURI',
    '..%2f..%2fescape': 'InvalidURI',
    'a/../../escape': 'InvalidURI',
    'a%00b': 'InvalidURI',
    '%2Fetc%2Fpasswd': 'x',
    'a/../b': 'x',
    './c': 'x',
    'C:%5Cwindows': 'x',
    con: 'x',
  });
  const stored = await filesUnder(bench.dataDir);
  expect(stored.filter((path) => !/\/selkie-test\/objects\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(path))).toEqual([]);
  expect(stored.length).toBe(5);
});

test('a bucket that looks like a path is refused', async () => {
  const codes = await Promise.all(['/../etc/passwd', '/%2e%2e/etc', '/..%2fselkie-test/k', '/selkie-test%2f..%2f..%2fx'].map(async (target) => errorCode(await bench.call('GET', target))));
  expect(codes).toEqual(['InvalidBucketName', 'InvalidBucketName', 'InvalidBucketName', 'InvalidURI']);
});

test('a changed signature, body, header or target is refused and stores nothing', async () => {
  const signed = () => signHeader(bench.signer(), { method: 'PUT', target: '/selkie-test/k', headers: { ...host(), 'content-length': '4', 'x-amz-meta-a': '1' }, body: Buffer.from('good') });
  const base = signed();
  const replies = {
    signature: await bench.send({ ...base, headers: { ...base.headers, authorization: (base.headers['authorization'] ?? '').replace(/.$/, (last) => (last === '0' ? '1' : '0')) } }),
    body: await bench.send({ ...base, body: Buffer.from('evil') }),
    header: await bench.send({ ...base, headers: { ...base.headers, 'x-amz-meta-a': '2' } }),
    target: await bench.send({ ...base, target: '/selkie-test/other' }),
    unsignedHeader: await bench.send({ ...base, headers: { ...base.headers, 'x-amz-meta-b': '1' } }),
    anonymous: await bench.send({ ...base, headers: { ...host(), 'content-length': '4' } }),
  };
  expect(Object.fromEntries(Object.entries(replies).map(([name, reply]) => [name, `${reply.status} ${errorCode(reply)}`]))).toEqual({
    signature: '403 SignatureDoesNotMatch',
    body: '400 XAmzContentSHA256Mismatch',
    header: '403 SignatureDoesNotMatch',
    target: '403 SignatureDoesNotMatch',
    unsignedHeader: '403 AccessDenied',
    anonymous: '403 AccessDenied',
  });
  expect(await filesUnder(bench.dataDir)).toEqual([]);
  expect((await bench.send(base)).status).toBe(200);
});

test('a request that is replayed 16 minutes later is refused', async () => {
  const began = Date.now();
  bench.setNow(began);
  const request = signHeader(bench.signer(), { method: 'GET', target: '/selkie-test', headers: host(), body: Buffer.alloc(0) });
  expect((await bench.send(request)).status).toBe(200);
  bench.setNow(began + 16 * 60_000);
  const replay = await bench.send(request);
  expect([replay.status, errorCode(replay)]).toEqual([403, 'RequestTimeTooSkewed']);
});

test('a presigned address works for its key, method and time, and for no other', async () => {
  const began = Date.now();
  bench.setNow(began);
  const upload = presign(bench.signer(), { method: 'PUT', target: '/selkie-test/a%20b', headers: { ...host(), 'content-length': '5' }, body: Buffer.from('hello') }, 60);
  const download = presign(bench.signer(), { method: 'GET', target: '/selkie-test/a%20b', headers: host(), body: Buffer.alloc(0) }, 60);
  expect((await bench.send(upload)).status).toBe(200);
  expect((await bench.send(download)).body.toString()).toBe('hello');
  const asDelete = await bench.send({ ...download, method: 'DELETE' });
  const otherKey = await bench.send({ ...download, target: download.target.replace('a%20b', 'ab') });
  const longer = await bench.send({ ...download, target: download.target.replace('Expires=60', 'Expires=600') });
  bench.setNow(began + 61_000);
  const late = await bench.send(download);
  expect([asDelete, otherKey, longer, late].map(errorCode)).toEqual(['SignatureDoesNotMatch', 'SignatureDoesNotMatch', 'SignatureDoesNotMatch', 'AccessDenied']);
});

test('each way to send chunks is stored as the bytes that were meant; a tampered chunk is refused', async () => {
  const body = Buffer.alloc(40_000, 'chunk of a selkie ');
  const crc = computeChecksum('CRC32', body).value;
  const trailers = [['x-amz-checksum-crc32', crc]] as const;
  const outcomes: Record<string, unknown> = {};
  for (const [name, upload] of Object.entries({
    signed: { signed: true, chunkBytes: 16_384, trailers: [] },
    signedTrailer: { signed: true, chunkBytes: 16_384, trailers },
    unsignedTrailer: { signed: false, chunkBytes: 16_384, trailers },
    wrongTrailer: { signed: false, chunkBytes: 16_384, trailers: [['x-amz-checksum-crc32', 'AAAAAA==']] as const },
  })) {
    const wire = signChunked(bench.signer(), { method: 'PUT', target: `/selkie-test/${name}`, headers: { ...host(), 'content-encoding': 'aws-chunked,gzip' }, body }, upload);
    const tampered = Buffer.from(wire.body);
    tampered.write('X', 20_000);
    const lengthOf = (bytes: Buffer) => ({ ...wire.headers, 'content-length': String(bytes.length) });
    const bad = await bench.send({ ...wire, headers: lengthOf(tampered), body: tampered });
    const good = await bench.send({ ...wire, headers: lengthOf(wire.body) });
    const back = await get(name);
    outcomes[name] = [errorCode(bad), good.status, back.status === 200 && back.body.equals(body), back.headers['content-encoding']];
  }
  expect(outcomes).toEqual({
    signed: ['SignatureDoesNotMatch', 200, true, 'gzip'],
    signedTrailer: ['SignatureDoesNotMatch', 200, true, 'gzip'],
    unsignedTrailer: ['BadDigest', 200, true, 'gzip'],
    wrongTrailer: ['BadDigest', 400, false, undefined],
  });
});

test('what is not done here answers 501, never something that looks right', async () => {
  const replies = await Promise.all([
    bench.call('GET', '/selkie-test/k?acl'),
    bench.call('POST', '/selkie-test/k?uploads'),
    bench.call('PUT', '/selkie-test?policy', { body: '{}' }),
    bench.call('DELETE', '/selkie-test'),
    bench.call('GET', '/selkie-test/k?versionId=1'),
    put('k', 'x', { 'x-amz-tagging': 'a=b' }),
    put('k', 'x', { 'x-amz-acl': 'public-read' }),
    put('k', 'x', { 'x-amz-server-side-encryption': 'aws:kms' }),
    put('k', 'x', { 'if-none-match': '"etag"' }),
  ]);
  expect(replies.map((reply) => `${reply.status} ${errorCode(reply)}`)).toEqual(replies.map(() => '501 NotImplemented'));
  expect(await filesUnder(bench.dataDir)).toEqual([]);
});

test('limits: key length, metadata size, content length', async () => {
  const longKey = await put('k'.repeat(1025), 'x');
  const metadata = await put('k', 'x', { 'x-amz-meta-a': 'v'.repeat(2048) });
  const unsized = await bench.send(signHeader(bench.signer(), { method: 'PUT', target: '/selkie-test/k', headers: { ...host(), 'transfer-encoding': 'chunked' }, body: Buffer.from('x') }));
  expect([longKey, metadata, unsized].map((reply) => `${reply.status} ${errorCode(reply)}`)).toEqual(['400 KeyTooLongError', '400 MetadataTooLarge', '411 MissingContentLength']);
});

test('everything is there after a restart: bytes, metadata, times, order, conditions', async () => {
  bench.setNow(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  for (const key of ['b', 'a/2', 'a/1']) await put(key, `bytes of ${key}`, { 'content-type': 'text/plain', 'x-amz-meta-mtime': '12.5' });
  await put('b', 'newer');
  await put('gone', 'x');
  await bench.call('DELETE', '/selkie-test/gone');
  const look = async () => {
    const list = (await bench.call('GET', '/selkie-test?list-type=2')).body.toString();
    const one = await get('a/1');
    return { list, body: one.body.toString(), type: one.headers['content-type'], mtime: one.headers['x-amz-meta-mtime'], modified: one.headers['last-modified'], etag: one.headers['etag'] };
  };
  const before = await look();
  await bench.restart();
  expect(await look()).toEqual(before);
  expect(before.modified).toBe('Fri, 02 Jan 2026 03:04:05 GMT');
  expect([...before.list.matchAll(/<Key>([^<]*)/g)].map(([, key]) => key)).toEqual(['a/1', 'a/2', 'b']);
  expect((await get('b')).body.toString()).toBe('newer');
  expect(errorCode(await put('b', 'again', { 'if-none-match': '*' }))).toBe('PreconditionFailed');
  expect(bench.warnings).toEqual([]);
});

test('what a crash leaves half-written is not an object and is swept away at start', async () => {
  await put('k', 'old');
  await bench.stop();
  const incoming = join(bench.dataDir, 'selkie-test', 'incoming', 'left-by-a-crash');
  await writeFile(incoming, (await readFile(objectPath('k'))).subarray(0, 20));
  await bench.start();
  expect((await get('k')).body.toString()).toBe('old');
  expect(await filesUnder(join(bench.dataDir, 'selkie-test', 'incoming'))).toEqual([]);
  expect(bench.warnings).toEqual([]);
});

test('damaged objects are set aside with a sentence each, and the rest opens', async () => {
  for (const key of ['whole', 'cut', 'flipped', 'empty', 'moved']) await put(key, `bytes of ${key}`);
  await bench.stop();
  await truncate(objectPath('cut'), 30);
  await truncate(objectPath('empty'), 0);
  const flipped = await readFile(objectPath('flipped'));
  flipped[flipped.length - 40] = (flipped[flipped.length - 40] ?? 0) ^ 1;
  await writeFile(objectPath('flipped'), flipped);
  // A whole file under another key's name must not answer for that key.
  await mkdir(dirname(objectPath('other')), { recursive: true });
  await writeFile(objectPath('other'), await readFile(objectPath('moved')));
  await bench.start();
  expect(await Promise.all(['whole', 'cut', 'flipped', 'empty', 'moved', 'other'].map(async (key) => (await get(key)).status))).toEqual([200, 404, 404, 404, 200, 404]);
  const aside = (await filesUnder(bench.dataDir)).filter((path) => path.endsWith('.corrupt'));
  expect(aside.sort()).toEqual(['cut', 'flipped', 'empty', 'other'].map((key) => `${objectPath(key)}.corrupt`).sort());
  expect(bench.warnings.length).toBe(4);
  expect(bench.warnings.every((sentence) => /^The stored object objects\/.* is damaged and was set aside as .*\.corrupt; the bucket opens without it\.$/.test(sentence))).toBe(true);
  // It says so once: what was set aside stays aside.
  await bench.restart();
  expect(bench.warnings.length).toBe(4);
  expect((await put('cut', 'new', { 'if-none-match': '*' })).status).toBe(200);
});

test('readers see the old object or the new one, never a mix, while it is replaced', async () => {
  const versions = ['a', 'b'].map((letter) => Buffer.alloc(200_000, letter));
  const etags = versions.map((bytes) => `"${createHash('md5').update(bytes).digest('hex')}"`);
  await put('k', versions[0] ?? '');
  let writing = true;
  const writer = (async () => {
    for (let round = 0; round < 30; round++) await put('k', versions[(round + 1) % 2] ?? '');
    writing = false;
  })();
  const mixed: string[] = [];
  let reads = 0;
  while (writing) {
    const { body, headers } = await get('k');
    const at = versions.findIndex((bytes) => bytes.equals(body));
    if (at < 0 || headers['etag'] !== etags[at]) mixed.push(String(headers['etag']));
    reads++;
  }
  await writer;
  expect(mixed).toEqual([]);
  expect(reads).toBeGreaterThan(5);
});
