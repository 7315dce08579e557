import * as limits from '../../core/limits.ts';
import { ServiceError, refuse } from './service-error.ts';

/** OpenID Connect Core 5.1's standard claims, which every user pool has; `email` and the rest are handled apart. */
const standard = new Set([
  'name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture', 'website',
  'gender', 'birthdate', 'zoneinfo', 'locale', 'address',
]);

export interface ParsedAttributes {
  email?: string;
  emailVerified?: boolean;
  others: Record<string, string>;
}

/**
 * Sorts `[{Name, Value}]`. Only an administrator may say that an address is verified; `sub` is nobody's to write;
 * attributes that the pool does not define are refused.
 */
export function parseAttributes(list: readonly { Name: string; Value?: string | undefined }[] | undefined, by: 'person' | 'administrator'): ParsedAttributes {
  const parsed: ParsedAttributes = { others: {} };
  for (const { Name, Value = '' } of list ?? []) {
    if (Name === 'email') parsed.email = requireEmail(Value);
    else if (Name === 'email_verified' && by === 'administrator') parsed.emailVerified = Value === 'true';
    else if (Name === 'email_verified') throw new ServiceError('NotAuthorizedException', 'A client attempted to write unauthorized attribute');
    else if (Name === 'sub') throw refuse.invalid('Cannot modify an already provided attribute: sub');
    else if (standard.has(Name)) parsed.others[Name] = Value;
    else throw refuse.invalid(`Attributes did not conform to the schema: ${Name}: The attribute ${Name} is not defined in schema.`);
  }
  return parsed;
}

/** The address of a new person: the user name, which an `email` attribute may repeat but not contradict. */
export function requireSignInEmail(username: string, attribute: string | undefined): string {
  if (!isEmail(username)) throw refuse.invalid('Username should be an email.');
  if (attribute !== undefined && attribute.toLowerCase() !== username.toLowerCase()) {
    throw refuse.invalid('The email attribute must be the same as the user name.');
  }
  return username;
}

function requireEmail(value: string): string {
  if (!isEmail(value)) throw refuse.invalid('Invalid email address format.');
  return value;
}

function isEmail(text: string): boolean {
  return Buffer.byteLength(text) <= limits.emailMaxBytes && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}
