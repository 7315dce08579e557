import type { Section } from './check.ts';
import { clockChecks } from './clock-checks.ts';
import { cognitoChecks } from './cognito-checks.ts';
import { deploymentChecks } from './deployment-checks.ts';
import { environmentChecks } from './environment-checks.ts';
import { headerChecks } from './header-checks.ts';
import { instanceChecks } from './instances.ts';
import { redisChecks } from './redis-checks.ts';
import { s3Checks } from './s3-checks.ts';
import { secretChecks } from './secret-checks.ts';

/** Every check there is, in the order of the report and of the checklist. */
export const sections: readonly Section[] = [
  { name: 'Environment', checks: environmentChecks },
  { name: 'Secrets', checks: secretChecks },
  { name: 'Instances', checks: instanceChecks },
  { name: 'Cognito', checks: cognitoChecks },
  { name: 'S3', checks: s3Checks },
  { name: 'Redis', checks: redisChecks },
  { name: 'Clocks', checks: clockChecks },
  { name: 'The deployment as a browser gets it', checks: [...deploymentChecks, ...headerChecks] },
];
