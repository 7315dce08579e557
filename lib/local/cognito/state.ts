import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Family } from './refresh-tokens.ts';
import type { User } from './users.ts';

/** All that the pool keeps in `users.json`: people and the refresh tokens that were issued to them. */
export interface State {
  version: 1;
  users: User[];
  families: Family[];
  groups: Group[];
  /** What answers about nobody are made from, so that they stay the same; base64. */
  decoySecret: string;
  clientSecrets: ClientSecretState;
}

/** What has become of the app client's secrets since it was made. */
export interface ClientSecretState {
  added: Array<{ id: string; value: string; createdAt: number }>;
  /** SHA-256 of the first one, in hexadecimal digits, once it was deleted. */
  removed?: string;
}

export interface Group {
  name: string;
  description?: string;
  precedence?: number;
  createdAt: number;
}

const code = v.object({ code: v.string(), expiresAt: v.number() });

const secondFactor = v.picklist(['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP']);

const newSecret = () => randomBytes(32).toString('base64');

/** Members that an older version of this file did not have are optional. */
const stateSchema = v.object({
  version: v.literal(1),
  users: v.array(
    v.object({
      sub: v.pipe(v.string(), v.uuid()),
      email: v.string(),
      emailVerified: v.boolean(),
      attributes: v.record(v.string(), v.string()),
      status: v.picklist(['UNCONFIRMED', 'CONFIRMED', 'FORCE_CHANGE_PASSWORD']),
      enabled: v.boolean(),
      password: v.object({
        salt: v.string(), hash: v.string(), N: v.number(), r: v.number(), p: v.number(),
        srp: v.exactOptional(v.object({ salt: v.string(), verifier: v.string() })),
      }),
      temporaryPasswordExpiresAt: v.optional(v.number()),
      codes: v.object({ 'sign-up': v.exactOptional(code), reset: v.exactOptional(code), 'email-otp': v.exactOptional(code) }),
      groups: v.array(v.string()),
      authenticator: v.exactOptional(v.object({ secret: v.string(), lastStep: v.number(), friendlyName: v.exactOptional(v.string()) })),
      pendingAuthenticatorSecret: v.exactOptional(v.string()),
      mfa: v.optional(v.object({ enabled: v.array(secondFactor), preferred: v.exactOptional(secondFactor), passkey: v.exactOptional(v.boolean()) }), { enabled: [] }),
      passkeys: v.optional(v.array(v.object({
        credentialId: v.string(), publicKey: v.string(), counter: v.number(), friendlyName: v.string(), relyingPartyId: v.string(),
        transports: v.array(v.string()), attachment: v.exactOptional(v.string()), createdAt: v.number(),
      })), []),
      createdAt: v.number(),
      modifiedAt: v.number(),
    }),
  ),
  families: v.array(
    v.object({
      originJti: v.string(),
      sub: v.string(),
      authTime: v.number(),
      expiresAt: v.number(),
      revoked: v.boolean(),
      clientId: v.exactOptional(v.string()),
      scopes: v.exactOptional(v.array(v.string())),
      tokens: v.array(v.object({ hash: v.string(), rotatedAt: v.exactOptional(v.number()) })),
    }),
  ),
  groups: v.optional(v.array(v.object({
    name: v.string(), description: v.exactOptional(v.string()), precedence: v.exactOptional(v.number()), createdAt: v.number(),
  })), []),
  decoySecret: v.optional(v.string(), newSecret),
  clientSecrets: v.optional(v.object({ added: v.array(v.object({ id: v.string(), value: v.string(), createdAt: v.number() })), removed: v.exactOptional(v.string()) }), () => ({ added: [] })),
});

export const emptyState = (): State => ({ version: 1, users: [], families: [], groups: [], decoySecret: newSecret(), clientSecrets: { added: [] } });

/** Throws when the shape is not the one above. */
export function parseState(value: unknown): State {
  return v.parse(stateSchema, value);
}
