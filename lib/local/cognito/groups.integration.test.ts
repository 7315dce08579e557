import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as limits from '../../core/limits.ts';
import { config, openTestPool, refreshInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const notFound = 'ResourceNotFoundException: Group not found.';
let pool: TestPool;
beforeEach(async () => {
  pool = await openTestPool();
  await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const create = (GroupName: string, more: object = {}) => pool.adminRefusal('CreateGroup', { GroupName, ...more });
const join = (GroupName: string) => pool.adminRefusal('AdminAddUserToGroup', { Username: ada, GroupName });
const leave = (GroupName: string) => pool.adminRefusal('AdminRemoveUserFromGroup', { Username: ada, GroupName });
const groupsIn = ({ AccessToken, IdToken }: { AccessToken: string; IdToken: string }) => [AccessToken, IdToken].map((token) => decodeJwt(token)['cognito:groups']);
const names = ({ Groups }: any) => Groups.map((group: any) => group.GroupName);

describe('in tokens', () => {
  test('both tokens name the groups at the sign-in', async () => {
    expect(groupsIn(await pool.signIn(ada))).toEqual([undefined, undefined]);
    await create('admin');
    await create('staff');
    expect([await join('admin'), await join('staff')]).toEqual(['ok', 'ok']);
    const tokens = await pool.signIn(ada);
    expect(groupsIn(tokens)).toEqual([['admin', 'staff'], ['admin', 'staff']]);
    expect(Object.keys(decodeJwt(tokens.IdToken)).filter((claim) => /role/.test(claim))).toEqual([]);
  });

  test('a refresh names the groups of now', async () => {
    const { RefreshToken } = await pool.signIn(ada);
    await create('admin');
    await join('admin');
    const joined = (await pool.must('GetTokensFromRefreshToken', refreshInput(RefreshToken))).AuthenticationResult;
    expect(groupsIn(joined)).toEqual([['admin'], ['admin']]);
    await leave('admin');
    const left = (await pool.must('GetTokensFromRefreshToken', refreshInput(joined.RefreshToken))).AuthenticationResult;
    expect(groupsIn(left)).toEqual([undefined, undefined]);
  });
});

describe('CreateGroup, GetGroup, ListGroups, DeleteGroup', () => {
  test('a group is kept over a restart as it was made', async () => {
    const made = { GroupName: 'admin', UserPoolId: config.userPoolId, Description: 'May look', Precedence: 0, CreationDate: start / 1000, LastModifiedDate: start / 1000 };
    expect(await pool.admin('CreateGroup', { GroupName: 'admin', Description: 'May look', Precedence: 0 })).toEqual({ Group: made });
    await pool.restart();
    expect(await pool.admin('GetGroup', { GroupName: 'admin' })).toEqual({ Group: made });
    expect(await pool.admin('ListGroups', {})).toEqual({ Groups: [made] });
  });

  test('pages hold each group once', async () => {
    for (const name of ['a', 'b', 'c']) await create(name);
    const first = await pool.admin('ListGroups', { Limit: 2 });
    const second = await pool.admin('ListGroups', { Limit: 2, NextToken: first.NextToken });
    expect([names(first), names(second), second.NextToken]).toEqual([['a', 'b'], ['c'], undefined]);
  });

  test('refuses a name that is taken, a role, and values out of bounds', async () => {
    await create('admin');
    expect(await create('admin')).toBe('GroupExistsException: A group with the name already exists.');
    expect(await create('other', { RoleArn: 'arn:aws:iam::1:role/x' })).toBe('InvalidParameterException: RoleArn is not supported by the embedded user pool: leave it out.');
    for (const more of [{ Precedence: -1 }, { Precedence: 1.5 }, { Precedence: 2 ** 31 }, { Description: 'x'.repeat(2049) }]) expect(await create('other', more)).toMatch(/^InvalidParameterException/);
    for (const name of ['', 'two words', 'x'.repeat(129)]) expect(await create(name)).toMatch(/^InvalidParameterException/);
    expect(names(await pool.admin('ListGroups', {}))).toEqual(['admin']);
  });

  test('deleting a group takes everybody out of it: one of the same name begins empty', async () => {
    await create('admin');
    await join('admin');
    expect(await pool.adminRefusal('DeleteGroup', { GroupName: 'admin' })).toBe('ok');
    expect(await pool.adminRefusal('DeleteGroup', { GroupName: 'admin' })).toBe(notFound);
    expect(await pool.adminRefusal('GetGroup', { GroupName: 'admin' })).toBe(notFound);
    await create('admin');
    expect(groupsIn(await pool.signIn(ada))).toEqual([undefined, undefined]);
  });
});

describe('membership', () => {
  test('is listed from both sides, counts once, and ends', async () => {
    await pool.signUpAndConfirm('eve@example.com');
    await create('admin');
    await create('staff');
    expect([await join('staff'), await join('admin'), await join('admin')]).toEqual(['ok', 'ok', 'ok']);
    expect(names(await pool.admin('AdminListGroupsForUser', { Username: ada }))).toEqual(['staff', 'admin']);
    const { Users } = await pool.admin('ListUsersInGroup', { GroupName: 'admin' });
    expect(Users).toEqual([expect.objectContaining({ Enabled: true, Attributes: expect.arrayContaining([{ Name: 'email', Value: ada }]) })]);
    expect([await leave('admin'), await leave('admin')]).toEqual(['ok', 'ok']);
    expect(names(await pool.admin('AdminListGroupsForUser', { Username: ada }))).toEqual(['staff']);
    expect((await pool.admin('ListUsersInGroup', { GroupName: 'admin' })).Users).toEqual([]);
  });

  test('refuses a group that is not there, in each operation', async () => {
    for (const operation of ['AdminAddUserToGroup', 'AdminRemoveUserFromGroup', 'ListUsersInGroup', 'GetGroup', 'DeleteGroup']) {
      expect(await pool.adminRefusal(operation, { Username: ada, GroupName: 'nowhere' })).toBe(notFound);
    }
    expect(groupsIn(await pool.signIn(ada))).toEqual([undefined, undefined]);
  });

  test('a person is in at most a hundred groups', async () => {
    for (let i = 0; i < limits.cognitoGroupsPerUserMax; i++) {
      await create(`g${i}`);
      await join(`g${i}`);
    }
    await create('more');
    expect(await join('more')).toBe('LimitExceededException: A user can be in at most 100 groups.');
    expect(await join('g0')).toBe('ok');
    const first = await pool.admin('AdminListGroupsForUser', { Username: ada });
    const second = await pool.admin('AdminListGroupsForUser', { Username: ada, NextToken: first.NextToken });
    expect([first.Groups.length, second.Groups.length, second.NextToken]).toEqual([60, 40, undefined]);
  });
});
