import type { ChallengeData } from '../challenge-sessions.ts';
import type { Pool } from '../pool.ts';
import type { User } from '../users.ts';

/**
 * The answer to one challenge. The client, the secret hash and the session have been checked; whoever finds the
 * answer right must `consume` the session before any waiting, and stop when it has been used meanwhile.
 */
export type ChallengeAnswer = (
  request: {
    /** In the answers to first factors perhaps a decoy, who is not in `pool.users` and whose every answer is wrong. */
    user: User;
    session: string;
    data: ChallengeData;
    clientId: string;
    responses: Readonly<Record<string, string>>;
    consume: () => void;
  },
  pool: Pool,
) => Promise<object>;
