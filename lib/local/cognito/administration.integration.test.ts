import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { operations } from './operations.ts';
import { config, named, openTestPool, password, refreshInput, signInInput, start, type TestPool } from './testing/test-pool.ts';

const ada = 'ada@example.com';
const eve = 'eve@example.com';
const next = 'Battery-staple-2';
const disabled = 'NotAuthorizedException: User is disabled.';
const revoked = { access: 'NotAuthorizedException: Access Token has been revoked', refresh: 'NotAuthorizedException: Refresh Token has been revoked' };
const wrong = 'NotAuthorizedException: Incorrect username or password.';
let pool: TestPool;
let sub: string;
beforeEach(async () => {
  pool = await openTestPool();
  sub = await pool.signUpAndConfirm(ada);
});
afterEach(() => pool.dispose());

const refresh = (token: string) => pool.refusal('GetTokensFromRefreshToken', refreshInput(token));
const useAccess = (token: string) => pool.refusal('GetUser', { AccessToken: token });
const signIn = (name = ada, itsPassword = password) => pool.refusal('InitiateAuth', signInInput(name, itsPassword));

describe('every signed operation', () => {
  const names = [...operations.values()].filter(({ authorization }) => authorization === 'signed').map(({ name }) => name);
  const aboutSomebody = names.filter((name) => name.startsWith('Admin') && name !== 'AdminCreateUser');
  // All that any of them wants, so that only what the test is about can be refused.
  const full = { Username: ada, GroupName: 'staff', Password: next, UserAttributes: [], ClientId: config.clientId, ClientSecretId: `${config.clientId}--0` };

  test('is here: the administrator’s, groups, the list of people, how the pool is set, and its client’s secrets', () => {
    expect(names.sort()).toEqual([
      'AddUserPoolClientSecret', 'AdminAddUserToGroup', 'AdminCreateUser', 'AdminDeleteSoftwareToken', 'AdminDeleteUser', 'AdminDisableUser', 'AdminEnableUser', 'AdminGetUser',
      'AdminListGroupsForUser', 'AdminRemoveUserFromGroup', 'AdminSetUserMFAPreference', 'AdminSetUserPassword', 'AdminUpdateUserAttributes',
      'AdminUserGlobalSignOut', 'CreateGroup', 'DeleteGroup', 'DeleteUserPoolClientSecret', 'DescribeUserPool', 'DescribeUserPoolClient', 'GetGroup', 'GetUserPoolMfaConfig', 'ListGroups',
      'ListUserPoolClientSecrets', 'ListUsers', 'ListUsersInGroup',
    ]);
  });

  test.each(names)('%s refuses an unsigned request, and a person’s access token', async (name) => {
    const { AccessToken } = await pool.signIn(ada);
    const input = { UserPoolId: config.userPoolId, ...full };
    expect(await pool.refusal(name, input)).toBe('MissingAuthenticationTokenException: Missing Authentication Token');
    expect(await pool.refusal(name, { ...input, AccessToken }, { authorization: `Bearer ${AccessToken}` })).toMatch(/^IncompleteSignatureException/);
    expect(await signIn()).toBe('ok');
  });

  test.each(names)('%s refuses another user pool', async (name) => {
    await pool.admin('CreateGroup', { GroupName: 'staff' });
    expect(await pool.adminRefusal(name, { ...full, UserPoolId: 'eu-west-1_Other0001' })).toBe('ResourceNotFoundException: User pool eu-west-1_Other0001 does not exist.');
  });

  test.each(aboutSomebody)('%s refuses a person who is not there, and names them by address or id', async (name) => {
    await pool.admin('CreateGroup', { GroupName: 'staff' });
    expect(await pool.adminRefusal(name, { ...full, Username: 'nobody@example.com' })).toBe('UserNotFoundException: User does not exist.');
    expect(await pool.adminRefusal(name, { ...full, Username: sub })).toBe('ok');
    // AdminDeleteUser has just removed her; the others find her as she was.
    await pool.adminRefusal('AdminCreateUser', { Username: ada });
    expect(await pool.adminRefusal(name, { ...full, Username: ada.toUpperCase() })).toBe('ok');
  });
});

