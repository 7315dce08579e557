import { parseEnvironment } from '../../core/session/environment.ts';
import { chooseCloud } from '../configuration.ts';
import type { Environment } from '../environment.ts';
import type { EnvironmentEvidence } from './environment-checks.ts';

/** The variables, as `npm start` and the app understand them. */
export function environmentEvidence(env: Environment): EnvironmentEvidence {
  try {
    const embedded = chooseCloud(env) === 'embedded';
    return { env, embedded, settings: embedded ? undefined : parseEnvironment(env), problem: undefined };
  } catch (error) {
    return { env, embedded: false, settings: undefined, problem: (error as Error).message };
  }
}
