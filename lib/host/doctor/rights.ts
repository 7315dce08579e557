import type { Environment } from '../environment.ts';

/**
 * The IAM policy of whoever runs doctor with `--profile`: what it reads, and no right to change anything. Its attempts on the
 * store and on nobody's account are made with the app's own rights.
 */
export function readerPolicy(env: Environment): object {
  const { COGNITO_REGION: region = '*', COGNITO_USER_POOL_ID: pool = '*', COGNITO_IDENTITY_POOL_ID: identities, S3_BUCKET: bucket = '*' } = env;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'HowPeopleSignIn',
        Effect: 'Allow',
        Action: ['cognito-idp:DescribeUserPool', 'cognito-idp:DescribeUserPoolClient', 'cognito-idp:GetUserPoolMfaConfig'],
        Resource: `arn:aws:cognito-idp:${region}:*:userpool/${pool}`,
      },
      {
        Sid: 'HowTheyReachTheirFiles',
        Effect: 'Allow',
        Action: ['cognito-identity:DescribeIdentityPool', 'cognito-identity:GetPrincipalTagAttributeMap'],
        Resource: `arn:aws:cognito-identity:${region}:*:identitypool/${identities ?? '*'}`,
      },
      {
        Sid: 'HowTheBucketIsSet',
        Effect: 'Allow',
        Action: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:GetBucketPublicAccessBlock'],
        Resource: `arn:aws:s3:::${bucket}`,
      },
    ],
  };
}
