import type { Pool } from './pool.ts';
import type { User } from './users.ts';

/** The person of that name, or a decoy: no step of a sign-in before a right factor may tell which. */
export function findPerson(pool: Pool, username: string): User {
  return pool.users.find(username) ?? pool.decoys.find(username);
}
