import type { Environment } from '../environment.ts';
import { awsClients } from './ask-aws.ts';
import { askCognito } from './ask-cognito.ts';
import { askDeployment, type DeploymentOptions } from './ask-deployment.ts';
import { askRedis } from './ask-redis.ts';
import { askS3 } from './ask-s3.ts';
import { findingsOf, unknownFindings, type Finding } from './check.ts';
import { clockChecks } from './clock-checks.ts';
import { cognitoChecks } from './cognito-checks.ts';
import type { ClockReading, Context } from './context.ts';
import { deploymentChecks } from './deployment-checks.ts';
import { environmentChecks, type EnvironmentEvidence } from './environment-checks.ts';
import { environmentEvidence } from './environment-evidence.ts';
import { headerChecks } from './header-checks.ts';
import { instanceChecks, type InstanceSettings } from './instances.ts';
import { redisChecks } from './redis-checks.ts';
import { s3Checks } from './s3-checks.ts';
import { secretChecks } from './secret-checks.ts';

export interface Examination {
  env: Environment;
  now?: () => number;
  reader?: Context['reader'];
  timeoutMs?: number;
  deployment?: DeploymentOptions;
  instances?: ReadonlyMap<string, InstanceSettings>;
  brief?: boolean;
}

/** Long enough for a cold service on another continent. */
const TIMEOUT_MS = 5_000;

/** Looks at everything that can be looked at; findings come in the order of the checklist. */
export async function examine(options: Examination): Promise<Finding[]> {
  const { env, now = Date.now, reader, timeoutMs = TIMEOUT_MS, deployment, instances, brief = false } = options;
  const evidence = environmentEvidence(env);
  const clocks: ClockReading[] = [];
  const [services, seen] = await Promise.all([
    evidence.settings === undefined ? withoutSettings(evidence) : askServices({ env, settings: evidence.settings, now, timeoutMs, clocks, brief, ...(reader === undefined ? {} : { reader }) }),
    deployment === undefined ? undefined : askDeployment({ now, timeoutMs, clocks }, deployment, evidence.settings),
  ]);
  return [
    ...findingsOf(environmentChecks, evidence),
    ...findingsOf(secretChecks, evidence),
    ...(instances === undefined ? [] : findingsOf(instanceChecks, { byName: instances })),
    ...services,
    ...(clocks.length === 0 && evidence.embedded ? [] : findingsOf(clockChecks, clocks)),
    ...(seen === undefined ? [] : [...findingsOf(deploymentChecks, seen), ...findingsOf(headerChecks, seen)]),
  ];
}

/** In the embedded case there is nothing to look at, and the first finding says so. */
function withoutSettings({ embedded }: EnvironmentEvidence): Finding[] {
  return embedded ? [] : [cognitoChecks, s3Checks, redisChecks].flatMap((checks) => unknownFindings(checks, 'the environment is not valid'));
}

async function askServices(context: Context): Promise<Finding[]> {
  const clients = awsClients(context);
  try {
    const [cognito, s3, redis] = await Promise.all([askCognito(context, clients), askS3(context, clients), askRedis(context)]);
    return [...findingsOf(cognitoChecks, cognito), ...findingsOf(s3Checks, s3), ...findingsOf(redisChecks, redis)];
  } finally {
    clients.dispose();
  }
}
