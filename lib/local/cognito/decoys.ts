import { createHmac } from 'node:crypto';
import * as limits from '../../core/limits.ts';
import { pretendVerifier } from './srp.ts';
import { canonical, type User } from './users.ts';

/**
 * People who are not there. A sign-in under a name of nobody runs the same way as for anybody, with the same made-up id
 * and salt each time, and every secret is wrong: "Managing user existence error responses" in the developer guide.
 * AWS answers choice-based sign-in for nobody with one of the pool's challenges at random; here nobody looks like
 * the most ordinary person, confirmed and with a password only, so that asking twice tells nothing either.
 */
export interface Decoys {
  /** By address, or by the id that an earlier answer gave. */
  find(username: string): User;
}

export function createDecoys(secret: string, now: () => number): Decoys {
  const made = new Map<string, User>();
  const derive = (purpose: string, name: string) => createHmac('sha256', secret).update(`${purpose} ${name}`).digest();

  return {
    find(username) {
      const name = canonical(username);
      const sub = isUuid(name) ? name : uuidFrom(derive('id', name));
      const known = made.get(sub);
      if (known !== undefined) return known;
      const decoy: User = {
        sub, email: name, emailVerified: true, attributes: {}, status: 'CONFIRMED', enabled: true,
        // scrypt never sees this one: without a kept hash it compares with one of its own.
        password: { salt: '', hash: '', N: 2, r: 1, p: 1, srp: pretendVerifier(derive('srp', sub)) },
        codes: {}, groups: [], mfa: { enabled: [] }, passkeys: [], createdAt: now(), modifiedAt: now(),
      };
      made.set(sub, decoy);
      for (const oldest of made.keys()) {
        if (made.size <= limits.cognitoCountersMax) break;
        made.delete(oldest);
      }
      return decoy;
    },
  };
}

function isUuid(name: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);
}

/** With the version and variant of the ids that people have. */
function uuidFrom(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
