import { vi } from 'vitest';
import { sessionRaces } from './session-races.ts';

// The app's ways out of its process lead to the simulated system that the call belongs to; all between is the app's own code.
vi.mock('../redis.ts', async () => ({ redis: (await import('./simulation/place.ts')).redisHere }));
vi.mock('../cognito/refresh.ts', async () => {
  const { refreshHere, revokeHere } = await import('./simulation/place.ts');
  return { refreshTokens: refreshHere, revokeRefreshToken: revokeHere };
});
vi.mock('node:timers/promises', async () => ({ setTimeout: (await import('./simulation/place.ts')).waitHere }));

sessionRaces('lower');
