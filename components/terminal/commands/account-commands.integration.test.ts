import { afterEach, expect, test, vi } from 'vitest';
import type { SyncStatus } from '@/lib/client/workspace.ts';
import { ANN, problem, runAccountCommand as run, SIGNED_IN } from './testing/run-account-command.ts';
import type { Reply } from './testing/run-account-command.ts';

afterEach(() => vi.unstubAllGlobals());

test('signup: a refused password is explained and asked again, a wrong code too, and then one is signed in', async () => {
  const result = await run('signup', {
    answers: ['ann@example.com', 'short', 'other', 'short', 'short', 'Long-enough-1', 'Long-enough-1', '000000', '123456'],
    replies: {
      'POST auth/sign-up': [problem(400, 'password-policy', 'A password has at least 12 characters.'), [202, { next: 'confirm', outbox: 'http://127.0.0.1:3900/outbox?to=ann%40example.com' }]],
      'POST auth/confirm': [problem(400, 'wrong-code'), [200, { next: 'sign-in' }]],
      'POST auth/sign-in': [SIGNED_IN],
    },
  });
  expect(result).toMatchObject({
    out: [
      'E-mail address: ann@example.com', 'Password: ', 'Password again: ', 'The two are not the same; type both again.',
      'Password: ', 'Password again: ', 'signup: A password has at least 12 characters.', 'Password: ', 'Password again: ',
      'A code is on its way to ann@example.com; type it here.',
      'No mail leaves this machine; the code is at http://127.0.0.1:3900/outbox?to=ann%40example.com',
      'Code (or `resend`): 000000', 'signup: That code is wrong; look at the newest mail.', 'Code (or `resend`): 123456',
      'You are signed in as ann@example.com; your files follow you.',
    ],
    exit: 0,
    events: ['signed in ann-id', 'told session-changed'],
    requests: [
      'POST auth/sign-up {"email":"ann@example.com","password":"short"}', 'POST auth/sign-up {"email":"ann@example.com","password":"Long-enough-1"}',
      'POST auth/confirm {"email":"ann@example.com","code":"000000"}', 'POST auth/confirm {"email":"ann@example.com","code":"123456"}',
      'POST auth/sign-in {"email":"ann@example.com","password":"Long-enough-1","remember":false}',
    ],
    left: [],
  });
});

test('an address that cannot be one is refused before anything is sent or a password asked', async () => {
  for (const line of ['login nobody', 'signup a@b', 'forgot @', `login ${'x'.repeat(250)}@example.com`]) {
    const { out, exit, requests } = await run(line, { answers: ['never'] });
    expect([out.length, out[0], exit, requests]).toEqual([1, expect.stringContaining('is not an e-mail address'), 1, []]);
  }
});

test('login: every refusal is one sentence, and nobody is signed in', async () => {
  const say = async (...reply: Reply[]) => {
    const result = await run('login ann@example.com', { answers: ['pw'], ...(reply.length > 0 ? { replies: { 'POST auth/sign-in': reply } } : {}) });
    expect([result.exit, result.events, result.out.length]).toEqual([1, [], 2]);
    return result.out[1];
  };
  expect([
    await say(problem(401, 'wrong-credentials')), await say(problem(429, 'too-many-attempts', 'x', '150')),
    await say(problem(503, 'unavailable', 'x', '5')), await say(), await say([200, { status: 'challenge', challenge: 'totp-setup' }]),
  ]).toEqual([
    'login: The address or the password is wrong, or the address still waits for its code; `forgot` and `confirm` help.',
    'login: Too many attempts; try again in 3 minutes.',
    'login: Selkie cannot do this right now; try again in 5 seconds.',
    'login: Selkie cannot be reached; your files are safe here, try again when you are online.',
    'login: This account signs in with something the terminal cannot ask for; open http://localhost:3000/sign-in',
  ]);
});

