import { ServiceError } from '../cognito/service-error.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { RoleSession } from '../iam/temporary-credentials.ts';

export interface AssumeRoleInput {
  session: RoleSession;
  lifeSeconds: number;
  externalId: string | undefined;
}

const known = /^(?:Action|Version|RoleArn|RoleSessionName|DurationSeconds|ExternalId|Tags\.member\.([1-9]\d?)\.(Key|Value))$/;

/**
 * The parameters of AssumeRole. One that is not understood is refused rather than dropped: a session policy that is ignored
 * would give more than was asked for.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, API_Tag.html
 * @throws ServiceError ValidationError, InvalidParameterValue.
 */
export function parseAssumeRole(form: URLSearchParams, caller: Principal): AssumeRoleInput {
  // An empty list of tags is written as `Tags=`.
  const odd = [...form.keys()].find((name, at, all) => all.indexOf(name) !== at || !(known.test(name) || (name === 'Tags' && form.get(name) === '')));
  if (odd !== undefined) throw invalid(`The parameter ${odd} is not understood here.`);
  const text = (name: string, pattern: RegExp): string => {
    const value = form.get(name);
    if (value === null || !pattern.test(value)) throw invalid(`1 validation error detected: Value at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`);
    return value;
  };
  const roleArn = text('RoleArn', /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);
  const sessionName = text('RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const externalId = form.has('ExternalId') ? text('ExternalId', /^[\w+=,.@:/-]{2,1224}$/) : undefined;
  const lifeSeconds = Number(form.has('DurationSeconds') ? text('DurationSeconds', /^\d{1,5}$/) : 3600);
  if (lifeSeconds < 900 || lifeSeconds > 43_200) throw invalid("1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200");
  // A role that takes a role (chaining) does so for an hour at most; so does every role without a longer MaxSessionDuration.
  if (lifeSeconds > 3600) throw invalid(caller.name === caller.arn ? 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.' : 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  return { session: { roleArn, sessionName, tags: parseTags(form) }, lifeSeconds, externalId };
}

function parseTags(form: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {};
  const numbers = new Set([...form.keys()].flatMap((name) => known.exec(name)?.[1] ?? []));
  for (const number of numbers) {
    const name = form.get(`Tags.member.${number}.Key`) ?? '';
    const value = form.get(`Tags.member.${number}.Value`) ?? '';
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(name)) throw invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: a key of 1 to 128 letters, digits, spaces and _.:/=+-@");
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value)) throw invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: a value of up to 256 letters, digits, spaces and _.:/=+-@");
    if (Object.keys(tags).some((other) => other.toLowerCase() === name.toLowerCase())) throw new ServiceError('InvalidParameterValue', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    tags[name] = value;
  }
  if (numbers.size > 50) throw invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50");
  return tags;
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}
