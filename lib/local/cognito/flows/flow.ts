import type { AppClient } from '../client.ts';
import type { Pool } from '../pool.ts';

/** One value of `AuthFlow`. The client, whether it allows the flow, and the map's types have been checked. */
export type Flow = (parameters: Readonly<Record<string, string>>, pool: Pool, client: AppClient) => Promise<object>;