describe('AdminDisableUser and AdminEnableUser', () => {
  test('a disabled person can neither sign in nor refresh nor act, over a restart', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    expect(await pool.admin('AdminDisableUser', { Username: ada })).toEqual({});
    await pool.restart();
    expect([await signIn(), await refresh(RefreshToken), await useAccess(AccessToken)]).toEqual([disabled, disabled, disabled]);
    expect(await signIn(ada, next)).toBe(wrong);
    expect((await pool.admin('AdminGetUser', { Username: ada })).Enabled).toBe(false);
  });

  test('who is enabled again signs in anew; no token of before comes back to life', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    await pool.admin('AdminDisableUser', { Username: ada });
    await pool.admin('AdminEnableUser', { Username: ada });
    expect([await useAccess(AccessToken), await refresh(RefreshToken)]).toEqual([revoked.access, revoked.refresh]);
    expect(await signIn()).toBe('ok');
  });

  test('enabling who is enabled takes nothing from them', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    await pool.admin('AdminEnableUser', { Username: ada });
    expect([await useAccess(AccessToken), await refresh(RefreshToken)]).toEqual(['ok', 'ok']);
  });
});

describe('AdminUserGlobalSignOut', () => {
  test('ends every sign-in of that person, and of nobody else', async () => {
    await pool.signUpAndConfirm(eve);
    const [one, two, hers] = [await pool.signIn(ada), await pool.signIn(ada), await pool.signIn(eve)];
    expect(await pool.admin('AdminUserGlobalSignOut', { Username: ada })).toEqual({});
    await pool.restart();
    for (const { AccessToken, RefreshToken } of [one, two]) {
      expect([await useAccess(AccessToken), await refresh(RefreshToken)]).toEqual([revoked.access, revoked.refresh]);
    }
    expect([await useAccess(hers.AccessToken), await refresh(hers.RefreshToken), await signIn()]).toEqual(['ok', 'ok', 'ok']);
  });
});

describe('AdminDeleteUser', () => {
  test('nothing of the person stays, and the address is free', async () => {
    const { AccessToken, RefreshToken } = await pool.signIn(ada);
    expect(await pool.admin('AdminDeleteUser', { Username: sub })).toEqual({});
    expect([await signIn(), await useAccess(AccessToken), await refresh(RefreshToken)]).toEqual([wrong, 'UserNotFoundException: User does not exist.', 'NotAuthorizedException: Invalid Refresh Token']);
    expect(await pool.signUpAndConfirm(ada)).not.toBe(sub);
    expect(await pool.adminRefusal('AdminDeleteUser', { Username: sub })).toBe('UserNotFoundException: User does not exist.');
  });
});

