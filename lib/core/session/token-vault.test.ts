import * as v from 'valibot';
import { expect, test } from 'vitest';
import { encodeBase64Url } from './bytes.ts';
import { createKeyRing } from './key-ring.ts';
import { lockVault, openVault } from './token-vault.ts';

const schema = v.object({ refreshToken: v.string() });
const content = { refreshToken: 'the-refresh-token' };
const bytes = (fill: number) => new Uint8Array(32).fill(fill);
const dataKey = encodeBase64Url(bytes(9));
const one = createKeyRing(crypto, { current: 1, keys: new Map([[1, bytes(1)]]) });
const both = createKeyRing(crypto, { current: 2, keys: new Map([[1, bytes(1)], [2, bytes(2)]]) });

test('an envelope opens with its data key, its session and its pepper, also after the pepper was rotated', async () => {
  const envelope = await lockVault(crypto, one, dataKey, 'hash', content);
  expect(envelope).toMatch(/^1\.1\.[\w-]{16}\.[\w-]+$/);
  expect(envelope).not.toContain('refresh');
  expect(await openVault(crypto, both, dataKey, 'hash', envelope, schema)).toEqual(content);
  expect(await lockVault(crypto, both, dataKey, 'hash', content)).toMatch(/^1\.2\./);
});

test('with any one of the parts missing or of another session it stays shut', async () => {
  const envelope = await lockVault(crypto, both, dataKey, 'hash', content);
  const other = createKeyRing(crypto, { current: 2, keys: new Map([[2, bytes(3)]]) });
  const letter = envelope.at(-5) === 'A' ? 'B' : 'A';
  const attempts = [
    openVault(crypto, both, encodeBase64Url(bytes(8)), 'hash', envelope, schema),
    openVault(crypto, both, 'short', 'hash', envelope, schema),
    openVault(crypto, both, dataKey, 'another', envelope, schema),
    openVault(crypto, other, dataKey, 'hash', envelope, schema),
    openVault(crypto, one, dataKey, 'hash', envelope, schema),
    openVault(crypto, both, dataKey, 'hash', envelope.replace(/^1\.2/, '1.1'), schema),
    openVault(crypto, both, dataKey, 'hash', `${envelope.slice(0, -5)}${letter}${envelope.slice(-4)}`, schema),
    openVault(crypto, both, dataKey, 'hash', '', schema),
    openVault(crypto, both, dataKey, 'hash', envelope, v.object({ other: v.string() })),
  ];
  expect(await Promise.all(attempts)).toEqual(attempts.map(() => undefined));
});