test('login: a new password and a code of an app are asked for', async () => {
  const fresh = await run('login ann@example.com', {
    answers: ['old', 'New-password-1', 'New-password-1'],
    replies: { 'POST auth/sign-in': [[200, { status: 'challenge', challenge: 'new-password' }]], 'POST auth/challenge': [SIGNED_IN] },
  });
  expect([fresh.exit, fresh.requests[1], fresh.events]).toEqual([0, 'POST auth/challenge {"newPassword":"New-password-1"}', ['signed in ann-id', 'told session-changed']]);
  const code = await run('login ann@example.com', {
    answers: ['pw', '111111', '222222'],
    replies: { 'POST auth/sign-in': [[200, { status: 'challenge', challenge: 'totp' }]], 'POST auth/challenge': [problem(400, 'wrong-code'), SIGNED_IN] },
  });
  expect([code.exit, code.requests.slice(1)]).toEqual([0, ['POST auth/challenge {"code":"111111"}', 'POST auth/challenge {"code":"222222"}']]);
  const thrice = await run('login ann@example.com', {
    answers: ['pw', '1', '2', '3', '4'],
    replies: { 'POST auth/sign-in': [[200, { status: 'challenge', challenge: 'totp' }]], 'POST auth/challenge': [problem(400, 'wrong-code')] },
  });
  expect([thrice.exit, thrice.left, thrice.events]).toEqual([1, ['4'], []]);
});

test('logout removes what is here only after everything is pushed and the server has signed out', async () => {
  const replies = { 'POST auth/sign-out': [[204, undefined]] as Reply[] };
  expect(await run('logout', { person: ANN, replies })).toMatchObject({
    exit: 0, out: [], events: ['wiped', 'told signed-out', 'notice You are signed out, and nothing of yours is left in this browser.'],
  });
  expect(await run('logout', { person: ANN })).toMatchObject({ exit: 1, events: [], out: [expect.stringContaining('nothing was removed')] });
  expect(await run('logout')).toMatchObject({ exit: 1, events: [], requests: [] });
});

test('logout with files that exist only here says how many, and loses them only for the typed word', async () => {
  const replies = { 'POST auth/sign-out': [[204, undefined]] as Reply[] };
  for (const answers of [[''], ['yes', ''], ['DISCARD', ''], ['zip'], []]) {
    const { out, events, requests } = await run('logout', { person: ANN, unsynced: 2, answers, replies });
    expect([out[0], events.filter((event) => !event.startsWith('saved ')), requests]).toEqual([
      '2 files exist only in this browser and cannot be pushed now. You can type:', [], [],
    ]);
  }
  expect((await run('logout', { person: ANN, unsynced: 1, answers: ['discard'], replies })).events[0]).toBe('wiped');
});

test('logout counts text that was typed and not saved as work that exists only here', async () => {
  const replies = { 'POST auth/sign-out': [[204, undefined]] as Reply[] };
  const draft = (path: string) => ({ name: path, path, atMs: 0, from: '', text: 'typed' });
  const drafts = ['a.md', 'a.md', 'my b', 'c', 'd'].map((name) => draft(`/home/me/${name}`));
  const { out, events, requests } = await run('logout', { person: ANN, drafts, answers: [''], replies });
  expect([out[0], events, requests]).toEqual(["Text that was typed and not saved is only here too: `edit` offers it for ~/a.md, ~/'my b', ~/c and 1 more. You can type:", [], []]);
  expect((await run('logout', { person: ANN, unsynced: 1, drafts: [draft('/tmp/x')], answers: [''], replies })).out[0])
    .toBe('1 file exists only in this browser and cannot be pushed now. Text that was typed and not saved is only here too: `edit` offers it for /tmp/x. You can type:');
  expect((await run('logout', { person: ANN, drafts, answers: ['discard'], replies })).events[0]).toBe('wiped');
});

test('logout saves a zip as often as it is asked, keeps the files when told so, and says what an ignore file keeps here', async () => {
  const replies = { 'POST auth/sign-out': [[204, undefined]] as Reply[] };
  expect((await run('logout', { person: ANN, unsynced: 2, answers: ['zip', 'zip', 'discard'], replies })).events).toEqual([
    'saved selkie-1970-01-01.zip', 'saved selkie-1970-01-01.zip', 'wiped', 'told signed-out', 'notice You are signed out, and nothing of yours is left in this browser.',
  ]);
  expect(await run('logout', { person: ANN, unsynced: 2, ignored: ['/home/me/a', '/home/me/b'], answers: ['keep'], replies })).toMatchObject({
    exit: 0,
    out: expect.arrayContaining(['2 files exist only in this browser, where .selkieignore keeps them. You can type:']),
    events: ['session ended', 'told session-changed', 'notice You are signed out. The files stay in this browser; `login` goes on with them.'],
  });
});

