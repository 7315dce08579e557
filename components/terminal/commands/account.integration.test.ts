import { afterEach, expect, test, vi } from 'vitest';
import { ANN, problem, runAccountCommand, type Reply, type Setting } from './testing/run-account-command.ts';

afterEach(() => vi.unstubAllGlobals());

const run = (line: string, setting: Setting = {}) => runAccountCommand(line, { person: ANN, ...setting });
const STEPPED: Reply = [200, { status: 'stepped-up', until: '2026-11-21T10:10:00.000Z' }];
const REPLIES = (session: object): Record<string, Reply[]> => ({
  'GET auth/session': [[200, { user: ANN, session }]], 'GET auth/totp': [[200, { enabled: true, recoveryCodesLeft: 8 }]], 'GET auth/passkeys': [[200, { passkeys: [] }]],
  'GET sessions': [[200, { sessions: [{ id: 'a', current: true }, { id: 'b', current: false }] }]],
});

test('account shows who, how, where, and how the files stand; an administrator also where to go', async () => {
  const shown = [
    'Signed in as       ann@example.com, with a passkey', 'Authenticator app  on; 8 recovery codes are left.', 'Passkeys           none; `passkey add` makes one.',
    'Sessions           2', 'Files              Everything is in your account.', '', '`passwd`, `mfa`, `passkey`, `sessions` and `account delete` change these; `audit` tells what happened.',
  ];
  expect(await run('account', { replies: REPLIES({ proof: 'passkey' }) })).toMatchObject({ exit: 0, out: shown });
  expect((await run('account', { replies: REPLIES({ proof: 'passkey', admin: true }) })).out).toEqual([...shown, 'Everybody\'s sessions: http://localhost:3000/admin/sessions']);
});

test('account shows what can be told when a part cannot, and fails', async () => {
  const { out, exit } = await run('account', { replies: { ...REPLIES({}), 'GET auth/totp': [problem(503, 'unavailable', 'x', '5')] } });
  expect([exit, out]).toEqual([1, [
    'Signed in as       ann@example.com', 'Authenticator app  cannot be told now', 'Passkeys           none; `passkey add` makes one.', 'Sessions           2',
    'Files              Everything is in your account.', 'account: ann@example.com: Selkie cannot do this right now; try again in 5 seconds.',
  ]]);
});

test('account delete takes the typed address and a fresh proof, and only then wipes what is here', async () => {
  const { out, exit, events, requests } = await run('account delete', {
    answers: [' ANN@example.com ', 'pw'], replies: { 'DELETE account': [problem(403, 'step-up-required'), [204, undefined]], 'POST auth/step-up': [STEPPED] },
  });
  expect([exit, events, requests]).toEqual([0, ['wiped', 'told signed-out', 'notice Your account is deleted, and nothing of yours is left in this browser.'], [
    'DELETE account', 'POST auth/step-up {"password":"pw"}', 'DELETE account',
  ]]);
  expect(out[0]).toBe('This deletes the account ann@example.com: all its files, here and in the cloud, its passkeys, its sessions and its history of events.');
});

test('account delete with another word, Enter, Ctrl-C, no proof or a server that fails keeps everything', async () => {
  for (const answers of [['yes'], [''], ['ann@example.co'], []]) {
    expect(await run('account delete', { answers, replies: { 'DELETE account': [[204, undefined]] } })).toMatchObject({ events: [], requests: [], exit: answers.length === 0 ? 130 : 1 });
  }
  const failing = (reply: Reply) => run('account delete', { answers: [ANN.email, 'pw'], replies: { 'DELETE account': [reply], 'POST auth/step-up': [problem(429, 'too-many-attempts')] } });
  for (const reply of [problem(403, 'step-up-required'), problem(503, 'unavailable'), problem(401, 'not-signed-in')]) expect(await failing(reply)).toMatchObject({ exit: 1, events: [] });
  expect((await failing(problem(503, 'unavailable'))).out.at(-1)).toBe('account: The account may still be there, and nothing here was removed. Selkie cannot do this right now; try again in a moment.');
});

const event = (at: number, kind: string, more: object = {}) => ({ at: new Date(Date.UTC(2026, 10, 21, 10, 60 - at)).toISOString(), kind, ...more });

test('audit tells each event in plain words with time, device and address, an unknown kind by its name', async () => {
  expect((await run('audit', { replies: { 'GET audit': [[200, { events: [
    event(1, 'sign-in', { device: 'Firefox on Linux', address: '192.0.2.x', detail: 'passkey' }), event(2, 'theft-alarm', { device: 'Evil\x1b[2J', address: '' }),
    event(3, 'moon-landing'), event(4, 'sign-in', { detail: 'toString' }),
  ] }]] } })).out).toEqual([
    '2026-11-21 10:59  Signed in with a passkey  Firefox on Linux  192.0.2.x', '2026-11-21 10:58  ALARM: a copied session was used; it has ended  Evil?[2J',
    '2026-11-21 10:57  moon landing', '2026-11-21 10:56  Signed in',
  ]);
  expect((await run('audit', { replies: { 'GET audit': [[200, { events: [] }]] } })).out).toEqual(['Nothing has happened yet.']);
});

test('audit -n asks for as many pages as it needs and shows exactly as many events', async () => {
  const page = (next?: string): Reply => [200, { events: Array.from({ length: 50 }, () => event(1, 'sign-out')), ...(next === undefined ? {} : { next }) }];
  const replies = () => ({ 'GET audit': [page('1-0')], 'GET audit?before=1-0': [page('2-0')], 'GET audit?before=2-0': [page()] });
  const asked = async (line: string) => {
    const { out, requests, exit } = await run(line, { replies: replies() });
    return [out.length, requests, exit];
  };
  expect([await asked('audit'), await asked('audit -n 60'), await asked('audit -100'), await asked('audit --lines=1000')]).toEqual([
    [20, ['GET audit'], 0], [60, ['GET audit', 'GET audit?before=1-0'], 0], [100, ['GET audit', 'GET audit?before=1-0'], 0],
    [150, ['GET audit', 'GET audit?before=1-0', 'GET audit?before=2-0'], 0],
  ]);
});

test('sessions revoke proves afresh when the server wants it, and ends nothing without', async () => {
  const sessions: Reply = [200, { sessions: [{ id: 'aaaa1111', current: true }, { id: 'bbbb2222', current: false }] }];
  const replies = (): Record<string, Reply[]> => ({ 'GET sessions': [sessions], 'DELETE sessions/bbbb2222': [problem(403, 'step-up-required'), [204, undefined]], 'POST auth/step-up': [STEPPED] });
  expect(await run('sessions revoke bbbb', { answers: ['pw'], replies: replies() })).toMatchObject({ exit: 0, out: ['This needs a fresh proof that it is you.', 'Password: ', 'That session has ended.'] });
  expect(await run('sessions revoke bbbb', { replies: replies() })).toMatchObject({ exit: 130, events: [] });
});
