import { ACCOUNT_ID } from '../account.ts';
import { createIam, type Iam } from '../iam.ts';
import { readTemplate } from '../read-stack.ts';
import { createCredentialMint, type CredentialMint, type RoleSession } from '../temporary-credentials.ts';

/** An IAM with the rules of the template, and the means to be anybody in it. */
export interface TestRules {
  iam: Iam;
  /** Gives out credentials without asking any policy. */
  mint: CredentialMint;
}

export const rootKey = { accessKeyId: 'AKIDSELKIETESTBENCH1', secretAccessKey: 'bench/secret+with=signs' };
export const appKey = { accessKeyId: 'AKIDSELKIETESTAPP001', secretAccessKey: 'app/secret+with=signs' };

export const roleArn = (name: 'AppRole' | 'PersonRole' | 'EraserRole'): string => `arn:aws:iam::${ACCOUNT_ID}:role/${name}`;
export const personSession = (tags: Readonly<Record<string, string>>): RoleSession => ({ roleArn: roleArn('PersonRole'), sessionName: 'CognitoIdentityCredentials', tags });
export const eraserSession = (tags: Readonly<Record<string, string>>): RoleSession => ({ roleArn: roleArn('EraserRole'), sessionName: 'account-deletion', tags });

export function testRules(options: {
  bucket: string; region: string; now(): number; template?: unknown; pool?: { userPoolId: string; clientId: string; identityPoolId: string };
  vercel?: { team: string; project: string; environment: string };
}): TestRules {
  const { bucket, region, now } = options;
  const secret = 'secret of this cloud';
  const { userPoolId, clientId, identityPoolId } = options.pool ?? { userPoolId: `${region}_Test00001`, clientId: 'testclient', identityPoolId: `${region}:00000000-0000-4000-8000-000000000001` };
  return {
    mint: createCredentialMint({ secret, now }),
    iam: createIam({
      rootKeys: new Map([[rootKey.accessKeyId, rootKey.secretAccessKey]]), region, now,
      rules: { template: options.template ?? readTemplate(), bucket, userPoolId, clientId, identityPoolId, appKey: { id: appKey.accessKeyId, secret: appKey.secretAccessKey }, secret, ...(options.vercel !== undefined && { vercel: options.vercel }) },
    }),
  };
}
