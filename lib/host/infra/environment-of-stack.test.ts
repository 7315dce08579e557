import { expect, test } from 'vitest';
import { parseEnvironment } from '../../core/session/environment.ts';
import { readTemplate } from '../../local/iam/read-stack.ts';
import { environmentOfStack, NOT_OF_THE_STACK } from './environment-of-stack.ts';

const template = readTemplate();
const outputs: Record<string, string> = {
  AppOrigin: 'https://selkie.example', Region: 'eu-west-1', UserPoolId: 'eu-west-1_AbCdEf123', UserPoolClientId: '1example23456789', LoginHost: 'selkie.auth.eu-west-1.amazoncognito.com',
  IdentityPoolId: 'eu-west-1:00000000-0000-4000-8000-000000000000', Bucket: 'selkie-files', BucketRegion: 'eu-west-1', EraserRoleArn: 'arn:aws:iam::123456789012:role/selkie-EraserRole-1A2B', AppRoleArn: 'arn:aws:iam::123456789012:role/selkie-AppRole-1A2B',
};
const described = (over: object = {}, of: Record<string, string | undefined> = outputs) => JSON.stringify({
  Stacks: [{ StackId: 'x', StackName: 'selkie', StackStatus: 'CREATE_COMPLETE', Outputs: Object.entries(of).flatMap(([OutputKey, OutputValue]) => (OutputValue === undefined ? [] : [{ OutputKey, OutputValue, Description: 'd' }])), ...over }],
});

test('a deployed stack becomes lines of .env, with a comment for each variable that is left', () => {
  expect(environmentOfStack(template, described())).toBe(`APP_ORIGIN=https://selkie.example
COGNITO_REGION=eu-west-1
COGNITO_USER_POOL_ID=eu-west-1_AbCdEf123
COGNITO_CLIENT_ID=1example23456789
COGNITO_DOMAIN=selkie.auth.eu-west-1.amazoncognito.com
COGNITO_IDENTITY_POOL_ID=eu-west-1:00000000-0000-4000-8000-000000000000
S3_BUCKET=selkie-files
S3_REGION=eu-west-1
S3_ERASER_ROLE_ARN=arn:aws:iam::123456789012:role/selkie-EraserRole-1A2B
AWS_ROLE_ARN=arn:aws:iam::123456789012:role/selkie-AppRole-1A2B
# aws cognito-idp describe-user-pool-client --region eu-west-1 --user-pool-id eu-west-1_AbCdEf123 --client-id 1example23456789 --query UserPoolClient.ClientSecret --output text
#COGNITO_CLIENT_SECRET=
# make one: node -p "crypto.randomBytes(32).toString('base64')"
#SESSION_SECRET=
# make one: node -p "crypto.randomBytes(32).toString('base64')" (the same for every build and instance)
#NEXT_SERVER_ACTIONS_ENCRYPTION_KEY=
# of Upstash, or of your own Redis behind npm run redis-front
#UPSTASH_REDIS_REST_URL=
# of the same
#UPSTASH_REDIS_REST_TOKEN=
`);
});

test('with the variables that are left, that is all the app needs, and it understands each', () => {
  const lines = environmentOfStack(template, described()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const env = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  const left: Record<string, string> = { COGNITO_CLIENT_SECRET: 'a-secret-of-the-client', SESSION_SECRET: Buffer.alloc(32, 1).toString('base64'), UPSTASH_REDIS_REST_URL: 'https://redis.example', UPSTASH_REDIS_REST_TOKEN: 'a-token-of-it' };
  expect(Object.keys(left).toSorted()).toEqual(['COGNITO_CLIENT_SECRET', ...NOT_OF_THE_STACK.map(([name]) => name).filter((name) => !name.startsWith('NEXT_'))].toSorted());
  const parsed = parseEnvironment({ ...env, ...left });
  expect([parsed.appOrigin, parsed.appRoleArn, parsed.cognito.domain, parsed.cognito.identityPoolId, parsed.s3]).toEqual([
    outputs['AppOrigin'], outputs['AppRoleArn'], `https://${outputs['LoginHost']}`, outputs['IdentityPoolId'], { bucket: 'selkie-files', region: 'eu-west-1', eraserRoleArn: outputs['EraserRoleArn'] },
  ]);
});

test.each<[input: string, sentence: string]>([
  ['', 'That is not what `aws cloudformation describe-stacks --stack-name NAME` prints as JSON; save its output with > FILE and give the file.'],
  ['{"Stacks":{}}', 'That is not what `aws cloudformation describe-stacks --stack-name NAME` prints as JSON; save its output with > FILE and give the file.'],
  ['{"Stacks":[]}', 'There are 0 stacks in it; describe one with --stack-name.'],
  [JSON.stringify({ Stacks: [...JSON.parse(described()).Stacks, ...JSON.parse(described()).Stacks] }), 'There are 2 stacks in it; describe one with --stack-name.'],
  [described({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' }), 'The stack selkie is UPDATE_ROLLBACK_COMPLETE; wait until it is complete, or deploy again.'],
  [described({ StackStatus: 'CREATE_IN_PROGRESS', Outputs: undefined }), 'The stack selkie is CREATE_IN_PROGRESS; wait until it is complete, or deploy again.'],
  [described({}, { ...outputs, LoginHost: undefined }), 'The stack selkie has no output LoginHost; it was made of another template: deploy this one.'],
  [described({}, { ...outputs, Bucket: 'x\nSESSION_SECRET=y' }), 'The output Bucket holds signs that no value of .env may have.'],
])('%j is refused in one sentence', (input, sentence) => {
  expect(() => environmentOfStack(template, input)).toThrow(new Error(sentence));
});
