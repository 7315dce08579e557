import type { Role } from './authorize.ts';

/**
 * What the identity pool's authenticated role allows: a person's own folder of the bucket, by the `sub` of their user
 * pool as a principal tag, as the app lays it out (`u/<sub>/…`). To read, write and list; not to delete.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html
 */
export function personRole(bucket: string): Role {
  const folder = 'u/${aws:PrincipalTag/sub}/*';
  return {
    name: 'selkie-person',
    statements: [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [`arn:aws:s3:::${bucket}/${folder}`] },
      { Effect: 'Allow', Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`], Condition: { StringLike: { 's3:prefix': [folder] } } },
    ],
  };
}
