import { afterEach, expect, test, vi } from 'vitest';
import { stubPasskeys } from '@/lib/client/test-passkeys.ts';
import { ANN, problem, runAccountCommand, type Reply, type Setting } from './testing/run-account-command.ts';

afterEach(() => vi.unstubAllGlobals());

/** As Ann, in a browser without passkeys unless the test gives it some. */
const run = (line: string, setting: Setting = {}) => runAccountCommand(line, { person: ANN, ...setting });

const NEEDED = problem(403, 'step-up-required');
const STEPPED: Reply = [200, { status: 'stepped-up', until: '2026-11-21T10:10:00.000Z' }];
const NONE: Reply = [204, undefined];
const CODES = Array.from({ length: 10 }, (_, index) => `CODE-${index}`);
const TOTP = (enabled: boolean, recoveryCodesLeft = 0): Reply => [200, { enabled, recoveryCodesLeft }];
const START: Reply = [200, { secret: 'ABCDEFGH', uri: 'otpauth://totp/Selkie:ann?secret=ABCDEFGH' }];
const KEYS: Reply = [200, { passkeys: [
  { id: '-aaa1bbbbccc', name: 'laptop', created: '2026-11-20T09:30:00.000Z' }, { id: '-aaa2bbbbccc', name: 'ph\x1b[2Jone\u202e', created: '2026-11-21T10:00:00.000Z' },
] }];
const REGISTER: Reply = [200, { publicKey: { challenge: 'c2VydmVy', rp: { id: 'localhost', name: 'Selkie' }, user: { id: 'dXNlcg', name: 'a', displayName: 'a' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }] } }];

test('mfa says whether it is on, and when the recovery codes run out', async () => {
  const state = async (reply: Reply) => (await run('mfa', { replies: { 'GET auth/totp': [reply] } })).out;
  expect([await state(TOTP(false)), await state(TOTP(true, 8)), await state(TOTP(true, 1))]).toEqual([
    ['Authenticator app: off; `mfa on` sets one up.'], ['Authenticator app: on; 8 recovery codes are left.'],
    ['Authenticator app: on; 1 recovery code is left, `mfa codes` makes new ones.'],
  ]);
});

test('mfa on asks for a proof, shows picture and secret, takes the code at the second try, and gives ten codes', async () => {
  const { out, exit, requests, left, stdout } = await run('mfa on', {
    answers: ['wrong', 'pw', '000000', '12 34 56'], rows: 60,
    replies: {
      'GET auth/totp': [TOTP(false)], 'POST auth/totp': [NEEDED, START], 'POST auth/step-up': [problem(401, 'wrong-credentials'), STEPPED],
      'POST auth/totp/confirm': [problem(400, 'wrong-code'), [200, { recoveryCodes: CODES }]],
    },
  });
  expect([exit, left]).toEqual([0, []]);
  expect(out.filter((line) => !line.startsWith('\x1b'))).toEqual([
    'This needs a fresh proof that it is you.', 'Password: ', 'mfa: That was not accepted; nothing was changed.', 'Password: ',
    'Scan this with an authenticator app:', 'Or type its secret: ABCD EFGH',
    'Code that the app shows: 000000', 'mfa: That code is wrong; wait for the app\'s next one and type it. Ctrl-C changes nothing.', 'Code that the app shows: 12 34 56',
    'From now on signing in asks for a code of the app.', 'Your recovery codes. Each works once, in place of a code of the app, when you have lost it:', ...CODES,
    'They are not shown again; keep them outside Selkie.',
  ]);
  expect(requests).toEqual([
    'GET auth/totp', 'POST auth/totp {}', 'POST auth/step-up {"password":"wrong"}', 'POST auth/step-up {"password":"pw"}', 'POST auth/totp {}',
    'POST auth/totp/confirm {"code":"000000"}', 'POST auth/totp/confirm {"code":"123456"}',
  ]);
  expect(stdout.split('\n').slice(0, 10)).toEqual(CODES);
});

test('mfa on without room for the picture, or asked to be plain, shows the secret alone', async () => {
  const replies = { 'GET auth/totp': [TOTP(false)], 'POST auth/totp': [START] };
  const expected = ['Type this secret into an authenticator app: ABCD EFGH', 'Code that the app shows: ^C'];
  for (const [line, size] of [['mfa on', { columns: 20, rows: 60 }], ['mfa on', { rows: 12 }], ['mfa on --plain', { rows: 60 }]] as const) {
    const { out, exit } = await run(line, { replies, ...size });
    expect([out.join(' '), exit]).toEqual([expected.join(' '), 130]);
  }
});

