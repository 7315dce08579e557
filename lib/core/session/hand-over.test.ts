import { expect, test } from 'vitest';
import { encodeBase64Url, utf8 } from './bytes.ts';
import { signHandOver, verifyHandOver } from './hand-over.ts';
import { createKeyRing } from './key-ring.ts';
import { PROOFS, type SessionFacts } from './session-record.ts';

const ring = createKeyRing(crypto, { current: 1, keys: new Map([[1, new Uint8Array(32).fill(1)]]) });
const foreign = createKeyRing(crypto, { current: 1, keys: new Map([[1, new Uint8Array(32).fill(2)]]) });
const session: SessionFacts = {
  id: 's'.repeat(22), user: { id: 'sub', email: 'ädá@example.com' }, createdAtMs: 1, lastSeenAtMs: 2, expiresAtMs: 3, idleMs: 4, proof: 'password',
  stepUpAtMs: 0, device: 'Firefox on Linux', address: '192.0.2.0/24', groups: ['admin'], remembered: true, generation: 5, hash: 'h'.repeat(43),
};
const binding = { cookieHash: 'c'.repeat(43), method: 'POST', path: '/api/sessions/revoke' };
const made = () => signHandOver(crypto, ring, { session, throughGrace: false }, binding, 10_000);

test('the handler of the same request reads what the middleware found', async () => {
  expect(await verifyHandOver(crypto, ring, await made(), binding, 9_999)).toEqual({ session, throughGrace: false });
  expect(await verifyHandOver(crypto, ring, await made(), { cookieHash: binding.cookieHash }, 0)).toEqual({ session, throughGrace: false });
});

test('a session is handed over by whatever its person came in', async () => {
  for (const proof of PROOFS) {
    const facts = { ...session, proof };
    const header = await signHandOver(crypto, ring, { session: facts, throughGrace: false }, binding, 10_000);
    expect(await verifyHandOver(crypto, ring, header, binding, 0)).toEqual({ session: facts, throughGrace: false });
  }
});

test('for another cookie, method, path or time it says nothing', async () => {
  const header = await made();
  for (const other of [{ cookieHash: 'd'.repeat(43) }, { method: 'GET' }, { path: '/api/audit' }]) {
    expect(await verifyHandOver(crypto, ring, header, { ...binding, ...other }, 0)).toBeUndefined();
  }
  expect(await verifyHandOver(crypto, ring, header, binding, 10_000)).toBeUndefined();
});

test('forged, altered and malformed headers say nothing, and throw nothing', async () => {
  const header = await made();
  const [number, body = '', mac = ''] = header.split('.');
  const richer = encodeBase64Url(utf8(new TextDecoder().decode(Buffer.from(body, 'base64url')).replace('"sub"', '"bob"')));
  const theirs = await signHandOver(crypto, foreign, { session, throughGrace: false }, binding, 10_000);
  const cases = [theirs, `${number}.${richer}.${mac}`, `2.${body}.${mac}`, `${number}.${body}.`, `${number}.${body}`, `${header}x`, 'null', '', null, `1.${'A'.repeat(40)}.${'A'.repeat(43)}`];
  for (const forged of cases) expect([forged, await verifyHandOver(crypto, ring, forged, binding, 0)]).toEqual([forged, undefined]);
});
