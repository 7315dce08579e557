import * as v from 'valibot';
import { parseTemplate } from '../../local/iam/resolve-template.ts';

/** What the app needs besides, and where it comes from. */
export const NOT_OF_THE_STACK: ReadonlyArray<readonly [name: string, how: string]> = [
  ['SESSION_SECRET', `make one: node -p "crypto.randomBytes(32).toString('base64')"`],
  ['NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', `make one: node -p "crypto.randomBytes(32).toString('base64')" (the same for every build and instance)`],
  ['UPSTASH_REDIS_REST_URL', 'of Upstash, or of your own Redis behind npm run redis-front'],
  ['UPSTASH_REDIS_REST_TOKEN', 'of the same'],
];

/** CloudFormation can't give out the secret of an app client; who may describe the client can. */
export function secretCommand({ region, userPoolId, clientId }: { region: string; userPoolId: string; clientId: string }): string {
  return `aws cognito-idp describe-user-pool-client --region ${region} --user-pool-id ${userPoolId} --client-id ${clientId} --query UserPoolClient.ClientSecret --output text`;
}

const describedSchema = v.pipe(v.string(), v.parseJson(), v.object({
  Stacks: v.array(v.object({
    StackName: v.string(), StackStatus: v.string(), Outputs: v.optional(v.array(v.object({ OutputKey: v.string(), OutputValue: v.string() })), []),
  })),
}));

/**
 * The lines of `.env` that come of a deployed stack: the outputs under the names that the template's descriptions give them,
 * and a comment for each variable that is still to be set.
 * @param described what `aws cloudformation describe-stacks --stack-name NAME` printed.
 * @throws Error with one sentence for the person: no such JSON, more or fewer stacks than one, a stack that is not complete or is another's.
 */
export function environmentOfStack(template: unknown, described: string): string {
  const parsed = v.safeParse(describedSchema, described);
  if (!parsed.success) throw new Error('That is not what `aws cloudformation describe-stacks --stack-name NAME` prints as JSON; save its output with > FILE and give the file.');
  const { Stacks: stacks } = parsed.output;
  const [stack] = stacks;
  if (stack === undefined || stacks.length > 1) throw new Error(`There are ${stacks.length} stacks in it; describe one with --stack-name.`);
  if (!/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(stack.StackStatus)) throw new Error(`The stack ${stack.StackName} is ${stack.StackStatus}; wait until it is complete, or deploy again.`);
  const values = new Map(stack.Outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
  const found = Object.entries(parseTemplate(template).Outputs).map(([output, { Description: name }]) => {
    const value = values.get(output);
    if (value === undefined) throw new Error(`The stack ${stack.StackName} has no output ${output}; it was made of another template: deploy this one.`);
    if (!/^[\x21-\x7e]+$/.test(value)) throw new Error(`The output ${output} holds signs that no value of .env may have.`);
    return [name, value] as const;
  });
  const valueOf = (wanted: string): string => found.find(([name]) => name === wanted)?.[1] ?? wanted;
  const secret = secretCommand({ region: valueOf('COGNITO_REGION'), userPoolId: valueOf('COGNITO_USER_POOL_ID'), clientId: valueOf('COGNITO_CLIENT_ID') });
  return [
    ...found.map(([name, value]) => `${name}=${value}`),
    `# ${secret}`, '#COGNITO_CLIENT_SECRET=',
    ...NOT_OF_THE_STACK.flatMap(([name, how]) => [`# ${how}`, `#${name}=`]),
  ].map((line) => `${line}\n`).join('');
}
