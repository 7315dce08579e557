import { afterEach, expect, test, vi } from 'vitest';
import { abortPasskey, autofillWorks, discoverPasskey, passkeysWork, registerPasskey, usePasskey } from './passkey.ts';
import { stubPasskeys } from './test-passkeys.ts';

afterEach(() => vi.unstubAllGlobals());

const SIGN_IN = { challenge: 'c2VydmVy', allowCredentials: [{ id: 'a2V5LTE', type: 'public-key' }] };
const REGISTER = { challenge: 'c2VydmVy', rp: { id: 'localhost', name: 'Selkie' }, user: { id: 'dXNlcg', name: 'ann', displayName: 'ann' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }] };

test('a passkey signs the server\'s challenge, and one is made for it', async () => {
  const asked = stubPasskeys([{ user: 'ann' }, { user: 'ann' }]);
  expect(await usePasskey(SIGN_IN)).toMatchObject({ kind: 'signed', credential: { id: 'a2V5LTE', type: 'public-key', response: { signature: 'c2lnbmVk', userHandle: 'YW5u' } } });
  expect(await registerPasskey(REGISTER)).toMatchObject({ kind: 'made', credential: { id: 'a2V5LTE', response: { attestationObject: 'b2JqZWN0', transports: ['internal'] } } });
  expect(asked).toEqual(['get challenge=c2VydmVy allowed=1', 'create challenge=c2VydmVy allowed=0']);
});

test('discovery names whose passkey it is, with another throwaway challenge each time', async () => {
  const asked = stubPasskeys([{ user: 'ann' }, { user: 'ann' }, { user: '' }]);
  expect([await discoverPasskey(), await discoverPasskey()]).toEqual([{ kind: 'found', user: 'YW5u' }, { kind: 'found', user: 'YW5u' }]);
  expect(await discoverPasskey()).toEqual({ kind: 'failed', message: 'That key does not say whose it is; type your address first.' });
  expect(new Set(asked).size).toBe(3);
  for (const line of asked) expect(line).toMatch(/^get challenge=[\w-]{43} allowed=0$/);
});

test('what a person does is no failure, and every failure has one sentence; nothing is thrown', async () => {
  vi.stubGlobal('location', { hostname: 'localhost' });
  const names = ['NotAllowedError', 'AbortError', 'InvalidStateError', 'ConstraintError', 'SecurityError', 'UnknownError'];
  stubPasskeys(names.map((error) => ({ error })));
  const outcomes = [];
  for (const _ of names) outcomes.push(await registerPasskey(REGISTER));
  expect(outcomes.map((outcome) => ('message' in outcome ? outcome.message.split(' ').slice(0, 4).join(' ') : outcome.kind))).toEqual([
    'cancelled', 'cancelled', 'This device holds a', 'This device cannot make', 'Passkeys belong to another', 'The passkey did not',
  ]);
  expect(await registerPasskey({ challenge: 'c2VydmVy' })).toMatchObject({ kind: 'failed' });
});

test('a browser without passkeys says so to each question', async () => {
  vi.stubGlobal('PublicKeyCredential', undefined);
  expect([passkeysWork(), await autofillWorks()]).toEqual([false, false]);
  const failed = { kind: 'failed', message: 'This browser cannot use passkeys; use your password instead.' };
  expect([await usePasskey(SIGN_IN), await registerPasskey(REGISTER), await discoverPasskey()]).toEqual([failed, failed, failed]);
});

test('a request that is aborted, or overtaken by another, answers cancelled', async () => {
  stubPasskeys([]);
  let started = 0;
  vi.stubGlobal('navigator', {
    credentials: {
      get: ({ signal }: { signal: AbortSignal }) => new Promise((_resolve, reject) => {
        started += 1;
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      }),
    },
  });
  const first = usePasskey(SIGN_IN);
  const second = usePasskey(SIGN_IN);
  expect(await first).toEqual({ kind: 'cancelled' });
  abortPasskey();
  expect([await second, started]).toEqual([{ kind: 'cancelled' }, 2]);
});
