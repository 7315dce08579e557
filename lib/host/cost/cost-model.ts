import { prices, quotas } from './prices.ts';

/**
 * What one active person does in a month, and what that asks of Redis, S3 and Cognito. The rates of polling are the client's
 * (sync-client.ts), bytes of a session and requests a second are measured (ARCHITECTURE.md, "Measured"); the habits are guesses,
 * and here to be changed.
 */
export interface Habits {
  daysAMonth: number;
  /** Hours a day in which the page is open and looked at; of these `busyHours` with something going on. */
  visibleHours: number;
  busyHours: number;
  /** Hours a day in which it is open in the background. */
  hiddenHours: number;
  commitsADay: number;
  commitBytes: number;
  signInsAMonth: number;
  sessions: number;
  /** Busiest hour against the mean of the month. */
  peak: number;
}

export const habits: Habits = { daysAMonth: 20, visibleHours: 1, busyHours: 0.25, hiddenHours: 4, commitsADay: 15, commitBytes: 3_000, signInsAMonth: 3, sessions: 2, peak: 4 };

/** Seconds between two polls: something going on, quiet for ten minutes, hidden. */
const POLL = { busy: 1.5, quiet: 6, hidden: 60 };
const SESSION_BYTES = 4_832;
const SCRIPT_BYTES = 3_000;
const GUARDED_PER_SECOND_A_CORE = 52;
const MONTH_SECONDS = 30 * 24 * 3_600;
const GB = 1e9;

export interface Month {
  people: number;
  polls: number;
  commits: number;
  redisCommands: number;
  redisGigabytes: number;
  /** At the end of the first year: commits are kept. */
  s3Gigabytes: number;
  dollars: { cognito: number; s3: number; redis: number; total: number; perPerson: number };
  /** In the busiest hour. */
  atPeak: { requestsPerSecond: number; cores: number; signInsPerSecond: number; refreshesPerSecond: number; redisCommandsPerSecond: number; s3Partitions: number };
}

export function monthOf(people: number, of: Habits = habits): Month {
  const days = people * of.daysAMonth;
  const polls = Math.round(days * 3_600 * (of.busyHours / POLL.busy + (of.visibleHours - of.busyHours) / POLL.quiet + of.hiddenHours / POLL.hidden));
  const commits = days * of.commitsADay;
  const signIns = people * of.signInsAMonth;
  // One access token an hour, of a page that is open.
  const refreshes = days * (of.visibleHours + of.hiddenHours);
  // Each exchange is one script; a sign-in some six.
  const redisCommands = polls + commits + 6 * signIns + 2 * refreshes;
  const redisGigabytes = (people * of.sessions * SESSION_BYTES) / GB;
  const s3Gigabytes = (12 * commits * of.commitBytes) / GB;
  // A poll is one listing, a commit one put; a commit is read by the person's other device.
  const s3 = (polls + commits) * prices.s3Write.value + commits * prices.s3Read.value + s3Gigabytes * prices.s3Storage.value;
  const redis = redisCommands * prices.redisCommand.value + Math.max(0, redisGigabytes - 1) * prices.redisStorage.value + Math.max(0, (redisCommands * SCRIPT_BYTES) / GB - 200) * prices.redisTraffic.value;
  const cognito = Math.max(0, people - prices.cognitoFree.value) * prices.cognito.value;
  const total = cognito + s3 + redis;
  const rate = (count: number) => (count / MONTH_SECONDS) * of.peak;
  return {
    people, polls, commits, redisCommands, redisGigabytes, s3Gigabytes,
    dollars: { cognito, s3, redis, total, perPerson: total / people },
    atPeak: {
      requestsPerSecond: rate(polls + commits), cores: Math.ceil(rate(polls + commits) / GUARDED_PER_SECOND_A_CORE), signInsPerSecond: rate(signIns), refreshesPerSecond: rate(refreshes),
      redisCommandsPerSecond: rate(redisCommands), s3Partitions: Math.ceil(rate(polls) / quotas.s3ReadsPerPrefix.value),
    },
  };
}

/** How many people the quota carries, all else as it is. */
export function peopleUntil(quota: 'redisCommandsPerSecond' | 'redisGigabytes' | 'signInsPerSecond' | 'refreshesPerSecond' | 'poolUsers'): number {
  const one = monthOf(1_000_000);
  const perMillion = { ...one.atPeak, redisGigabytes: one.redisGigabytes, poolUsers: 1_000_000 }[quota];
  return Math.floor((quotas[quota].value / perMillion) * 1_000_000);
}
