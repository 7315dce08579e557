import type { Environment as Settings } from '../../core/session/environment.ts';
import type { Environment } from '../environment.ts';

export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What an examination may use. */
export interface Context {
  env: Environment;
  settings: Settings;
  /** Milliseconds since 1970, as this machine has it. */
  now(): number;
  /** Of whoever may read how things are set up; the app's own rights, which are fewer, where absent. */
  reader?: { profile: string } | { keys: AwsKeys };
  /** For one request. */
  timeoutMs: number;
  /** Only what a start looks at: nobody waits for the rest then. */
  brief?: boolean;
  /** What each service said about the time. */
  clocks: ClockReading[];
}

export interface ClockReading {
  whose: string;
  /** Theirs less ours. */
  aheadMs: number;
  /** How far off the reading itself may be. */
  uncertainMs: number;
}

/** Notes what a service says the time is. `Date` headers know whole seconds. */
export function noteClock(context: Pick<Context, 'now' | 'clocks'>, whose: string, date: string | null | undefined, askedAtMs: number): void {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return;
  const answeredAtMs = context.now();
  context.clocks.push({ whose, aheadMs: theirs - (askedAtMs + answeredAtMs) / 2, uncertainMs: 1_000 + (answeredAtMs - askedAtMs) / 2 });
}
