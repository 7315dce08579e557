import * as v from 'valibot';

/** What CloudFormation would know at deployment. */
export interface StackSettings {
  accountId: string;
  region: string;
  parameters: Readonly<Record<string, string>>;
  /** Names that AWS gives to resources by itself, by logical id. */
  names: Readonly<Record<string, string>>;
}

export interface Resource {
  id: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
}

const templateSchema = v.strictObject({
  AWSTemplateFormatVersion: v.literal('2010-09-09'),
  Description: v.optional(v.string()),
  Parameters: v.record(v.string(), v.strictObject({ Type: v.literal('String'), Description: v.optional(v.string()) })),
  Resources: v.record(v.string(), v.strictObject({
    Type: v.string(), Properties: v.record(v.string(), v.unknown()), DeletionPolicy: v.optional(v.string()), UpdateReplacePolicy: v.optional(v.string()),
  })),
  Outputs: v.optional(v.unknown()),
});

/**
 * The resources of a CloudFormation template with Ref, Fn::Sub, Fn::GetAtt and Fn::Join replaced by what they stand for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 * @throws Error that names what is not understood: another function, a name that nothing has, a parameter without a value.
 */
export function resolveTemplate(template: unknown, settings: StackSettings): Resource[] {
  const parsed = v.safeParse(templateSchema, template);
  if (!parsed.success) throw new Error(`the template is not understood at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
  const { Resources: resources, Parameters: parameters } = parsed.output;
  const missing = Object.keys(parameters).find((name) => settings.parameters[name] === undefined);
  if (missing !== undefined) throw new Error(`the template's parameter ${missing} has no value`);
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': settings.accountId, 'AWS::Region': settings.region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com',
  };

  const ref = (name: string): string => {
    if (Object.hasOwn(pseudo, name)) return pseudo[name]!;
    if (Object.hasOwn(parameters, name)) return settings.parameters[name]!;
    if (Object.hasOwn(settings.names, name)) return settings.names[name]!;
    if (resources[name]?.Type === 'AWS::IAM::Role') return name;
    throw new Error(`the template refers to ${name}, which has no name here`);
  };
  const attribute = (id: string, name: string): string => {
    if (name === 'Arn' && resources[id]?.Type === 'AWS::S3::Bucket') return `arn:aws:s3:::${ref(id)}`;
    if (name === 'Arn' && resources[id]?.Type === 'AWS::IAM::Role') return `arn:aws:iam::${settings.accountId}:role/${ref(id)}`;
    throw new Error(`the template asks for ${id}.${name}, which is not known here`);
  };
  const substitute = (text: string): string =>
    text.replace(/\$\{(!?)([^}]*)\}/g, (_, isLiteral: string, name: string) => {
      if (isLiteral === '!') return `\${${name}}`;
      const dot = name.indexOf('.');
      return dot < 0 ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1));
    });

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name = '', argument] = entries[0] ?? [];
    if (entries.length !== 1 || !(name === 'Ref' || name.startsWith('Fn::') || name === 'Condition' && typeof argument === 'string')) {
      return Object.fromEntries(entries.map(([key, each]) => [key, resolve(each)]));
    }
    if (name === 'Ref' && typeof argument === 'string') return ref(argument);
    if (name === 'Fn::Sub' && typeof argument === 'string') return substitute(argument);
    if (name === 'Fn::GetAtt' && isTexts(argument) && argument.length === 2) return attribute(argument[0]!, argument[1]!);
    if (name === 'Fn::Join' && Array.isArray(argument) && argument.length === 2 && typeof argument[0] === 'string') {
      const parts = resolve(argument[1]);
      if (isTexts(parts)) return parts.join(argument[0]);
    }
    throw new Error(`the template's ${name} is not understood`);
  };
  return Object.entries(resources).map(([id, { Type: type, Properties: properties }]) => ({ id, type, properties: resolve(properties) as Resource['properties'] }));
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
