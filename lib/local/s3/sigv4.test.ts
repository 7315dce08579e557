import { expect, test } from 'vitest';
import { createIam } from '../iam/iam.ts';
import { authenticate } from './authenticate.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { S3Error } from './s3-error.ts';
import { EMPTY_SHA256, sha256Hex } from './sigv4.ts';
import { parseQuery } from './uri.ts';

// The worked examples that AWS publishes, with its example keys:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const keyring = {
  region: 'us-east-1',
  iam: createIam({ rootKeys: new Map([['AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY']]), region: 'us-east-1', now: () => 0 }),
  nowMs: Date.UTC(2013, 4, 24, 0, 0, 0),
};

function example(method: string, path: string, query: string, headers: Record<string, string>, signature: string | null) {
  const all: Record<string, string> = { host: 'examplebucket.s3.amazonaws.com', ...headers };
  const names = Object.keys(all).sort();
  if (signature !== null)
    all['authorization'] =
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names.join(';')},Signature=${signature}`;
  return { method, path, query: parseQuery(query), headers: all, rawHeaders: Object.entries(all).flat() };
}

const common = { 'x-amz-content-sha256': EMPTY_SHA256, 'x-amz-date': '20130524T000000Z' };
const cases = [
  {
    name: 'GET object with a range',
    request: example('GET', '/test.txt', '', { ...common, range: 'bytes=0-9' }, 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'),
  },
  {
    name: 'PUT object with a dollar sign in its key and a Date header',
    request: example(
      'PUT',
      '/test$file.text',
      '',
      {
        ...common,
        'x-amz-content-sha256': sha256Hex('Welcome to Amazon S3.'),
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        date: 'Fri, 24 May 2013 00:00:00 GMT',
      },
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ),
  },
  { name: 'GET bucket lifecycle, a parameter without a value', request: example('GET', '/', 'lifecycle', common, 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543') },
  { name: 'GET bucket with two parameters', request: example('GET', '/', 'prefix=J&max-keys=2', common, '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7') },
];

test.each(cases)("AWS's example verifies: $name", ({ request }) => {
  expect(authenticate(request, keyring)).toMatchObject({ amzDate: '20130524T000000Z', scope: '20130524/us-east-1/s3/aws4_request' });
});

test.each(cases)("AWS's example with another method, path, query or header value is refused: $name", ({ request }) => {
  const changed = [
    { ...request, method: 'DELETE' },
    { ...request, path: `${request.path}x` },
    { ...request, query: [...request.query, ['marker', 'x'] as const] },
    { ...request, rawHeaders: request.rawHeaders.map((text) => (text === 'examplebucket.s3.amazonaws.com' ? 'other.s3.amazonaws.com' : text)) },
  ];
  for (const one of changed) expect(codeOf(() => authenticate(one, keyring))).toBe('SignatureDoesNotMatch');
});

const presigned =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
  '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404';

test("AWS's presigned example verifies for a day, and neither before nor after", () => {
  const request = example('GET', '/test.txt', presigned, {}, null);
  const at = (seconds: number) => codeOf(() => authenticate(request, { ...keyring, nowMs: keyring.nowMs + seconds * 1000 }));
  expect([at(0), at(86_400), at(86_401), at(-15 * 60), at(-15 * 60 - 1)]).toEqual(['none', 'none', 'AccessDenied', 'none', 'AccessDenied']);
  const longer = example('GET', '/test.txt', presigned.replace('86400', '86401'), {}, null);
  expect(codeOf(() => authenticate(longer, keyring))).toBe('SignatureDoesNotMatch');
});

test('a signed request is good for 15 minutes around its date', () => {
  const request = cases[0]?.request ?? expect.fail('no example');
  const at = (seconds: number) => codeOf(() => authenticate(request, { ...keyring, nowMs: keyring.nowMs + seconds * 1000 }));
  expect([at(900), at(901), at(-900), at(-901)]).toEqual(['none', 'RequestTimeTooSkewed', 'none', 'RequestTimeTooSkewed']);
});

test('region, key, scope, anonymity and unsigned headers each get their own refusal', () => {
  const good = cases[0]?.request ?? expect.fail('no example');
  const withAuthorization = (change: (header: string) => string) => ({
    ...good,
    headers: { ...good.headers, authorization: change(good.headers['authorization'] ?? '') },
  });
  const { authorization: _, ...anonymous } = good.headers;
  const { 'x-amz-content-sha256': __, ...hashless } = good.headers;
  const code = (request: typeof good) => codeOf(() => authenticate(request, keyring));
  expect({
    anonymous: code({ ...good, headers: anonymous as typeof good.headers }),
    noHash: code({ ...good, headers: hashless as typeof good.headers }),
    unknownKey: code(withAuthorization((header) => header.replace('AKIAIOSFODNN7EXAMPLE', 'AKIAOTHER'))),
    region: code(withAuthorization((header) => header.replace('us-east-1', 'eu-west-1'))),
    service: code(withAuthorization((header) => header.replace('/s3/', '/iam/'))),
    day: code(withAuthorization((header) => header.replace('20130524/', '20130523/'))),
    noSignature: code(withAuthorization((header) => header.replace(/,Signature=.*/, ''))),
    oldScheme: code(withAuthorization(() => 'AWS AKIAIOSFODNN7EXAMPLE:abc')),
    unsignedHeader: code({ ...good, headers: { ...good.headers, 'x-amz-meta-extra': '1' } }),
    hostUnsigned: code(withAuthorization((header) => header.replace('SignedHeaders=host;', 'SignedHeaders='))),
    sessionToken: code({ ...good, headers: { ...good.headers, 'x-amz-security-token': 't' } }),
    both: code({ ...good, query: parseQuery(presigned) }),
  }).toEqual({
    anonymous: 'AccessDenied',
    noHash: 'MissingSecurityHeader',
    unknownKey: 'InvalidAccessKeyId',
    region: 'AuthorizationHeaderMalformed',
    service: 'AuthorizationHeaderMalformed',
    day: 'AuthorizationHeaderMalformed',
    noSignature: 'AuthorizationHeaderMalformed',
    oldScheme: 'InvalidRequest',
    unsignedHeader: 'AccessDenied',
    hostUnsigned: 'AccessDenied',
    sessionToken: 'InvalidToken',
    both: 'InvalidArgument',
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html: 66,560 letters a in chunks of 64 KiB and 1 KiB.
const letters = Buffer.alloc(66_560, 'a');
const chunkedHeaders = {
  host: 's3.amazonaws.com',
  'x-amz-date': '20130524T000000Z',
  'x-amz-storage-class': 'REDUCED_REDUNDANCY',
  'x-amz-decoded-content-length': '66560',
  'content-encoding': 'aws-chunked',
};

function wireOf(signatures: readonly [string, string, string], end: string): Buffer {
  return Buffer.concat([
    Buffer.from(`10000;chunk-signature=${signatures[0]}\r\n`),
    letters.subarray(0, 65_536),
    Buffer.from(`\r\n400;chunk-signature=${signatures[1]}\r\n`),
    letters.subarray(65_536),
    Buffer.from(`\r\n0;chunk-signature=${signatures[2]}\r\n${end}\r\n`),
  ]);
}

const plain = wireOf(
  [
    'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
    '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
    'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
  ],
  '',
);
const seeded = () =>
  authenticate(
    example(
      'PUT',
      '/examplebucket/chunkObject.txt',
      '',
      { ...chunkedHeaders, 'content-length': '66824', 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    ),
    keyring,
  );

test("AWS's chunked example decodes to its 66,560 bytes", () => {
  const decoded = decodeAwsChunked(plain, { proof: seeded(), decodedLength: 66_560, trailerNames: [] });
  expect(decoded.body.equals(letters)).toBe(true);
  expect(decoded.trailers).toEqual({});
});

test('no single changed byte of a signed chunked body gets through', () => {
  const proof = seeded();
  const step = Math.floor(plain.length / 60);
  for (let at = 0; at < plain.length; at += step) {
    const tampered = Buffer.from(plain);
    tampered[at] = (tampered[at] ?? 0) ^ 1;
    expect(codeOf(() => decodeAwsChunked(tampered, { proof, decodedLength: 66_560, trailerNames: [] })), `byte ${at}`).not.toBe('none');
  }
});

const trailerBody = wireOf(
  [
    'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
    '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
    '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
  ],
  'x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n',
);

test("AWS's example of a signed trailer decodes, and a changed trailer is refused", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
  const proof = authenticate(
    example(
      'PUT',
      '/examplebucket/chunkObject.txt',
      '',
      { ...chunkedHeaders, 'x-amz-trailer': 'x-amz-checksum-crc32c', 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER' },
      '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    ),
    keyring,
  );
  const options = { proof, decodedLength: 66_560, trailerNames: ['x-amz-checksum-crc32c'] };
  expect(decodeAwsChunked(trailerBody, options).trailers).toEqual({ 'x-amz-checksum-crc32c': 'sOO8/Q==' });
  const changed = Buffer.from(trailerBody.toString('latin1').replace('sOO8', 'sOO9'), 'latin1');
  const dropped = Buffer.from(trailerBody.toString('latin1').replace(/x-amz-trailer-signature.*\r\n/, ''), 'latin1');
  expect([codeOf(() => decodeAwsChunked(changed, options)), codeOf(() => decodeAwsChunked(dropped, options))]).toEqual(['SignatureDoesNotMatch', 'MalformedTrailerError']);
});

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    if (error instanceof S3Error) return error.code;
    throw error;
  }
}
