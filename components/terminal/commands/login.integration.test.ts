import { afterEach, expect, test, vi } from 'vitest';
import { stubPasskeys } from '@/lib/client/test-passkeys.ts';
import { ANN, problem, runAccountCommand as run, SIGNED_IN } from './testing/run-account-command.ts';

afterEach(() => vi.unstubAllGlobals());

const IN = ['signed in ann-id', 'told session-changed'];
const WELCOME = 'You are signed in as ann@example.com; your files follow you.';
const OPTIONS = { publicKey: { challenge: 'c2VydmVy', allowCredentials: [{ id: 'a2V5LTE', type: 'public-key' }] } };
const TOTP = [200, { status: 'challenge', challenge: 'totp' }] as [number, unknown];
const CODES = Array.from({ length: 10 }, (_, index) => `CODE-${index}`);

test('login --remember says so to the server, whatever the way', async () => {
  stubPasskeys([{ user: 'ann' }]);
  const bodies = async (line: string) => (await run(line, {
    answers: ['pw'], replies: { 'POST auth/sign-in': [SIGNED_IN], 'POST auth/email-code': [SIGNED_IN], 'POST auth/passkey/options': [[200, OPTIONS]], 'POST auth/passkey': [SIGNED_IN] },
  })).requests[0];
  expect([await bodies('login --remember ann@example.com'), await bodies('login --code --remember ann@example.com'), await bodies('login --passkey --remember ann@example.com')]).toEqual([
    'POST auth/sign-in {"email":"ann@example.com","password":"pw","remember":true}', 'POST auth/email-code {"email":"ann@example.com","remember":true}',
    'POST auth/passkey/options {"email":"ann@example.com","remember":true}',
  ]);
});

test('login --code mails a code, names the outbox, and takes the code with spaces', async () => {
  expect(await run('login --code ann@example.com', {
    answers: ['12 34 56'],
    replies: {
      'POST auth/email-code': [[200, { status: 'challenge', challenge: 'email-code', outbox: 'http://127.0.0.1:3900/outbox?to=ann%40example.com' }]],
      'POST auth/challenge': [SIGNED_IN],
    },
  })).toMatchObject({
    exit: 0, events: IN, requests: ['POST auth/email-code {"email":"ann@example.com","remember":false}', 'POST auth/challenge {"code":"123456"}'],
    out: ['If ann@example.com has an account, a code is on its way.', 'No mail leaves this machine; the code is at http://127.0.0.1:3900/outbox?to=ann%40example.com', 'Code from your mail: 12 34 56', WELCOME],
  });
});

test('login --passkey with an address asks the browser once; a closed dialog opens again at Enter', async () => {
  const asked = stubPasskeys([{ error: 'NotAllowedError' }, { user: 'ann' }]);
  const result = await run('login --passkey ann@example.com', {
    answers: [''], replies: { 'POST auth/passkey/options': [[200, OPTIONS]], 'POST auth/passkey': [SIGNED_IN] },
  });
  expect(result).toMatchObject({
    exit: 0, events: IN, left: [],
    out: ['The browser asks for your passkey now; Ctrl-C leaves.', 'No passkey was used. Enter asks again, Ctrl-C leaves: ', WELCOME],
  });
  expect(asked).toEqual(['get challenge=c2VydmVy allowed=1', 'get challenge=c2VydmVy allowed=1']);
  expect(JSON.parse(result.requests[1]?.slice('POST auth/passkey '.length) ?? '')).toMatchObject({ credential: { id: 'a2V5LTE', response: { signature: 'c2lnbmVk' } } });
});

test('login --passkey without an address finds whose it is and confirms once more with the server\'s challenge', async () => {
  const asked = stubPasskeys([{ user: 'ann' }, { user: 'ann' }]);
  const result = await run('login --passkey', { replies: { 'POST auth/passkey/options': [[200, OPTIONS]], 'POST auth/passkey': [SIGNED_IN] } });
  expect([result.exit, result.events, result.requests[0]]).toEqual([0, IN, 'POST auth/passkey/options {"user":"YW5u","remember":false}']);
  expect(asked[0]).not.toContain('c2VydmVy');
  expect(asked[1]).toBe('get challenge=c2VydmVy allowed=1');
  expect(result.out).toContain('Confirm once more to sign in.');
});

test('a passkey that opens nothing, one that fails, and a browser without any are one sentence each', async () => {
  stubPasskeys([{ user: 'ann' }, { error: 'UnknownError' }]);
  const replies = { 'POST auth/passkey/options': [[200, OPTIONS] as [number, unknown]], 'POST auth/passkey': [problem(401, 'wrong-credentials')] };
  const last = async () => {
    const { out, exit, events } = await run('login --passkey ann@example.com', { replies });
    expect([exit, events]).toEqual([1, []]);
    return out.at(-1);
  };
  expect([await last(), await last()]).toEqual([
    'login: That passkey opens no account here; use your password, or `login --code`.', 'login: The passkey did not answer as it should; try again, or use your password.',
  ]);
  vi.stubGlobal('PublicKeyCredential', undefined);
  expect(await last()).toBe('login: This browser cannot use passkeys; type `login` for your password, or `login --code`.');
});

test('Ctrl-C while the browser waits for a passkey ends the command and the request', async () => {
  stubPasskeys([{ error: 'NotAllowedError' }]);
  expect(await run('login --passkey', { answers: [] })).toMatchObject({ exit: 130, events: [], requests: [] });
});

