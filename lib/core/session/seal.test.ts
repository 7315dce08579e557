import { sealData, unsealData } from 'iron-session';
import { beforeAll, expect, test } from 'vitest';
import * as limits from '../limits.ts';
import { createKeyRing } from './key-ring.ts';
import { deviceSealContent, isSealShape, openDeviceSeal, openSessionSeal, sessionSealContent, type SessionSeal, type Unseal } from './seal.ts';

const content: SessionSeal = { id: 'i'.repeat(43), dataKey: 'k'.repeat(43), expiresAtSeconds: 4_000_000_000 };
const now = 1_800_000_000_000;
const key = (fill: number) => new Uint8Array(32).fill(fill);
const ring = createKeyRing(crypto, { current: 2, keys: new Map([[1, key(1)], [2, key(2)]]) });
const onlyOld = createKeyRing(crypto, { current: 1, keys: new Map([[1, key(1)]]) });
const onlyNew = createKeyRing(crypto, { current: 2, keys: new Map([[2, key(2)]]) });
const unsealWith = (keys: typeof ring, purpose: 'seal-session' | 'seal-device' = 'seal-session'): Unseal =>
  async (value) => unsealData(value, { password: await keys.passwords(purpose), ttl: 0 });
const sealWith = async (keys: typeof ring, what: unknown, ttl = 0) => sealData(what, { password: await keys.passwords('seal-session'), ttl });

let seal = '';
beforeAll(async () => {
  seal = await sealWith(ring, sessionSealContent(content));
});

test('a session seal opens to what was sealed, and fits the bound of a cookie', async () => {
  expect(seal.length).toBeLessThan(limits.sealMaxBytes - '__Host-Http-sid='.length);
  expect(await openSessionSeal(seal, unsealWith(ring), now)).toEqual(content);
});

test('a seal of an older key opens while the key is kept, and not after', async () => {
  const old = await sealWith(onlyOld, sessionSealContent(content));
  expect(await openSessionSeal(old, unsealWith(ring), now)).toEqual(content);
  expect(await openSessionSeal(old, unsealWith(onlyNew), now)).toBeUndefined();
});

test('appended, cut, altered, foreign or oversized values are no session, and never an error', async () => {
  const cases = [
    `${seal}x`, `${seal}~2`, `${seal} `, seal.slice(0, -1), seal.slice(0, 40), '', `x${seal}`, seal.replace('~2', '~1'), seal.replace('~2', ''),
    seal.replace('Fe26.2*2*', 'Fe26.2*1*'), seal.replace('Fe26.2', 'Fe26.1'), 'Fe26.2***********~2', '{}', '%00', 'a'.repeat(5_000),
  ];
  for (const value of cases) expect([value.slice(0, 60), await openSessionSeal(value, unsealWith(ring), now)]).toEqual([value.slice(0, 60), undefined]);
  expect(await openSessionSeal(undefined, unsealWith(ring), now)).toBeUndefined();
});

test('flipping any one character of a seal closes it', async () => {
  const tries = Array.from({ length: 40 }, (_, i) => Math.floor((i * seal.length) / 40));
  for (const at of tries) {
    const flipped = `${seal.slice(0, at)}${seal[at] === 'A' ? 'B' : 'A'}${seal.slice(at + 1)}`;
    expect([at, await openSessionSeal(flipped, unsealWith(ring), now)]).toEqual([at, undefined]);
  }
});

test('a genuine seal around other content is refused: version, sizes, extra parts, an object', async () => {
  const [version, id, dataKey, expires] = sessionSealContent(content) as unknown[];
  for (const other of [[2, id, dataKey, expires], [version, 'short', dataKey, expires], [version, id, dataKey, expires, 1], [version, id, dataKey, 'soon'], { id }, null]) {
    expect(await openSessionSeal(await sealWith(ring, other), unsealWith(ring), now)).toBeUndefined();
  }
});

test('iron-session writes an expiry of its own when given a ttl: such a seal is not ours', async () => {
  expect(isSealShape(await sealWith(ring, sessionSealContent(content), 60))).toBe(false);
});

test('past the absolute end a seal is no session', async () => {
  expect(await openSessionSeal(seal, unsealWith(ring), content.expiresAtSeconds * 1000)).toBeUndefined();
  expect(await openSessionSeal(seal, unsealWith(ring), content.expiresAtSeconds * 1000 - 1)).toEqual(content);
});

test('a device seal proves nothing else: it opens as a device only', async () => {
  const password = await ring.passwords('seal-device');
  const device = await sealData(deviceSealContent({ id: 'd'.repeat(22), account: 'a'.repeat(43) }), { password, ttl: 0 });
  expect(await openDeviceSeal(device, unsealWith(ring, 'seal-device'))).toEqual({ id: 'd'.repeat(22), account: 'a'.repeat(43) });
  expect(await openSessionSeal(device, unsealWith(ring), now)).toBeUndefined();
  expect(await openDeviceSeal(seal, unsealWith(ring, 'seal-device'))).toBeUndefined();
});
