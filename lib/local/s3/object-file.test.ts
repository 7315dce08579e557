import { expect, test } from 'vitest';
import { computeChecksum } from './checksums.ts';
import { type ObjectMeta, decodeObjectFile, encodeObjectFile } from './object-file.ts';

const data = Buffer.from('some bytes of an object');
const meta: ObjectMeta = {
  key: 'notes/ü.txt',
  size: data.length,
  etag: '0'.repeat(32),
  modifiedMs: 1_000,
  contentType: 'text/plain',
  system: { 'cache-control': 'no-store' },
  user: { mtime: '1.5' },
  checksum: computeChecksum('CRC32', data),
};

test('an object file gives back its metadata and its bytes', () => {
  expect(decodeObjectFile(encodeObjectFile(meta, data))).toEqual({ meta, data });
  const empty = { ...meta, size: 0 };
  expect(decodeObjectFile(encodeObjectFile(empty, Buffer.alloc(0)))).toEqual({ meta: empty, data: Buffer.alloc(0) });
});

test('a file that is cut, longer, or changed in any one byte is not an object', () => {
  const file = encodeObjectFile(meta, data);
  const passed: string[] = [];
  for (let at = 0; at < file.length; at++) {
    const changed = Buffer.from(file);
    changed[at] = (changed[at] ?? 0) ^ 0x20;
    if (decodeObjectFile(changed)) passed.push(`changed at ${at}`);
    if (decodeObjectFile(file.subarray(0, at))) passed.push(`cut at ${at}`);
  }
  if (decodeObjectFile(Buffer.concat([file, Buffer.from('x')]))) passed.push('longer');
  expect(passed).toEqual([]);
});

test('a well-sealed file with metadata of another shape is not an object', () => {
  const broken = { ...meta, size: 'many' } as unknown as ObjectMeta;
  expect(decodeObjectFile(encodeObjectFile(broken, data))).toBe(null);
  expect(decodeObjectFile(encodeObjectFile({ ...meta, size: data.length + 1 }, data))).toBe(null);
});
