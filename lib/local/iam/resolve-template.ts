import * as v from 'valibot';
import { holds } from './template-condition.ts';

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

const parameterSchema = v.strictObject({
  Type: v.literal('String'), Description: v.optional(v.string()), Default: v.exactOptional(v.string()),
  AllowedPattern: v.exactOptional(v.string()), AllowedValues: v.exactOptional(v.array(v.string())), ConstraintDescription: v.exactOptional(v.string()),
});
const resourceSchema = v.strictObject({
  Type: v.string(), Condition: v.exactOptional(v.string()), Metadata: v.exactOptional(v.strictObject({ Why: v.string() })), Properties: v.record(v.string(), v.unknown()),
  DeletionPolicy: v.optional(v.string()), UpdateReplacePolicy: v.optional(v.string()),
});
const templateSchema = v.strictObject({
  AWSTemplateFormatVersion: v.literal('2010-09-09'),
  Description: v.optional(v.string()),
  Parameters: v.record(v.string(), parameterSchema),
  Rules: v.optional(v.record(v.string(), v.strictObject({ Assertions: v.array(v.strictObject({ Assert: v.unknown(), AssertDescription: v.string() })) })), {}),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(v.string(), resourceSchema),
  Outputs: v.optional(v.record(v.string(), v.strictObject({ Description: v.string(), Value: v.unknown() })), {}),
});

/** As far as it is understood here: strings as parameters, and a sentence of why beside each resource. */
export type Template = v.InferOutput<typeof templateSchema>;

/** @throws Error that names what is not understood. */
export function parseTemplate(input: unknown): Template {
  const parsed = v.safeParse(templateSchema, input);
  if (!parsed.success) throw new Error(`the template is not understood at ${v.getDotPath(parsed.issues[0]) ?? 'its root'}`);
  return parsed.output;
}

/** What `Fn::If` chooses so that a property is left out. */
const noValue = Symbol('AWS::NoValue');

/**
 * The resources that a CloudFormation template makes, with Ref, Fn::Sub, Fn::GetAtt, Fn::Join, Fn::Select, Fn::Split and Fn::If
 * replaced by what they stand for.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
 * @throws Error that names what is not understood: another function, a name that nothing has, a parameter without a value.
 */
export function resolveTemplate(template: unknown, settings: StackSettings): Resource[] {
  const { Resources: resources, Parameters: parameters, Conditions: conditions } = parseTemplate(template);
  const { accountId, region } = settings;
  const valueOf = (name: string): string | undefined => settings.parameters[name] ?? parameters[name]?.Default;
  const missing = Object.keys(parameters).find((name) => valueOf(name) === undefined);
  if (missing !== undefined) throw new Error(`the template's parameter ${missing} has no value`);
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': accountId, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': 'selkie',
  };

  const ref = (name: string): string => {
    if (Object.hasOwn(pseudo, name)) return pseudo[name]!;
    if (Object.hasOwn(parameters, name)) return valueOf(name)!;
    if (Object.hasOwn(settings.names, name)) return settings.names[name]!;
    if (resources[name]?.Type === 'AWS::IAM::Role') return name;
    throw new Error(`the template refers to ${name}, which has no name here`);
  };
  const isMet = (name: string): boolean => holds({ Condition: name }, conditions, ref);
  const isMade = ({ Condition: condition }: Template['Resources'][string]): boolean => condition === undefined || isMet(condition);
  const attribute = (id: string, name: string): string => {
    const resource = resources[id];
    if (resource !== undefined && isMade(resource)) {
      const known = `${resource.Type} ${name}`;
      if (known === 'AWS::S3::Bucket Arn') return `arn:aws:s3:::${ref(id)}`;
      if (known === 'AWS::IAM::Role Arn') return `arn:aws:iam::${accountId}:role/${ref(id)}`;
      if (known === 'AWS::Cognito::UserPool Arn') return `arn:aws:cognito-idp:${region}:${accountId}:userpool/${ref(id)}`;
      if (known === 'AWS::Cognito::UserPool ProviderName') return `cognito-idp.${region}.amazonaws.com/${ref(id)}`;
      if (known === 'AWS::IAM::OIDCProvider Arn') return `arn:aws:iam::${accountId}:oidc-provider/${String(resolve(resource.Properties['Url'])).replace('https://', '')}`;
    }
    throw new Error(`the template asks for ${id}.${name}, which is not known here`);
  };
  const substitute = (text: string, own: Readonly<Record<string, unknown>> = {}): string =>
    text.replace(/\$\{(!?)([^}]*)\}/g, (_, isLiteral: string, name: string) => {
      if (isLiteral === '!') return `\${${name}}`;
      if (Object.hasOwn(own, name)) return String(resolve(own[name]));
      const dot = name.indexOf('.');
      return dot < 0 ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1));
    });

  const call = (name: string, argument: unknown): unknown => {
    if (name === 'Ref' && argument === 'AWS::NoValue') return noValue;
    if (name === 'Ref' && typeof argument === 'string') return ref(argument);
    if (name === 'Fn::Sub' && typeof argument === 'string') return substitute(argument);
    const [first, second, third] = Array.isArray(argument) ? (argument as unknown[]) : [];
    const count = Array.isArray(argument) ? argument.length : 0;
    if (name === 'Fn::Sub' && count === 2 && typeof first === 'string' && isRecord(second)) return substitute(first, second);
    if (name === 'Fn::GetAtt' && count === 2 && typeof first === 'string' && typeof second === 'string') return attribute(first, second);
    // Only the branch that is chosen counts: the other may name what is not made.
    if (name === 'Fn::If' && count === 3 && typeof first === 'string') return resolve(isMet(first) ? second : third);
    const list = resolve(second);
    if (name === 'Fn::Join' && count === 2 && typeof first === 'string' && isTexts(list)) return list.join(first);
    if (name === 'Fn::Split' && count === 2 && typeof first === 'string' && typeof list === 'string') return list.split(first);
    if (name === 'Fn::Select' && count === 2 && typeof first === 'number' && isTexts(list) && first in list) return list[first];
    throw new Error(`the template's ${name} is not understood`);
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((one) => one !== noValue);
    if (!isRecord(value)) return value;
    const entries = Object.entries(value);
    const [name = '', argument] = entries[0] ?? [];
    const isCall = entries.length === 1 && (name === 'Ref' || name.startsWith('Fn::') || (name === 'Condition' && typeof argument === 'string'));
    return isCall ? call(name, argument) : Object.fromEntries(entries.map(([key, each]) => [key, resolve(each)] as const).filter(([, one]) => one !== noValue));
  };
  return Object.entries(resources).filter(([, one]) => isMade(one)).map(([id, { Type: type, Properties: properties }]) => ({ id, type, properties: resolve(properties) as Resource['properties'] }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
