import type { AppClient } from './client.ts';
import type { Pool } from './pool.ts';

/** Keeps the session of a challenge to the app client that is about to get it. */
export function handOver(pool: Pool, client: AppClient, answer: object): object {
  if ('Session' in answer && typeof answer.Session === 'string') pool.challenges.bind(answer.Session, client.id);
  return answer;
}
