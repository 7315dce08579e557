import type { Environment } from './environment.ts';
import { Stop } from './stop.ts';

/** How a process of the app stops. */
export interface ShutdownTimes {
  /** Between the signal and the closing of the door: as long as a load balancer needs to see that `ready` says no. */
  delayMs: number;
  /** Then for requests under way, before they are cut. */
  patienceMs: number;
}

/** Reads `SHUTDOWN_DELAY_SECONDS` and `SHUTDOWN_SECONDS`; throws a `Stop` whose sentence names the variable. */
export function parseShutdownTimes(env: Environment): ShutdownTimes {
  const read = (name: string, fallback: number, most: number): number => {
    const text = env[name] ?? '';
    if (text === '') return fallback;
    if (!/^\d{1,3}$/.test(text) || Number(text) > most) throw new Stop(`${name} must be a whole number of seconds, at most ${most}.`);
    return Number(text) * 1000;
  };
  // The longest honest request is a push through a slow store: some fifteen seconds. Docker and Kubernetes kill after 10 and 30.
  return { delayMs: read('SHUTDOWN_DELAY_SECONDS', 0, 120), patienceMs: read('SHUTDOWN_SECONDS', 20_000, 600) };
}