test('logout without a connection does what was typed at once, and notes that the server has to be told', async () => {
  const offline = { state: 'offline' as const, pending: 2, message: undefined };
  const told = 'Selkie could not be told yet: open this page once when you are online, so that the session ends there too.';
  expect((await run('logout', { person: ANN, unsynced: 2, status: offline, answers: ['discard'] })).events).toEqual([
    'owed', 'wiped', 'told signed-out', `notice You are signed out, and nothing of yours is left in this browser. ${told}`,
  ]);
  expect((await run('logout', { person: ANN, unsynced: 2, status: offline, answers: ['keep'] })).events).toEqual([
    'owed', 'session ended', 'told session-changed', `notice You are signed out. The files stay in this browser; \`login\` goes on with them. ${told}`,
  ]);
  // Nothing waits, but nobody has heard from the store: the same questions.
  expect(await run('logout', { person: ANN, status: { ...offline, pending: 0 }, answers: [''] })).toMatchObject({
    exit: 1, events: [], requests: [],
    out: expect.arrayContaining(['Selkie cannot be reached, so nobody can tell now whether everything is in your account. You can type:']),
  });
  // Without room for the note going online again would bring the files back.
  expect(await run('logout', { person: ANN, unsynced: 2, status: offline, answers: ['discard'], hasRoom: false })).toMatchObject({
    exit: 1, events: ['owed'], out: expect.arrayContaining([expect.stringContaining('nothing was removed')]),
  });
});

test('logout keeps what another tab wrote while the server signed out', async () => {
  const late = { state: 'pending' as const, pending: 1, message: undefined };
  expect((await run('logout', { person: ANN, status: late, replies: { 'POST auth/sign-out': [[204, undefined]] } })).events).toEqual([
    'session ended', 'told session-changed', 'notice You are signed out. The files stay in this browser, because something was changed at the last moment; `login` goes on with them.',
  ]);
});

test('whoami says who, and says so when the session has ended', async () => {
  expect([(await run('whoami')).out, (await run('whoami', { person: ANN })).out]).toEqual([['me'], ['ann@example.com']]);
  const ended = await run('whoami', { person: ANN, status: { state: 'signed-out', pending: 0, message: undefined } });
  expect([ended.out, ended.exit]).toEqual([['ann@example.com', 'whoami: The session has ended; `login` goes on where you were.'], 0]);
});

test('passwd changes nothing for a wrong current password, and asks again for a weak one', async () => {
  const answers = ['old', 'weak', 'weak', 'Strong-enough-1', 'Strong-enough-1'];
  const replies = (...list: Reply[]) => ({ 'POST auth/password': list });
  expect(await run('passwd', { person: ANN, answers, replies: replies(problem(400, 'password-policy', 'Too short.'), [200, {}]) }))
    .toMatchObject({ exit: 0, left: [], out: expect.arrayContaining(['passwd: Too short.', 'The password is changed, and all other sessions have ended.']) });
  expect(await run('passwd', { person: ANN, answers, replies: replies(problem(401, 'wrong-credentials')) }))
    .toMatchObject({ exit: 1, left: ['Strong-enough-1', 'Strong-enough-1'] });
});

test('forgot sets a new password with the mailed code', async () => {
  expect(await run('forgot ann@example.com', {
    answers: ['0', 'New-password-1', 'New-password-1', '123456'],
    replies: { 'POST auth/forgot': [[202, {}]], 'POST auth/reset': [problem(400, 'wrong-code'), [200, {}]] },
  })).toMatchObject({ exit: 0, left: [], requests: [
    'POST auth/forgot {"email":"ann@example.com"}', 'POST auth/reset {"email":"ann@example.com","code":"0","password":"New-password-1"}',
    'POST auth/reset {"email":"ann@example.com","code":"123456","password":"New-password-1"}',
  ] });
});