test('login --managed leaves for the other page only when there is one', async () => {
  expect(await run('login --managed', { replies: { 'HEAD auth/login': [[204, '']] } })).toMatchObject({ exit: 0, out: [], events: ['left to /api/auth/login?returnTo=%2F'] });
  expect(await run('login --managed', { replies: { 'HEAD auth/login': [[404, '']] } }))
    .toMatchObject({ exit: 1, events: [], out: ['login: This Selkie has no managed login; type `login` for your password.'] });
  expect(await run('login --managed')).toMatchObject({ exit: 1, events: [], out: ['login: Selkie cannot be reached; your files are safe here, try again when you are online.'] });
});

test('options that do not go together, or do not exist, are refused before anything is asked or sent', async () => {
  const refusal = async (line: string) => {
    const { out, exit, requests } = await run(line, { answers: ['never'] });
    expect([exit, requests, out.length]).toEqual([1, [], 1]);
    return out[0];
  };
  expect([await refusal('login --code --passkey'), await refusal('login a@example.com b@example.com'), await refusal('login --managed ann@example.com'), await refusal('login --managed --remember'), await refusal('login --pass-word')]).toEqual([
    'login: Choose one of --passkey, --code and --managed.', 'login: Give one address only; `login me@example.com`.',
    'login: With --managed the other page asks for everything; type `login --managed` alone.', 'login: With --managed the other page asks for everything; type `login --managed` alone.',
    "login: unrecognized option '--pass-word'",
  ]);
  expect(await run('login --code', { person: ANN })).toMatchObject({ exit: 0, requests: [] });
});

test('a recovery code stands in for the app, and the sign-in goes on by itself with the password', async () => {
  const result = await run('login ann@example.com', {
    answers: ['pw', 'recovery', 'AAAA-BBBB', '111111', 'Recovery', ' aaaa bbbb '],
    replies: {
      'POST auth/sign-in': [TOTP, SIGNED_IN],
      'POST auth/challenge': [problem(400, 'wrong-code'), problem(400, 'wrong-code'), [200, { status: 'recovered', codesLeft: 9 }]],
    },
  });
  expect(result).toMatchObject({
    exit: 0, events: IN, left: [],
    out: [
      'Password: ', 'Code of your authenticator app (or `recovery`): recovery', 'Recovery code: ', 'login: That code is wrong; type it again.',
      'Code of your authenticator app (or `recovery`): 111111', 'login: That code is wrong; type it again.', 'Code of your authenticator app (or `recovery`): Recovery', 'Recovery code: ',
      'That recovery code is used up, 9 are left, and your authenticator app is off; `mfa on` sets it up again.', WELCOME,
    ],
    requests: [
      'POST auth/sign-in {"email":"ann@example.com","password":"pw","remember":false}', 'POST auth/challenge {"recoveryCode":"AAAA-BBBB"}', 'POST auth/challenge {"code":"111111"}',
      'POST auth/challenge {"recoveryCode":"aaaa bbbb"}', 'POST auth/sign-in {"email":"ann@example.com","password":"pw","remember":false}',
    ],
  });
});

const SETUP = [200, { status: 'challenge', challenge: 'totp-setup', secret: 'ABCDEFGHIJ', uri: 'otpauth://totp/Selkie:ann?secret=ABCDEFGHIJ' }] as [number, unknown];

test('an account that needs an authenticator app gets one within the sign-in, and ten recovery codes once', async () => {
  const { out, exit, events, stdout } = await run('login ann@example.com', {
    answers: ['pw', '123 456'], rows: 60,
    replies: { 'POST auth/sign-in': [SETUP], 'POST auth/challenge': [[200, { status: 'signed-in', user: ANN, recoveryCodes: CODES }]] },
  });
  expect([exit, events]).toEqual([0, IN]);
  expect(out.filter((line) => !line.startsWith('\x1b'))).toEqual([
    'Password: ', 'This account needs an authenticator app before you can go on.', 'Scan this with an authenticator app:', 'Or type its secret: ABCD EFGH IJ',
    'Code that the app shows: 123 456', WELCOME, 'Your recovery codes. Each works once, in place of a code of the app, when you have lost it:', ...CODES,
    'They are not shown again; keep them outside Selkie.',
  ]);
  expect(out.filter((line) => line.startsWith('\x1b')).length).toBeGreaterThan(10);
  expect(stdout).not.toContain('ABCD');
});

test('recovery codes are not lost when another person\'s files make way and the screen is cleared', async () => {
  const { events, exit } = await run('login ann@example.com', {
    answers: ['pw', '123456'], person: { id: 'ben-id', email: 'ben@example.com' },
    replies: { 'POST auth/sign-in': [SETUP], 'POST auth/challenge': [[200, { status: 'signed-in', user: ANN, recoveryCodes: CODES }]] },
  });
  expect([exit, events]).toEqual([0, [...IN, `notice ${WELCOME}`, `notice Your recovery codes, shown only now: ${CODES.join(' ')}`]]);
});

test('a sign-in that took too long, or whose codes were all wrong, says how to start again', async () => {
  const end = async (...replies: ReturnType<typeof problem>[]) =>
    (await run('login ann@example.com', { answers: ['pw', '1', '2', '3'], replies: { 'POST auth/sign-in': [TOTP], 'POST auth/challenge': replies } })).out.at(-1);
  expect([await end(problem(401, 'not-signed-in')), await end(problem(400, 'expired-code')), await end(problem(400, 'wrong-code')), await end(problem(429, 'too-many-attempts', 'x', '90'))]).toEqual([
    'login: This sign-in has ended or took too long; type `login` to start again.', 'login: This sign-in has ended or took too long; type `login` to start again.',
    'login: That code is wrong; type `login` to start again.', 'login: Too many attempts; try again in 90 seconds.',
  ]);
});