describe('AdminGetUser and AdminUpdateUserAttributes', () => {
  const update = (...UserAttributes: { Name: string; Value: string }[]) => pool.adminRefusal('AdminUpdateUserAttributes', { Username: sub, UserAttributes });

  test('the description follows each change', async () => {
    expect(await update({ Name: 'name', Value: 'Ada' }, { Name: 'locale', Value: 'en' })).toBe('ok');
    pool.clock.now += 5000;
    expect(await update({ Name: 'locale', Value: '' })).toBe('ok');
    const answer = await pool.admin('AdminGetUser', { Username: ada });
    expect(answer).toEqual({
      Username: sub, UserCreateDate: start / 1000, UserLastModifiedDate: start / 1000 + 5, Enabled: true, UserStatus: 'CONFIRMED',
      UserAttributes: [{ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }, { Name: 'name', Value: 'Ada' }, { Name: 'sub', Value: sub }],
    });
  });

  test('a new address signs in, the old one does not, and it is unverified unless said otherwise', async () => {
    expect(await update({ Name: 'email', Value: 'lovelace@example.com' })).toBe('ok');
    expect([await signIn('lovelace@example.com'), await signIn()]).toEqual(['ok', wrong]);
    const verified = async () => (await pool.admin('AdminGetUser', { Username: sub })).UserAttributes.find((one: any) => one.Name === 'email_verified').Value;
    expect(await verified()).toBe('false');
    expect(await update({ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' })).toBe('ok');
    expect(await verified()).toBe('true');
  });

  test('refuses an address that is taken, attributes that are not there, and changes nothing then', async () => {
    await pool.signUpAndConfirm(eve);
    expect(await update({ Name: 'name', Value: 'Ada' }, { Name: 'email', Value: 'EVE@example.com' })).toBe('AliasExistsException: An account with the given email already exists.');
    expect(await update({ Name: 'sub', Value: 'x' })).toMatch(/^InvalidParameterException/);
    expect(await update({ Name: 'custom:x', Value: 'x' })).toMatch(/^InvalidParameterException/);
    expect((await pool.admin('AdminGetUser', { Username: sub })).UserAttributes).toEqual([{ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }, { Name: 'sub', Value: sub }]);
    expect(await signIn()).toBe('ok');
  });
});

describe('AdminSetUserPassword', () => {
  const set = (input: object) => pool.adminRefusal('AdminSetUserPassword', { Username: ada, ...input });

  test('a permanent one signs in at once, and confirms who was not', async () => {
    expect(await set({ Password: next, Permanent: true })).toBe('ok');
    expect([await signIn(ada, next), await signIn()]).toEqual(['ok', wrong]);
    await pool.must('SignUp', { ...named(eve), Password: password });
    expect(await set({ Username: eve, Password: next, Permanent: true })).toBe('ok');
    expect(await signIn(eve, next)).toBe('ok');
  });

  test('any other must be replaced at the next sign-in, within seven days', async () => {
    expect(await set({ Password: next })).toBe('ok');
    expect((await pool.must('InitiateAuth', signInInput(ada, next))).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    pool.clock.now += 7 * 24 * 60 * 60_000;
    expect(await signIn(ada, next)).toMatch(/^NotAuthorizedException: Temporary password has expired/);
    expect(await set({ Password: next, Permanent: true })).toBe('ok');
    expect(await signIn(ada, next)).toBe('ok');
  });

  test('refuses one that the policy refuses', async () => {
    expect(await set({ Password: 'weak', Permanent: true })).toMatch(/^InvalidPasswordException/);
    expect(await signIn()).toBe('ok');
  });
});

describe('AdminDeleteSoftwareToken and AdminSetUserMFAPreference', () => {
  const addAuthenticator = async () => {
    const { AccessToken } = await pool.signIn(ada);
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    const UserCode = new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate({ timestamp: pool.clock.now });
    await pool.must('VerifySoftwareToken', { AccessToken, UserCode });
  };

  test('without the authenticator the password is enough, and a new one can be set up', async () => {
    await addAuthenticator();
    await pool.admin('AdminSetUserMFAPreference', { Username: ada, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } });
    expect(await pool.admin('AdminGetUser', { Username: ada })).toMatchObject({ UserMFASettingList: ['SOFTWARE_TOKEN_MFA'], PreferredMfaSetting: 'SOFTWARE_TOKEN_MFA' });
    expect((await pool.must('InitiateAuth', signInInput(ada, password))).ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    expect(await pool.admin('AdminDeleteSoftwareToken', { Username: ada })).toEqual({});
    const after = await pool.admin('AdminGetUser', { Username: ada });
    expect([after.UserMFASettingList, after.PreferredMfaSetting]).toEqual([undefined, undefined]);
    expect((await pool.must('InitiateAuth', signInInput(ada, password))).AuthenticationResult.TokenType).toBe('Bearer');
    await addAuthenticator();
    expect(await pool.adminRefusal('AdminSetUserMFAPreference', { Username: ada, SoftwareTokenMfaSettings: { Enabled: true } })).toBe('ok');
  });

  test('a set-up under way ends with it', async () => {
    const { AccessToken } = await pool.signIn(ada);
    const { SecretCode } = await pool.must('AssociateSoftwareToken', { AccessToken });
    await pool.admin('AdminDeleteSoftwareToken', { Username: ada });
    const UserCode = new TOTP({ secret: Secret.fromBase32(SecretCode) }).generate({ timestamp: pool.clock.now });
    expect(await pool.refusal('VerifySoftwareToken', { AccessToken, UserCode })).toMatch(/^SoftwareTokenMFANotFoundException/);
  });

  test('refuses who is not confirmed, and a factor that is not set up', async () => {
    await pool.must('SignUp', { ...named(eve), Password: password });
    expect(await pool.adminRefusal('AdminDeleteSoftwareToken', { Username: eve })).toBe('UserNotConfirmedException: User is not confirmed.');
    expect(await pool.adminRefusal('AdminSetUserMFAPreference', { Username: ada, SoftwareTokenMfaSettings: { Enabled: true } })).toMatch(/^InvalidParameterException/);
  });
});

describe('ListUsers', () => {
  const list = async (input: object = {}) => pool.admin('ListUsers', input);
  const emails = ({ Users }: any) => Users.map((user: any) => user.Attributes.find((one: any) => one.Name === 'email').Value);

  test('describes everybody, filtered and with the attributes that were asked for', async () => {
    await pool.signUpAndConfirm(eve);
    await pool.admin('AdminDisableUser', { Username: eve });
    const { Users } = await list({ Filter: `email = "${ada}"` });
    expect(Users).toEqual([{
      Username: sub, UserCreateDate: start / 1000, UserLastModifiedDate: start / 1000, Enabled: true, UserStatus: 'CONFIRMED',
      Attributes: [{ Name: 'email', Value: ada }, { Name: 'email_verified', Value: 'true' }, { Name: 'sub', Value: sub }],
    }]);
    expect(emails(await list())).toEqual([ada, eve]);
    expect(emails(await list({ Filter: 'status = "Disabled"' }))).toEqual([eve]);
    expect((await list({ AttributesToGet: ['email'] })).Users.map((user: any) => user.Attributes)).toEqual([[{ Name: 'email', Value: ada }], [{ Name: 'email', Value: eve }]]);
  });

  test('pages hold each person once, also when somebody goes in between', async () => {
    for (const name of ['b', 'c', 'd', 'e']) await pool.signUpAndConfirm(`${name}@example.com`);
    const first = await list({ Limit: 2 });
    await pool.admin('AdminDeleteUser', { Username: ada });
    const second = await list({ Limit: 2, PaginationToken: first.PaginationToken });
    const third = await list({ Limit: 2, PaginationToken: second.PaginationToken });
    expect([first, second, third].map(emails)).toEqual([[ada, 'b@example.com'], ['c@example.com', 'd@example.com'], ['e@example.com']]);
    expect(third.PaginationToken).toBe(undefined);
  });

  test('refuses a wrong filter, a page that is too long, and a made-up token', async () => {
    expect(await pool.adminRefusal('ListUsers', { Filter: 'email' })).toBe('InvalidParameterException: Error while parsing filter.');
    expect(await pool.adminRefusal('ListUsers', { Limit: 61 })).toMatch(/^InvalidParameterException: .*'limit'.*less than or equal to 60$/);
    expect(await pool.adminRefusal('ListUsers', { Limit: -1 })).toMatch(/^InvalidParameterException/);
    expect(await pool.adminRefusal('ListUsers', { PaginationToken: 'made-up' })).toBe('InvalidParameterException: Invalid pagination token given.');
  });
});
