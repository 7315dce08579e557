import { AdminAddUserToGroupCommand, AdminRemoveUserFromGroupCommand, CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../core/session/crypto-port.ts';
import { lockVault, openVault } from '../../core/session/token-vault.ts';
import { keyRing } from '../keys.ts';
import { unsealSession } from '../seals.ts';
import { sessionTokens } from '../session/tokens.ts';
import { Browser, password, type RouteStack, SID, startRouteStack, userPoolId } from './route-stack.ts';
import { bodyOf, must, stepUp } from './signed-in-person.ts';

let stack: RouteStack;
type Events = Array<{ kind: string; user: string; detail: string; address: string }>;

beforeAll(async () => {
  stack = await startRouteStack();
  await stack.root.cognito.send(new CreateGroupCommand({ UserPoolId: userPoolId, GroupName: 'admin' }));
});
beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(async () => {
  vi.restoreAllMocks();
  await stack.control('DELETE', '/faults');
});
afterAll(() => stack.close());

const person = async () => {
  const { browser, email } = await stack.person();
  return { browser, email, userId: (await must(browser, 200, 'GET', '/api/auth/session')).user.id as string };
};
async function admin() {
  const { browser, email, userId } = await person();
  await stack.root.cognito.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: userId, GroupName: 'admin' }));
  await must(browser, 200, 'POST', '/api/auth/sign-in', { email, password });
  return { browser, email, userId };
}
/** Makes the access token of a session one that has to be renewed, as an hour would. */
async function ageToken(browser: Browser): Promise<void> {
  const { id, dataKey } = (await unsealSession('seal-session', browser.jar.get(SID)))!;
  const hash = await sha256(crypto, id);
  const tokens = (await openVault(crypto, keyRing(), dataKey, hash, String(await stack.redisCommand('GET', `t:${hash}`)), sessionTokens))!;
  await stack.redisCommand('SET', `t:${hash}`, await lockVault(crypto, keyRing(), dataKey, hash, { ...tokens, accessExpiresAtMs: 0 }), 'KEEPTTL');
}

const ROUTES = (userId: string, sessionId: string): ReadonlyArray<readonly [string, string, unknown?]> => [
  ['GET', '/api/admin/sessions'], ['DELETE', `/api/admin/sessions/${userId}.${sessionId}`], ['POST', `/api/admin/people/${userId}/sign-out`, {}],
  ['GET', '/api/admin/audit'], ['GET', `/api/admin/audit?user=${userId}`],
];

test('nobody but the group comes in, by either door, and every try is in the audit', async () => {
  const [eve, ada] = [await person(), await person()];
  await stepUp(eve.browser);
  const session = (await must(ada.browser, 200, 'GET', '/api/auth/session')).session.id;
  for (const edge of [true, false]) {
    eve.browser.edge = edge;
    for (const [method, path, body] of ROUTES(ada.userId, session)) {
      const reply = await eve.browser.call(method, path, body);
      expect([method, path, reply.status, reply.data.code]).toEqual([method, path, 403, 'forbidden']);
      const stranger = new Browser();
      stranger.edge = edge;
      expect((await stranger.call(method, path, body)).status).toBe(401);
    }
  }
  expect((await ada.browser.call('GET', '/api/auth/session')).status).toBe(200);
  const { events } = await must(eve.browser, 200, 'GET', '/api/audit?limit=10');
  expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(Array(10).fill('admin-refused'));
  expect((await must(eve.browser, 200, 'GET', '/api/auth/session')).session.admin).toBe(false);
});

test('an administrator sees who is signed in, searches by a part of the address, and pages', async () => {
  const boss = await admin();
  const others = [await person(), await person(), await person()];
  expect((await must(boss.browser, 200, 'GET', '/api/auth/session')).session.admin).toBe(true);
  const { people } = await must(boss.browser, 200, 'GET', '/api/admin/sessions');
  const ids = people.map((each: { user: { id: string } }) => each.user.id);
  for (const { userId } of [boss, ...others]) expect(ids).toContain(userId);
  const target = others[1]!;
  const found = await must(boss.browser, 200, 'GET', `/api/admin/sessions?search=${encodeURIComponent(target.email.slice(0, -6).toUpperCase())}`);
  const theirs = found.people.find((each: { user: { id: string } }) => each.user.id === target.userId);
  expect(theirs.user.email).toBe(target.email);
  expect(theirs.sessions).toEqual([expect.objectContaining({ id: expect.stringMatching(new RegExp(`^${target.userId}\\.[\\w-]{22}$`)), device: 'Firefox on Linux', proof: 'password', current: false })]);
  expect(await must(boss.browser, 200, 'GET', '/api/admin/sessions?search=nobody-at-all')).toEqual({ people: [] });
  for (const query of ['cursor=x', 'cursor=1.a.b', `search=${'x'.repeat(101)}`, 'other=1']) expect([query, (await boss.browser.call('GET', `/api/admin/sessions?${query}`)).status]).toEqual([query, 400]);
  for (const query of ['limit=0', 'limit=51', 'before=x', 'user=a/b', 'other=1']) expect([query, (await boss.browser.call('GET', `/api/admin/audit?${query}`)).status]).toEqual([query, 400]);
});

