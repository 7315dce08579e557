import { expect, test } from 'vitest';
import { computeChecksum, verifyChecksums } from './checksums.ts';
import { crc32, crc32c, crc64nvme } from './crc.ts';
import { S3Error } from './s3-error.ts';

const digits = Buffer.from('123456789');

test('each CRC gives its catalogued check value', () => {
  // https://reveng.sourceforge.io/crc-catalogue/all.htm: CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME.
  expect([crc32(digits), crc32c(digits), crc64nvme(digits)].map((crc) => crc.toString('hex'))).toEqual(['cbf43926', 'e3069283', 'ae8b14860a799888']);
});

test('the checksum that the sender gave is proven and handed back, from a header or a trailer', () => {
  for (const algorithm of ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const) {
    const checksum = computeChecksum(algorithm, digits);
    const header = { [`x-amz-checksum-${algorithm.toLowerCase()}`]: checksum.value, 'x-amz-sdk-checksum-algorithm': algorithm };
    expect(verifyChecksums(digits, header, {})).toEqual(checksum);
    expect(verifyChecksums(digits, {}, header)).toEqual(checksum);
    expect(codeOf(() => verifyChecksums(Buffer.from('12345678X'), header, {}))).toBe('BadDigest');
  }
  expect(verifyChecksums(digits, { 'content-md5': 'JfnnlDI7RTiF9RgfG2JNCw==' }, {})).toBe(null);
});

test('a claim that makes no sense is refused with its own code', () => {
  const code = (headers: Record<string, string>) => codeOf(() => verifyChecksums(digits, headers, {}));
  expect({
    otherMd5: code({ 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
    notMd5: code({ 'content-md5': 'abc' }),
    notBase64: code({ 'x-amz-checksum-crc32': 'y/Q5Jg=' }),
    tooShort: code({ 'x-amz-checksum-crc32': 'y/Q5' }),
    two: code({ 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-crc32c': '4waSgw==' }),
    announcedOnly: code({ 'x-amz-sdk-checksum-algorithm': 'CRC32' }),
    announcedOther: code({ 'x-amz-sdk-checksum-algorithm': 'SHA256', 'x-amz-checksum-crc32': 'y/Q5Jg==' }),
    unknown: code({ 'x-amz-sdk-checksum-algorithm': 'XXH3' }),
  }).toEqual({
    otherMd5: 'BadDigest',
    notMd5: 'InvalidDigest',
    notBase64: 'InvalidRequest',
    tooShort: 'InvalidRequest',
    two: 'InvalidRequest',
    announcedOnly: 'InvalidRequest',
    announcedOther: 'InvalidRequest',
    unknown: 'InvalidRequest',
  });
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
