import { refuse } from './service-error.ts';
import type { User } from './users.ts';

/** What ListUsers can search, with the words that it compares. */
const searchable: Readonly<Record<string, (user: User) => string | undefined>> = {
  username: (user) => user.sub,
  sub: (user) => user.sub,
  email: (user) => user.email,
  phone_number: () => undefined,
  name: (user) => user.attributes.name,
  given_name: (user) => user.attributes.given_name,
  family_name: (user) => user.attributes.family_name,
  preferred_username: (user) => user.attributes.preferred_username,
  'cognito:user_status': (user) => user.status,
  status: (user) => (user.enabled ? 'Enabled' : 'Disabled'),
};

/** `email` because this pool is case-insensitive, the other because AWS says so. */
const caseInsensitive = new Set(['email', 'cognito:user_status']);

/**
 * `AttributeName = "value"` or `AttributeName ^= "value"` (begins with), with `\"` and `\\` in the value; empty means everybody.
 * "Searching for users using the ListUsers API" in the developer guide. Throws InvalidParameterException.
 */
export function parseUserFilter(filter: string): (user: User) => boolean {
  if (filter.trim() === '') return () => true;
  const parts = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/s.exec(filter);
  if (parts === null) throw refuse.invalid('Error while parsing filter.');
  const [, name = '', kind, quoted = ''] = parts;
  const read = Object.hasOwn(searchable, name) ? searchable[name] : undefined;
  if (read === undefined) throw refuse.invalid(`One or more requested attributes cannot be filtered: ${name}.`);
  const fold = (text: string) => (caseInsensitive.has(name) ? text.toLowerCase() : text);
  const wanted = fold(quoted.replace(/\\(.)/gs, '$1'));
  return (user) => {
    const value = read(user);
    if (value === undefined) return false;
    return kind === '=' ? fold(value) === wanted : fold(value).startsWith(wanted);
  };
}
