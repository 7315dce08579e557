/**
 * List prices in US dollars, November 2026, and the limits that come with them. `seen` says where a figure was read; those
 * without it are the ones long published, and were not looked up again.
 */
export interface Figure {
  value: number;
  unit: string;
  seen?: string;
}

export const prices = {
  /** PUT, COPY, POST and LIST; S3 Standard in Ireland and North Virginia. */
  s3Write: { value: 0.005 / 1_000, unit: 'a request', seen: 'tutorials on AWS’s price page, November 2026' },
  s3Read: { value: 0.0004 / 1_000, unit: 'a request' },
  s3Storage: { value: 0.023, unit: 'a GB and month' },
  cognito: { value: 0.015, unit: 'a person active in the month, Essentials', seen: 'transcript of aws.amazon.com/cognito/pricing of 20 September 2026' },
  cognitoFree: { value: 10_000, unit: 'people', seen: 'the same' },
  redisCommand: { value: 0.2 / 100_000, unit: 'a command, Upstash pay as you go', seen: 'Upstash’s page on billing, November 2026' },
  redisStorage: { value: 0.25, unit: 'a GB and month, the first is free', seen: 'the same' },
  redisTraffic: { value: 0.03, unit: 'a GB, the first 200 are free', seen: 'the same' },
} satisfies Record<string, Figure>;

export const quotas = {
  redisCommandsPerSecond: { value: 10_000, unit: 'commands a second, Upstash pay as you go', seen: 'Upstash’s page on billing, November 2026' },
  redisGigabytes: { value: 100, unit: 'GB, Upstash pay as you go', seen: 'the same' },
  signInsPerSecond: { value: 120, unit: 'sign-ins a second, Cognito, a region of an account; can be raised' },
  refreshesPerSecond: { value: 120, unit: 'refreshes a second, Cognito; can be raised' },
  poolUsers: { value: 40_000_000, unit: 'people of one user pool' },
  s3ReadsPerPrefix: { value: 5_500, unit: 'GET and LIST a second for each partition, which S3 makes by itself as load grows' },
} satisfies Record<string, Figure>;