test('mfa codes > FILE puts the ten codes into the file and nothing else', async () => {
  const { stdout, out, exit } = await run('mfa codes', {
    isTerminalOutput: false, answers: ['pw'],
    replies: { 'GET auth/totp': [TOTP(true, 2)], 'POST auth/totp/recovery-codes': [NEEDED, [200, { recoveryCodes: CODES }]], 'POST auth/step-up': [STEPPED] },
  });
  expect([exit, stdout, out.slice(0, 3)]).toEqual([0, `${CODES.join('\n')}\n`, [
    'This needs a fresh proof that it is you.', 'Password: ', 'The recovery codes that you had before work no more.',
  ]]);
});

test('mfa off turns it off after a proof with password and code, and only what is on can go off', async () => {
  expect(await run('mfa off', {
    answers: ['pw', '000000', '123456'],
    replies: {
      'GET auth/totp': [TOTP(true, 8)], 'DELETE auth/totp': [NEEDED, NONE],
      'POST auth/step-up': [[200, { status: 'challenge', challenge: 'totp' }], problem(400, 'wrong-code'), STEPPED],
    },
  })).toMatchObject({
    exit: 0, requests: ['GET auth/totp', 'DELETE auth/totp', 'POST auth/step-up {"password":"pw"}', 'POST auth/step-up {"code":"000000"}', 'POST auth/step-up {"code":"123456"}', 'DELETE auth/totp'],
    out: [
      'This needs a fresh proof that it is you.', 'Password: ', 'Code of your authenticator app: 000000', 'mfa: That code is wrong; nothing was changed.', 'Code of your authenticator app: 123456',
      'Signing in asks for no code any more; you can delete Selkie\'s entry in the app.',
    ],
  });
  for (const [line, isOn] of [['mfa off', false], ['mfa codes', false], ['mfa on', true]] as const) {
    expect(await run(line, { replies: { 'GET auth/totp': [TOTP(isOn, 8)] } })).toMatchObject({ exit: 1, requests: ['GET auth/totp'] });
  }
});

test('whoever cannot prove it changes nothing: wrong three times, too often, a step nobody knows, or Ctrl-C', async () => {
  const attempt = async (answers: string[], ...proofs: Reply[]) => {
    const { exit, requests, left, out } = await run('mfa off', { answers, replies: { 'GET auth/totp': [TOTP(true, 8)], 'DELETE auth/totp': [NEEDED, NONE], 'POST auth/step-up': proofs } });
    expect(requests.filter((line) => line === 'DELETE auth/totp').length).toBe(1);
    return [exit, left.length, out.at(-1)];
  };
  expect([
    await attempt(['a', 'b', 'c', 'd'], problem(401, 'wrong-credentials')), await attempt(['a'], problem(429, 'too-many-attempts', 'x', '90')),
    await attempt(['a'], [200, { status: 'challenge', challenge: 'new-password' }]), await attempt([]),
    await attempt(['a', '1', '2', '3', '4'], [200, { status: 'challenge', challenge: 'totp' }], problem(400, 'wrong-code')),
  ]).toEqual([
    [1, 1, 'mfa: That was not accepted; nothing was changed.'], [1, 0, 'mfa: Too many attempts; try again in 90 seconds.'],
    [1, 0, expect.stringContaining('only be done while signing in')], [130, 0, 'Password: ^C'], [1, 1, 'mfa: That code is wrong; nothing was changed.'],
  ]);
});

test('a passkey is a proof too, where the browser has them', async () => {
  const asked = stubPasskeys([{ user: 'ann' }]);
  const result = await run('mfa off', {
    answers: ['passkey'],
    replies: { 'GET auth/totp': [TOTP(true, 8)], 'DELETE auth/totp': [NEEDED, NONE], 'POST auth/step-up/options': [[200, { publicKey: { challenge: 'c3RlcA' } }]], 'POST auth/step-up': [STEPPED] },
  });
  expect([result.exit, asked, result.requests.map((line) => line.slice(0, 39))]).toEqual([0, ['get challenge=c3RlcA allowed=0'], [
    'GET auth/totp', 'DELETE auth/totp', 'POST auth/step-up/options {}', 'POST auth/step-up {"credential":{"id":"', 'DELETE auth/totp',
  ]]);
  expect(result.out[1]).toBe('Password (or `passkey`): ');
});

test('a server that asks for a proof again and again is not answered in a circle', async () => {
  expect(await run('mfa off', { answers: ['pw', 'pw'], replies: { 'GET auth/totp': [TOTP(true, 8)], 'DELETE auth/totp': [NEEDED], 'POST auth/step-up': [STEPPED] } }))
    .toMatchObject({ exit: 1, left: ['pw'], out: expect.arrayContaining(['mfa: This needs a fresh proof of who you are; open /account.']) });
});

test('passkey lists them, and what a name holds cannot steer the screen', async () => {
  expect((await run('passkey', { replies: { 'GET auth/passkeys': [KEYS] } })).out).toEqual([
    '-aaa1bbb  laptop  added 2026-11-20 09:30', '-aaa2bbb  ph?[2Jone?  added 2026-11-21 10:00',
  ]);
  expect((await run('passkey', { replies: { 'GET auth/passkeys': [[200, { passkeys: [] }]] } })).out).toEqual(['There is no passkey yet; `passkey add` makes one.']);
});

