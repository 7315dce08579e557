/** List prices in US dollars, and the limits that come with them, looked up in November 2026. `seen` says where: AWS's own price page shows its numbers to a browser only. */
export interface Figure {
  value: number;
  unit: string;
  seen: string;
}

/** AWS's guide to one of its solutions tells what each service costs in North Virginia; Ireland is the same for these. */
const AWS_COSTS = 'AWS’s table of costs for Automated Security Response 3.1';
const COGNITO_QUOTAS = 'AWS’s Cognito developer guide, quotas, as AWS kept it on GitHub until 2023';

export const prices = {
  /** PUT, COPY, POST and LIST; S3 Standard in Ireland and North Virginia. */
  s3Write: { value: 0.005 / 1_000, unit: 'a request', seen: AWS_COSTS },
  s3Read: { value: 0.0004 / 1_000, unit: 'a request', seen: AWS_COSTS },
  s3Storage: { value: 0.023, unit: 'a GB and month, of the first 50 TB', seen: AWS_COSTS },
  cognito: { value: 0.015, unit: 'a person active in the month, Essentials', seen: 'transcript of aws.amazon.com/cognito/pricing of 20 September 2026' },
  cognitoFree: { value: 10_000, unit: 'people', seen: 'the same' },
  redisCommand: { value: 0.2 / 100_000, unit: 'a command, Upstash pay as you go', seen: 'Upstash’s page on billing, November 2026' },
  redisStorage: { value: 0.25, unit: 'a GB and month, the first is free', seen: 'the same' },
  redisTraffic: { value: 0.03, unit: 'a GB, the first 200 are free', seen: 'the same' },
} satisfies Record<string, Figure>;

export const quotas = {
  redisCommandsPerSecond: { value: 10_000, unit: 'commands a second, Upstash pay as you go', seen: 'Upstash’s page on billing, November 2026' },
  redisGigabytes: { value: 100, unit: 'GB, Upstash pay as you go', seen: 'the same' },
  signInsPerSecond: { value: 120, unit: 'sign-ins a second, Cognito, a region of an account; raised on request', seen: COGNITO_QUOTAS },
  refreshesPerSecond: { value: 120, unit: 'refreshes a second, Cognito (UserToken), a region of an account; not raised', seen: COGNITO_QUOTAS },
  poolUsers: { value: 40_000_000, unit: 'people of one user pool', seen: COGNITO_QUOTAS },
  s3ReadsPerPrefix: { value: 5_500, unit: 'GET and LIST a second for each partition, which S3 makes by itself as load grows', seen: 'AWS’s S3 user guide, performance' },
} satisfies Record<string, Figure>;
