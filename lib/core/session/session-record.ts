import * as v from 'valibot';
import { RedisUnavailable } from './redis-port.ts';

/** By what a person came in. */
export const PROOFS = ['password', 'totp', 'email-code', 'passkey', 'managed-login'] as const;
export type Proof = (typeof PROOFS)[number];

/** What Selkie knows of a live session; nothing in it is secret, and none of it is a token. */
export interface SessionFacts {
  /** Names the session towards the person (`GET /api/sessions`); stays when the secret id is replaced. */
  id: string;
  user: { id: string; email: string };
  createdAtMs: number;
  lastSeenAtMs: number;
  /** End of the absolute lifetime. */
  expiresAtMs: number;
  idleMs: number;
  proof: Proof;
  /** When the person last proved who they are for a sensitive act; 0 = not in this session. */
  stepUpAtMs: number;
  /** `Firefox on Linux`. */
  device: string;
  /** Coarse: a /24 or /48. */
  address: string;
  groups: string[];
  remembered: boolean;
  /** Grows with each commit of tokens and each new id; every such write is a compare-and-set on it. */
  generation: number;
  /** H(secret id) of the live record. */
  hash: string;
}

/** Order of the record's fields in every script's reply. `epoch`, `nonce` stay inside Redis. */
export const RECORD_FIELDS = [
  'id', 'user', 'email', 'created', 'seen', 'abs', 'idle', 'proof', 'stepup', 'device', 'addr', 'groups', 'remember', 'gen',
] as const;

/** The field list as Lua arguments. */
export const RECORD_FIELDS_LUA = RECORD_FIELDS.map((field) => `'${field}'`).join(',');

const count = v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number));
const replyFields = v.tuple([
  v.pipe(v.string(), v.regex(/^[\w-]{22}$/)), v.pipe(v.string(), v.minLength(1)), v.string(), count, count, count, count,
  v.picklist(PROOFS), count, v.string(), v.string(), v.string(),
  v.picklist(['0', '1']), count,
]);

/** Reads a record from a script's reply; a malformed one is no answer (503), never a session. */
export function parseSessionRecord(hash: string, fields: string[]): SessionFacts {
  const parsed = v.safeParse(replyFields, fields);
  if (!parsed.success || !/^[\w-]{43}$/.test(hash)) throw new RedisUnavailable('malformed session record');
  const [id, user, email, created, seen, abs, idle, proof, stepup, device, addr, groups, remember, gen] = parsed.output;
  return {
    id, user: { id: user, email }, createdAtMs: created, lastSeenAtMs: seen, expiresAtMs: abs, idleMs: idle, proof,
    stepUpAtMs: stepup, device, address: addr, groups: groups === '' ? [] : groups.split(' '),
    remembered: remember === '1', generation: gen, hash,
  };
}
