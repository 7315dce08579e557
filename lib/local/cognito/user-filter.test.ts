import { describe, expect, test } from 'vitest';
import { parseUserFilter } from './user-filter.ts';
import type { User } from './users.ts';

const person = (sub: string, email: string, more: Partial<User> = {}): User => ({
  sub, email, emailVerified: true, attributes: {}, status: 'CONFIRMED', enabled: true, password: { salt: '', hash: '', N: 2, r: 1, p: 1 },
  codes: {}, groups: [], mfa: { enabled: [] }, passkeys: [], createdAt: 0, modifiedAt: 0, ...more,
});
const people = [
  person('sub-ada', 'Ada@example.com', { attributes: { name: 'Ada "the first" \\', given_name: 'Ada' } }),
  person('sub-adam', 'adam@example.com', { enabled: false, attributes: { given_name: 'ada' } }),
  person('sub-eve', 'eve@example.org', { status: 'UNCONFIRMED' }),
];
const found = (filter: string) => people.filter(parseUserFilter(filter)).map(({ sub }) => sub.slice(4));

test.each([
  ['', ['ada', 'adam', 'eve']],
  ['  ', ['ada', 'adam', 'eve']],
  ['email = "ada@EXAMPLE.com"', ['ada']],
  ['email ^= "ada"', ['ada', 'adam']],
  ['email^="ada"', ['ada', 'adam']],
  ['"email" = "eve@example.org"', ['eve']],
  ['email = ""', []],
  ['email ^= ""', ['ada', 'adam', 'eve']],
  ['given_name = "Ada"', ['ada']],
  ['given_name ^= "a"', ['adam']],
  ['name = "Ada \\"the first\\" \\\\"', ['ada']],
  ['username = "sub-eve"', ['eve']],
  ['sub ^= "sub-ad"', ['ada', 'adam']],
  ['phone_number ^= ""', []],
  ['cognito:user_status = "unconfirmed"', ['eve']],
  ['status = "Disabled"', ['adam']],
  ['status = "disabled"', []],
])('%s finds %j', (filter, names) => {
  expect(found(filter)).toEqual(names);
});

describe('refuses', () => {
  test.each(['email', 'email "x"', 'email = x', 'email = "x', 'email = "x" and status = "Enabled"', 'email != "x"', 'email = "a"b"', '= "x"'])('%s, which is no filter', (filter) => {
    expect(() => parseUserFilter(filter)).toThrow('Error while parsing filter.');
  });

  test.each(['address', 'password', 'custom:x', '__proto__', 'constructor'])('a search by %s', (name) => {
    expect(() => parseUserFilter(`${name} = "x"`)).toThrow(`One or more requested attributes cannot be filtered: ${name}.`);
  });
});
