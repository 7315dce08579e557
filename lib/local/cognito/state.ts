import * as v from 'valibot';
import type { Family } from './refresh-tokens.ts';
import type { User } from './users.ts';

/** All that the pool keeps in `users.json`: people and the refresh tokens that were issued to them. */
export interface State {
  version: 1;
  users: User[];
  families: Family[];
}

const code = v.object({ code: v.string(), expiresAt: v.number() });

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
      password: v.object({ salt: v.string(), hash: v.string(), N: v.number(), r: v.number(), p: v.number() }),
      temporaryPasswordExpiresAt: v.optional(v.number()),
      codes: v.object({ 'sign-up': v.exactOptional(code), reset: v.exactOptional(code) }),
      groups: v.array(v.string()),
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
      tokens: v.array(v.object({ hash: v.string(), rotatedAt: v.exactOptional(v.number()) })),
    }),
  ),
});

export const emptyState = (): State => ({ version: 1, users: [], families: [] });

/** Throws when the shape is not the one above. */
export function parseState(value: unknown): State {
  return v.parse(stateSchema, value);
}
