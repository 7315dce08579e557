import type { Pool } from '../pool.ts';

/** One value of `AuthFlow`. The client and the map's types have been checked. */
export type Flow = (parameters: Readonly<Record<string, string>>, pool: Pool) => Promise<object>;
