import { createHash } from 'node:crypto';
import type { Pool } from '../cognito/pool.ts';
import type { User } from '../cognito/users.ts';

/** A person's name in the identity pool, `REGION:UUID`: always the same, derived instead of kept (RFC 9562 5.8). */
export function identityIdOf({ config }: Pool, user: User): string {
  const hash = createHash('sha256').update(`${config.identityPoolId} ${user.sub}`).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${config.region}:${[hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')}`;
}
