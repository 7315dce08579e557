import { expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { formatCommit, parseCommit } from './commit.ts';
import { hashOf } from './sha256.ts';

const format = (content: Uint8Array): Uint8Array | undefined =>
  formatCommit({ repo: 'r'.repeat(22), seq: 2, parent: hashOf('parent'), id: 'i'.repeat(22) }, {
    device: 'here', atMs: 5, root: hashOf('root'), contents: new Map([[hashOf(content), content]]),
    operations: [{ op: 'put', id: 'f1', path: '/home/me/f', mode: 0o644, hash: hashOf(content), size: content.length }],
  });

test('a commit that would be too large is not made', () => {
  let seed = 7;
  const noise = Uint8Array.from({ length: limits.commitMaxBytes }, () => (seed = (seed * 48_271) % 2_147_483_647) & 255);
  expect(format(noise)).toBeUndefined();
  expect(parseCommit(format(new Uint8Array(60_000)) ?? new Uint8Array()).ok).toBe(true);
});
