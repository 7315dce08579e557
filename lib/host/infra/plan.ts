import { readStack } from '../../local/iam/read-stack.ts';
import { parseTemplate, resolveTemplate } from '../../local/iam/resolve-template.ts';
import { conditionsInWords } from './conditions-in-words.ts';

/** What deploying the template would make, who may do what then, and what comes of it for the app. */
export interface Plan {
  makes: Array<{ id: string; type: string; why: string; /** It stays when the stack goes. */ outlives: boolean }>;
  /** Who may take a role. */
  becomes: Array<{ role: string; who: string[]; by: string[]; if: string[] }>;
  /** What a role may do. Nothing else is allowed. */
  rights: Array<{ role: string; may: string[]; on: string[]; if: string[] }>;
  /** What the bucket refuses, whoever asks. */
  refusals: Array<{ name: string; refuses: string[]; on: string[]; if: string[] }>;
  parameters: Array<{ name: string; about: string; /** As given, else the default. */ value: string | undefined }>;
  /** A parameter without a value stands in it as `…`, which CloudFormation refuses. */
  command: string[];
  /** Environment variables of the app, by output. */
  variables: Array<{ name: string; output: string }>;
}

interface StatementJson {
  Sid: string;
  Effect: 'Allow' | 'Deny';
  Principal?: string | Record<string, string | string[]>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

const TEMPLATE_FILE = 'lib/infra/selkie.template.json';
/** What stands for names that are not known yet. */
const SAMPLES: Readonly<Record<string, string>> = {
  AppOrigin: 'https://APP_ORIGIN', BucketName: 'BUCKET', LoginDomainPrefix: 'PREFIX', OperatorArn: 'arn:aws:iam::000000000000:role/OPERATOR', AppPrincipalArn: 'arn:aws:iam::000000000000:role/HOST',
};

/** @throws Error that names what of the template is not understood. */
export function planOf(template: unknown, given: Readonly<Record<string, string>>, deployment: { stack: string; region: string }): Plan {
  const { Parameters: declared, Resources: all, Outputs: outputs } = parseTemplate(template);
  const isOnVercel = (given['VercelTeam'] ?? '') !== '';
  const parameters: Record<string, string> = { ...SAMPLES, ...(isOnVercel && { AppPrincipalArn: '' }), ...given };
  const accountId = /^arn:[^:]*:iam::(\d{12}):/.exec(given['OperatorArn'] ?? '')?.[1] ?? '000000000000';
  const settings = {
    accountId, region: deployment.region, parameters,
    names: { Bucket: parameters['BucketName']!, UserPool: `${deployment.region}_POOL`, UserPoolClient: 'CLIENT', IdentityPool: `${deployment.region}:IDENTITY-POOL` },
  };
  // A policy that the embedded cloud does not understand whole is not explained in part.
  readStack(template, settings);
  const resources = resolveTemplate(template, settings);
  const ofType = (type: string) => resources.filter((one) => one.type === type);

  const plan: Plan = {
    makes: resources.map(({ id, type }) => ({ id, type, why: all[id]!.Metadata?.Why ?? '', outlives: all[id]!.DeletionPolicy === 'Retain' })),
    becomes: [], rights: [], refusals: [],
    parameters: Object.entries(declared).map(([name, { Description: about = '', Default: usual }]) => ({ name, about, value: given[name] ?? usual })),
    command: [
      'aws', 'cloudformation', 'deploy', '--stack-name', deployment.stack, '--region', deployment.region, '--template-file', TEMPLATE_FILE, '--capabilities', 'CAPABILITY_IAM', '--parameter-overrides',
      ...Object.entries(declared).flatMap(([name, { Default: usual }]) => {
        const isOpen = usual === undefined || (name === 'AppPrincipalArn' && !isOnVercel);
        return given[name] !== undefined ? [`${name}=${given[name]}`] : isOpen ? [`${name}=…`] : [];
      }),
    ],
    variables: Object.entries(outputs).map(([output, { Description: name }]) => ({ name, output })),
  };
  for (const { id, properties } of ofType('AWS::IAM::Role')) {
    for (const one of statementsOf(properties['AssumeRolePolicyDocument'])) plan.becomes.push({ role: id, who: principalsOf(one), by: list(one.Action), if: conditionsInWords(one.Condition) });
    const own = ((properties['Policies'] ?? []) as Array<{ PolicyDocument: unknown }>).map(({ PolicyDocument }) => PolicyDocument);
    const attached = ofType('AWS::IAM::Policy').filter((policy) => (policy.properties['Roles'] as string[]).includes(id)).map((policy) => policy.properties['PolicyDocument']);
    for (const one of [...own, ...attached].flatMap(statementsOf)) plan.rights.push({ role: id, may: list(one.Action), on: list(one.Resource), if: conditionsInWords(one.Condition) });
  }
  for (const { properties } of ofType('AWS::S3::BucketPolicy')) {
    for (const one of statementsOf(properties['PolicyDocument'])) plan.refusals.push({ name: one.Sid, refuses: list(one.Action), on: list(one.Resource), if: conditionsInWords(one.Condition) });
  }
  return plan;
}

function statementsOf(document: unknown): StatementJson[] {
  return ((typeof document === 'string' ? JSON.parse(document) : document) as { Statement: StatementJson[] }).Statement;
}

function principalsOf({ Principal: principal = {} }: StatementJson): string[] {
  return typeof principal === 'string' ? [principal] : Object.values(principal).flat();
}

function list(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat();
}