test('a page holds as many people as it may, and the pages together hold everybody once', async () => {
  const boss = await admin();
  for (let i = 0; i < 16; i += 1) await person();
  const seen: string[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    const page = await must(boss.browser, 200, 'GET', `/api/admin/sessions${next === undefined ? '' : `?cursor=${next}`}`);
    seen.push(...page.people.map((each: { user: { id: string } }) => each.user.id));
    next = page.next;
    pages += 1;
  } while (next !== undefined && pages < 10);
  expect(pages).toBeGreaterThan(1);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.length).toBe(Number(await stack.redisCommand('ZCARD', 'people')));
}, 60_000);

test('ending a session and signing somebody out need a step-up, work at once, and both trails tell it', async () => {
  const boss = await admin();
  const ada = await person();
  const session = (await must(ada.browser, 200, 'GET', '/api/auth/session')).session.id;
  for (const [method, path, body] of ROUTES(ada.userId, session).slice(1, 3)) {
    expect((await boss.browser.call(method, path, body)).data.code).toBe('step-up-required');
  }
  expect((await ada.browser.call('GET', '/api/auth/session')).status).toBe(200);
  await stepUp(boss.browser);
  for (const wrong of [`${ada.userId}.${'x'.repeat(22)}`, `${boss.userId}.${session}`, 'x', `${ada.userId}`]) {
    expect([wrong, (await boss.browser.call('DELETE', `/api/admin/sessions/${wrong}`)).status]).toEqual([wrong, 404]);
  }
  await must(boss.browser, 204, 'DELETE', `/api/admin/sessions/${ada.userId}.${session}`);
  expect((await ada.browser.call('GET', '/api/auth/session')).status).toBe(401);
  await must(ada.browser, 200, 'POST', '/api/auth/sign-in', { email: ada.email, password });
  await stack.control('DELETE', '/requests');
  expect(await must(boss.browser, 200, 'POST', `/api/admin/people/${ada.userId}/sign-out`, {})).toEqual({ ended: 1 });
  expect(await stack.askedOf('cognito')).toEqual(['AdminUserGlobalSignOut']);
  expect((await ada.browser.call('GET', '/api/auth/session')).status).toBe(401);
  expect((await boss.browser.call('POST', '/api/admin/people/00000000-0000-4000-8000-000000000000/sign-out', {})).status).toBe(404);

  await must(ada.browser, 200, 'POST', '/api/auth/sign-in', { email: ada.email, password });
  const own: Events = (await must(ada.browser, 200, 'GET', '/api/audit')).events;
  const acts = own.filter(({ kind }) => kind.startsWith('admin-'));
  expect(acts.map(({ kind, detail, address }) => [kind, detail, address])).toEqual([['admin-sign-out', 'by an administrator', ''], ['admin-revoke', 'by an administrator', '']]);
  expect(JSON.stringify(own)).not.toContain(boss.userId);
  const all: Events = (await must(boss.browser, 200, 'GET', '/api/admin/audit')).events;
  expect(all.filter(({ kind, user }) => kind === 'admin-sign-out' && user === boss.userId).some(({ detail }) => detail === `every session of ${ada.userId}`)).toBe(true);
  const hers: Events = (await must(boss.browser, 200, 'GET', `/api/admin/audit?user=${ada.userId}`)).events;
  expect(new Set(hers.map(({ user }) => user))).toEqual(new Set([ada.userId]));
  expect(hers.map(({ kind }) => kind)).toEqual(own.map(({ kind }) => kind));
});

test('who is removed from the group is out with the next access token, step-up or not', async () => {
  const boss = await admin();
  await stepUp(boss.browser);
  await stack.root.cognito.send(new AdminRemoveUserFromGroupCommand({ UserPoolId: userPoolId, Username: boss.userId, GroupName: 'admin' }));
  await ageToken(boss.browser);
  const reply = await boss.browser.call('GET', '/api/admin/sessions');
  expect([reply.status, reply.data.code]).toEqual([403, 'forbidden']);
  expect((await boss.browser.call('GET', '/api/auth/session')).status).toBe(200);
  const first = (bodyOf(await boss.browser.call('GET', '/api/audit?limit=1')).events as Events)[0]!;
  expect([first.kind, first.detail]).toEqual(['admin-refused', 'GET /api/admin/sessions']);
});

test('who joins the group is in with the next sign-in, not by a session from before', async () => {
  const ada = await person();
  await stack.root.cognito.send(new AdminAddUserToGroupCommand({ UserPoolId: userPoolId, Username: ada.userId, GroupName: 'admin' }));
  await ageToken(ada.browser);
  expect((await ada.browser.call('GET', '/api/admin/sessions')).status).toBe(403);
  await must(ada.browser, 200, 'POST', '/api/auth/sign-in', { email: ada.email, password });
  await must(ada.browser, 200, 'GET', '/api/admin/sessions');
});

test('when Cognito does not confirm a sign-out the sessions have ended all the same, and the administrator is told', async () => {
  const boss = await admin();
  const ada = await person();
  await stepUp(boss.browser);
  await stack.control('POST', '/faults', { service: 'cognito', operation: 'AdminUserGlobalSignOut', action: 'fail', status: 500 });
  const reply = await boss.browser.call('POST', `/api/admin/people/${ada.userId}/sign-out`, {});
  expect([reply.status, reply.data.code]).toEqual([503, 'unavailable']);
  expect((await ada.browser.call('GET', '/api/auth/session')).status).toBe(401);
});