test('passkey add proves, has the browser make one, and names it after the words given or the device', async () => {
  for (const [line, answers, name] of [['passkey add my laptop', ['pw'], 'my laptop'], ['passkey add', ['', 'pw'], 'firefox-linux'], ['passkey add', [' work ', 'pw'], 'work']] as const) {
    const asked = stubPasskeys([{ user: 'ann' }]);
    const { out, exit, requests } = await run(line, {
      answers: [...answers],
      replies: { 'POST auth/passkeys/options': [NEEDED, REGISTER], 'POST auth/step-up': [STEPPED], 'POST auth/passkeys': [[201, { passkey: { id: 'x', name, created: '2026-11-21T10:00:00.000Z' } }]] },
    });
    expect([exit, asked, out.at(-1)]).toEqual([0, ['create challenge=c2VydmVy allowed=0'], `The passkey ${name} is added; \`login --passkey\` signs you in with it.`]);
    expect(JSON.parse(requests.at(-1)?.slice('POST auth/passkeys '.length) ?? '')).toMatchObject({ name, credential: { id: 'a2V5LTE' } });
  }
});

test('passkey add says what came between: a device that has one, a server that refuses, a browser without', async () => {
  const replies = { 'POST auth/passkeys/options': [REGISTER], 'POST auth/passkeys': [problem(400, 'invalid-request', 'Ten passkeys are enough; remove one first.')] };
  stubPasskeys([{ error: 'InvalidStateError' }, { user: 'ann' }]);
  expect((await run('passkey add x', { replies })).out.at(-1)).toMatch(/^passkey: This device holds a passkey of this account already/);
  expect((await run('passkey add x', { replies })).out.at(-1)).toBe('passkey: The passkey was not added. Ten passkeys are enough; remove one first.');
  vi.stubGlobal('PublicKeyCredential', undefined);
  expect(await run('passkey add x')).toMatchObject({ exit: 1, requests: [], out: ['passkey: This browser cannot use passkeys; open Selkie in one that can.'] });
});

test('passkey rename and remove take the beginning of an id, even one with a dash, when it is of one passkey', async () => {
  const replies = () => ({ 'GET auth/passkeys': [KEYS], 'POST auth/passkeys/-aaa1bbbbccc': [[200, {}] as Reply], 'DELETE auth/passkeys/-aaa2bbbbccc': [NEEDED, NONE], 'POST auth/step-up': [STEPPED] });
  expect(await run('passkey rename -aaa1 old laptop', { replies: replies() })).toMatchObject({ exit: 0, out: ['The passkey is called old laptop now.'], requests: ['GET auth/passkeys', 'POST auth/passkeys/-aaa1bbbbccc {"name":"old laptop"}'] });
  expect(await run('passkey remove -aaa2', { replies: replies(), answers: ['pw'] })).toMatchObject({ exit: 0, out: expect.arrayContaining([expect.stringContaining('ph?[2Jone? opens your account no more')]) });
  expect(await run('passkey remove -aaa', { replies: replies() })).toMatchObject({ exit: 1, out: ['passkey: More than one passkey begins with -aaa; type more of it.'], requests: ['GET auth/passkeys'] });
  expect(await run('passkey remove zz', { replies: replies() })).toMatchObject({ exit: 1, out: ['passkey: There is no passkey zz; `passkey` lists them.'] });
});

test('what cannot be meant is refused with the way to say it, and nothing is sent', async () => {
  for (const line of ['mfa maybe', 'mfa on off', 'mfa --plain', 'mfa --qr', 'passkey rename', 'passkey rename x', 'passkey remove', 'passkey remove a b', 'passkey drop x', 'account remove', 'account delete now', 'audit 5', 'audit -n 0', 'audit -n x', 'audit -n 99999']) {
    const { exit, requests, out } = await run(line, { answers: ['never'] });
    expect([line, exit, requests, out.length]).toEqual([line, 1, [], 1]);
  }
});

test('signed out, offline, and Ctrl-C: a sentence or nothing, and nothing is changed', async () => {
  for (const line of ['mfa', 'mfa on', 'mfa off', 'mfa codes', 'passkey', 'passkey add x', 'passkey remove x', 'audit', 'account', 'account delete']) {
    const name = line.split(' ')[0];
    expect(await runAccountCommand(line)).toMatchObject({ exit: 1, requests: [], out: [`${name}: You are not signed in; type \`login\`.`] });
    if (line === 'account delete') continue;
    stubPasskeys([]);
    const { out, exit, events } = await run(line);
    expect([exit, events, out.at(-1)]).toEqual([1, [], expect.stringContaining('Selkie cannot be reached; your files are safe here')]);
  }
});
