import 'server-only';
import { ENVIRONMENT_NAMES, parseEnvironment, type Environment } from '../core/session/environment.ts';

let parsed: Environment | undefined;

/**
 * The environment, parsed at first use and never at import: a build evaluates route files without one.
 * Throws an Error whose sentence names the variable.
 */
export function serverEnv(): Environment {
  parsed ??= parseEnvironment(Object.fromEntries(ENVIRONMENT_NAMES.map((name) => [name, process.env[name]])));
  return parsed;
}