test('sessions lists, ends one by the beginning of its id, the others, or all, and then keeps the files', async () => {
  const list: Reply[] = [[200, { sessions: [
    { id: 'aaaa1111bbbb', device: 'Firefox\x1b[2J on Linux', lastSeen: '2026-11-21T10:00:00.000Z', current: true },
    { id: 'aaaa2222cccc', device: 'Safari on iPhone', lastSeen: '2026-11-20T09:30:00.000Z', current: false },
  ] }]];
  const replies = () => ({ 'GET sessions': list, 'DELETE sessions/aaaa2222cccc': [[204, undefined]] as Reply[], 'POST sessions/revoke': [[200, {}]] as Reply[] });
  expect((await run('sessions', { replies: replies() })).out).toEqual([
    'aaaa1111  Firefox?[2J on Linux  last seen 2026-11-21 10:00  (this one)', 'aaaa2222  Safari on iPhone  last seen 2026-11-20 09:30',
  ]);
  expect((await run('sessions revoke aaaa2', { replies: replies() })).out).toEqual(['That session has ended.']);
  expect((await run('sessions revoke aaaa', { replies: replies() })).out).toEqual(['sessions: More than one session begins with aaaa; type more of it.']);
  expect((await run('sessions revoke zz', { replies: replies() })).exit).toBe(1);
  expect(await run('sessions revoke others', { replies: replies() })).toMatchObject({ exit: 0, events: [] });
  expect(await run('sessions revoke all', { replies: replies() })).toMatchObject({ exit: 0, events: ['session ended', 'told session-changed'] });
});

test('sync says how it stands, and nothing is promised to who is not signed in', async () => {
  expect([(await run('sync', { person: ANN })).out, (await run('sync')).exit, (await run('sync now', { person: ANN })).exit]).toEqual([
    ['Everything is in your account.'], 1, 1,
  ]);
  expect(await run('sync status', { person: ANN, status: { state: 'offline', pending: 2, message: undefined } }))
    .toMatchObject({ exit: 1, out: ['Selkie cannot be reached. 2 files wait to be pushed.', expect.stringMatching(/^Room in this browser: 0 of [\d,]+ KB used/)] });
});

test('sync while paused makes the exchange, says how it ended and that sync stays paused, and fails only when the exchange did', async () => {
  const paused = { state: 'paused' as const, pending: 0, message: undefined };
  const after = async (exchanged: SyncStatus) => {
    const { out, exit } = await run('sync', { person: ANN, status: paused, exchanged });
    return [exit, ...out];
  };
  const stays = 'Nothing is exchanged by itself until `sync resume`.';
  expect([
    await after({ state: 'synced', pending: 0, message: undefined }), await after({ state: 'pending', pending: 1, message: undefined }),
    await after({ state: 'offline', pending: 2, message: undefined }), await after({ state: 'unavailable', pending: 1, message: 'The store is busy.' }),
  ]).toEqual([
    [0, `Everything is in your account. ${stays}`], [0, `1 file waits to be pushed. ${stays}`],
    [1, `Selkie cannot be reached. 2 files wait to be pushed. ${stays}`], [1, `The store is busy. 1 file waits to be pushed. ${stays}`],
  ]);
});

test('sync pause and resume hold in this browser, and the status says how to go on', async () => {
  expect([(await run('sync pause', { person: ANN })).events, (await run('sync resume', { person: ANN })).events, (await run('sync pause')).exit]).toEqual([['paused'], ['resumed'], 1]);
  expect((await run('sync status', { person: ANN, status: { state: 'paused', pending: 1, message: undefined } })).out[0])
    .toBe('Sync is paused in this browser; `sync resume` goes on, `sync` exchanges once. 1 file waits to be pushed.');
});

test('Ctrl-C at any question ends the command and changes nothing', async () => {
  for (const line of ['signup', 'login', 'forgot', 'confirm']) {
    expect(await run(line)).toMatchObject({ exit: 130, events: [], requests: [] });
  }
  expect(await run('passwd', { person: ANN })).toMatchObject({ exit: 130, events: [], requests: [] });
});

test('passwd asks nothing of somebody who is not signed in', async () => {
  expect(await run('passwd', { answers: ['Old-password-1'] })).toMatchObject({
    exit: 1, requests: [], left: ['Old-password-1'], out: ['passwd: You are not signed in; type `login`.'],
  });
});
