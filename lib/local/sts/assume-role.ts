import { ServiceError } from '../cognito/service-error.ts';
import type { Principal } from '../iam/evaluate.ts';
import type { RoleSession } from '../iam/temporary-credentials.ts';

export interface AssumeRoleInput {
  session: RoleSession;
  lifeSeconds: number;
  externalId: string | undefined;
}

const HOUR_SECONDS = 3600;
const known = /^(?:Action|Version|RoleArn|RoleSessionName|DurationSeconds|ExternalId|Tags\.member\.([1-9]\d?)\.(Key|Value))$/;

/**
 * The parameters of AssumeRole.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, API_Tag.html
 * @throws ServiceError ValidationError, InvalidParameterValue.
 */
export function parseAssumeRole(form: URLSearchParams, caller: Principal): AssumeRoleInput {
  // An empty list of tags is written as `Tags=`.
  const { roleArn, sessionName, lifeSeconds } = parseRole(form, (name) => known.test(name) || (name === 'Tags' && form.get(name) === ''));
  const externalId = form.has('ExternalId') ? parseText(form, 'ExternalId', /^[\w+=,.@:/-]{2,1224}$/) : undefined;
  // A role that takes a role (chaining) does so for an hour at most.
  if (lifeSeconds > HOUR_SECONDS && caller.name !== caller.arn) throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  requireRoleLife(lifeSeconds);
  return { session: { roleArn, sessionName, tags: parseTags(form) }, lifeSeconds, externalId };
}

/**
 * What every way to a role asks for. A parameter that is not understood is refused rather than dropped: a session policy that is
 * ignored would give more than was asked for.
 * @throws ServiceError ValidationError.
 */
export function parseRole(form: URLSearchParams, isKnown: (name: string) => boolean): { roleArn: string; sessionName: string; lifeSeconds: number } {
  const odd = [...form.keys()].find((name, at, all) => all.indexOf(name) !== at || !isKnown(name));
  if (odd !== undefined) throw invalid(`The parameter ${odd} is not understood here.`);
  const roleArn = parseText(form, 'RoleArn', /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);
  const sessionName = parseText(form, 'RoleSessionName', /^[\w+=,.@-]{2,64}$/);
  const lifeSeconds = Number(form.has('DurationSeconds') ? parseText(form, 'DurationSeconds', /^\d{1,5}$/) : HOUR_SECONDS);
  if (lifeSeconds < 900 || lifeSeconds > 43_200) throw invalid("1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200");
  return { roleArn, sessionName, lifeSeconds };
}

/** No role of the template has a longer MaxSessionDuration than the usual one. @throws ServiceError ValidationError. */
export function requireRoleLife(lifeSeconds: number): void {
  if (lifeSeconds > HOUR_SECONDS) throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
}

/** A parameter that must be there. @throws ServiceError ValidationError. */
export function parseText(form: URLSearchParams, name: string, pattern: RegExp): string {
  const value = form.get(name);
  if (value === null || !pattern.test(value)) throw invalid(`1 validation error detected: Value at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`);
  return value;
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
