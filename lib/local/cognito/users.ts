import type { PasswordHash } from './passwords.ts';
import { ServiceError } from './service-error.ts';
import type { State } from './state.ts';

export type UserStatus = 'UNCONFIRMED' | 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD';
export type CodePurpose = 'sign-up' | 'reset' | 'email-otp';
export type SecondFactor = 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP';

/** An authenticator app. The secret is base32, as the person types it. */
export interface Authenticator {
  secret: string;
  /** The last 30-second step whose code was accepted: a code works once (RFC 6238 5.2). */
  lastStep: number;
  friendlyName?: string;
}

/** One passkey. Binary members are base64url. */
export interface Passkey {
  credentialId: string;
  publicKey: string;
  counter: number;
  friendlyName: string;
  relyingPartyId: string;
  transports: string[];
  attachment?: string;
  createdAt: number;
}

/** A person of the pool. The user name is the `sub`, a UUID; people sign in by their e-mail address. */
export interface User {
  sub: string;
  email: string;
  emailVerified: boolean;
  /** Standard attributes besides `sub`, `email` and `email_verified`. */
  attributes: Record<string, string>;
  status: UserStatus;
  enabled: boolean;
  password: PasswordHash;
  /** Set while an administrator's password waits to be replaced; milliseconds since 1970. */
  temporaryPasswordExpiresAt?: number | undefined;
  codes: Partial<Record<CodePurpose, { code: string; expiresAt: number }>>;
  groups: string[];
  /** Verified; the person can sign in with it. */
  authenticator?: Authenticator;
  /** AssociateSoftwareToken made it, and no code has verified it yet. */
  pendingAuthenticatorSecret?: string;
  /** SetUserMFAPreference: which second factors are on, and the one that is asked first. */
  mfa: {
    enabled: SecondFactor[];
    preferred?: SecondFactor;
    /** A passkey with user verification stands for both factors (`WebAuthnMfaSettings`). */
    passkey?: boolean;
  };
  passkeys: Passkey[];
  createdAt: number;
  modifiedAt: number;
}

export interface Users {
  /** By `sub`, or by address in any letter case. */
  find(username: string): User | undefined;
  /** Everybody, in the order of their creation. */
  list(): readonly User[];
  /** Throws UsernameExistsException when the address is taken; the check and the insertion are one step. */
  add(user: Omit<User, 'createdAt' | 'modifiedAt' | 'codes' | 'groups' | 'enabled' | 'mfa' | 'passkeys'>): User;
  remove(user: User): void;
  /** Throws AliasExistsException when somebody else has the address. */
  changeEmail(user: User, email: string): void;
}

export function createUsers(state: State, now: () => number): Users {
  const bySub = new Map(state.users.map((user) => [user.sub, user]));
  const byEmail = new Map(state.users.map((user) => [canonical(user.email), user]));

  return {
    list: () => state.users,
    find: (username) => bySub.get(username) ?? byEmail.get(canonical(username)),
    add(fields) {
      if (byEmail.has(canonical(fields.email))) {
        throw new ServiceError('UsernameExistsException', 'An account with the given email already exists.');
      }
      const user: User = { ...fields, enabled: true, codes: {}, groups: [], mfa: { enabled: [] }, passkeys: [], createdAt: now(), modifiedAt: now() };
      state.users.push(user);
      bySub.set(user.sub, user);
      byEmail.set(canonical(user.email), user);
      return user;
    },
    changeEmail(user, email) {
      const holder = byEmail.get(canonical(email));
      if (holder !== undefined && holder !== user) throw new ServiceError('AliasExistsException', 'An account with the given email already exists.');
      byEmail.delete(canonical(user.email));
      user.email = email;
      byEmail.set(canonical(email), user);
    },
    remove(user) {
      state.users.splice(state.users.indexOf(user), 1);
      bySub.delete(user.sub);
      byEmail.delete(canonical(user.email));
    },
  };
}

/** One spelling of a user name for comparing and counting: the pool is case-insensitive. */
export function canonical(username: string): string {
  return username.toLowerCase();
}

/** `[{Name, Value}]` as GetUser and AdminCreateUser answer. */
export function attributeList(user: User): { Name: string; Value: string }[] {
  const all = { email: user.email, email_verified: String(user.emailVerified), ...user.attributes, sub: user.sub };
  return Object.entries(all).map(([Name, Value]) => ({ Name, Value }));
}
