import { deflateSync } from 'fflate';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertyRuns } from '../testing/property-runs.ts';
import { formatCommit, parseCommit } from './commit.ts';
import { ENCODING_DEFLATE, formatEnvelope } from './envelope.ts';
import { hashOf } from './sha256.ts';
import type { Operation } from './tree.ts';

const header = { repo: 'r'.repeat(22), seq: 2, parent: hashOf('parent'), id: 'i'.repeat(22) };
const file = (content: Uint8Array, path: string, id = 'f1'): Operation =>
  ({ op: 'put', id, path, mode: 0o644, hash: hashOf(content), size: content.length });
const format = (contents: Uint8Array[], extra: Operation[] = []): Uint8Array | undefined =>
  formatCommit(header, {
    device: 'here', atMs: 5, root: hashOf('root'),
    operations: [...contents.map((content, index) => file(content, `/home/me/${index}`, `f${index}`)), ...extra],
    contents: new Map(contents.map((content) => [hashOf(content), content])),
  });

test('a commit comes back as it was written, whatever is in it', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }), (contents) => {
      const extra: Operation[] = [
        { op: 'move', id: 'm', path: '/home/me/\u00e9 b' }, { op: 'mode', id: 'm', mode: 0o755 },
        { op: 'directory', id: 'd', path: '/home/me/d', mode: 0o700 }, { op: 'remove', id: 'x' },
      ];
      const parsed = parseCommit(format(contents, extra) ?? new Uint8Array());
      expect(parsed).toMatchObject({
        ok: true,
        value: {
          ...header, device: 'here', atMs: 5, root: hashOf('root'),
          operations: [...contents.map((content, index) => file(content, `/home/me/${index}`, `f${index}`)), ...extra],
          contents: new Map(contents.map((content) => [hashOf(content), content])),
        },
      });
    }),
    { numRuns: propertyRuns(4) },
  );
});

describe('what is not a commit is refused', () => {
  const good = format([new TextEncoder().encode('some text that is not too short')]) ?? new Uint8Array();

  test('cut anywhere, or with any bit turned', () => {
    for (let length = 0; length < good.length; length += 3) expect([length, parseCommit(good.subarray(0, length)).ok]).toEqual([length, false]);
    const survivors: number[] = [];
    for (let at = 0; at < good.length; at += 2) {
      const bent = good.slice();
      bent[at]! ^= 0x10;
      const parsed = parseCommit(bent);
      // The header is text and not self-checking: its parent, repository and id are compared by who reads it.
      if (parsed.ok && JSON.stringify(parsed.value.operations) !== JSON.stringify(parseOk(good).operations)) survivors.push(at);
    }
    expect(survivors).toEqual([]);
  });

  test('a bomb, before it is unpacked', () => {
    const bomb = deflateSync(new Uint8Array(400_000));
    const honest = formatEnvelope({ ...header, length: 400_000 }, ENCODING_DEFLATE, bomb);
    const lying = formatEnvelope({ ...header, length: 1000 }, ENCODING_DEFLATE, bomb);
    expect([parseCommit(honest), parseCommit(lying)]).toEqual([{ ok: false, reason: 'damaged' }, { ok: false, reason: 'damaged' }]);
  });

  test('a newer format, told apart from damage', () => {
    const newer = good.slice();
    newer[4] = 3;
    const encrypted = good.slice();
    encrypted[5] = 7;
    expect([parseCommit(newer), parseCommit(encrypted)]).toEqual([{ ok: false, reason: 'newer' }, { ok: false, reason: 'newer' }]);
  });

  test.each([
    ['a path outside home', { op: 'move', id: 'm', path: '/etc/passwd' }],
    ['a path that climbs', { op: 'move', id: 'm', path: '/home/me/../x' }],
    ['home itself', { op: 'move', id: 'm', path: '/home/me' }],
    ['an id with a separator', { op: 'remove', id: 'a:b' }],
    ['bits that are none', { op: 'mode', id: 'm', mode: 0o7777 }],
    ['an unknown operation', { op: 'format', id: 'm' } as unknown as Operation],
    ['a content that is missing', file(new Uint8Array(3), '/home/me/q')],
  ] as [string, Operation][])('%s', (_, operation) => {
    expect(parseCommit(format([], [operation]) ?? new Uint8Array())).toEqual({ ok: false, reason: 'damaged' });
  });
});

describe('a commit with a link in it', () => {
  const target = new TextEncoder().encode('../elsewhere');
  const link: Operation = { op: 'put', id: 'l', path: '/home/me/l', mode: 0o120777, hash: hashOf(target), size: target.length };
  const withLink = formatCommit(header, { device: 'here', atMs: 5, root: hashOf('root'), operations: [link], contents: new Map([[hashOf(target), target]]) }) ?? new Uint8Array();

  test('is of format 2, which those who know only format 1 call newer; all others stay format 1', () => {
    expect([withLink[4], parseOk(withLink).operations]).toEqual([2, [link]]);
    expect(format([target])?.[4]).toBe(1);
  });

  test('is damaged when it says another format', () => {
    const older = withLink.slice();
    older[4] = 1;
    expect(parseCommit(older)).toEqual({ ok: false, reason: 'damaged' });
  });

  test.each([0o120644, 0o170777, 0o40755, 0o100644])('has no other type bits than those of a link: %o', (mode) => {
    expect(parseCommit(format([], [{ ...link, mode } as Operation]) ?? new Uint8Array())).toEqual({ ok: false, reason: 'damaged' });
  });
});

test('a commit that names a merged text without its bytes is damaged', () => {
  const content = new TextEncoder().encode('x');
  const merge = { id: 'f0', path: '/home/me/0', local: hashOf('gone'), theirs: hashOf('x') };
  const bytes = formatCommit(header, {
    device: 'here', atMs: 5, root: hashOf('root'), operations: [file(content, '/home/me/0')], contents: new Map([[hashOf(content), content]]), merges: [merge],
  });
  expect(parseCommit(bytes ?? new Uint8Array())).toEqual({ ok: false, reason: 'damaged' });
});

function parseOk(bytes: Uint8Array): { operations: Operation[] } {
  const parsed = parseCommit(bytes);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.value;
}
