import { expect, test } from 'vitest';
import { readTemplate } from '../../local/iam/read-stack.ts';
import { parameterProblems } from './parameters.ts';

const template = readTemplate();
const whole = { AppOrigin: 'https://selkie.example', BucketName: 'selkie-files', LoginDomainPrefix: 'selkie', OperatorArn: 'arn:aws:iam::123456789012:role/*Admin*' };
const host = { AppPrincipalArn: 'arn:aws:iam::123456789012:role/host' };
const vercel = { VercelTeam: 'acme', VercelProject: 'selkie' };

test.each([{ ...whole, ...host }, { ...whole, ...vercel, VercelProviderExists: 'yes' }, { ...whole, ...host, MailSourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/selkie.example', MailFrom: 'Selkie <hello@selkie.example>' }])('%j is taken', (given) => {
  expect(parameterProblems(template, given, true)).toEqual([]);
});

test.each<[given: Record<string, string>, sentence: string]>([
  [{ AppOrigin: 'http://selkie.example' }, 'AppOrigin must be https:// and a host name in lower case, without a port, a path or a slash at the end.'],
  [{ AppOrigin: 'https://selkie.example/' }, 'AppOrigin must be https:// and a host name in lower case, without a port, a path or a slash at the end.'],
  [{ AppOrigin: 'https://selkie.example:8443' }, 'AppOrigin must be https:// and a host name in lower case, without a port, a path or a slash at the end.'],
  [{ BucketName: 'Files' }, 'BucketName must be 3 to 63 lower-case letters, digits and hyphens.'],
  [{ OperatorArn: 'me' }, 'OperatorArn must be the ARN of a role, a user or the root of this account.'],
  [{ AppPrincipalArn: 'arn:aws:iam::123456789012:role/*' }, 'AppPrincipalArn must be the ARN of a role or a user, without wildcards.'],
  [{ VercelTeam: 'acme"', VercelProject: 'x' }, "VercelTeam must be the team's slug as in vercel.com/SLUG."],
  [{ ...vercel, VercelEnvironment: 'prod' }, 'VercelEnvironment must be one of production, preview, development.'],
  [{ ...vercel, ...host }, 'Give AppPrincipalArn on hosts of your own, or VercelTeam on Vercel; one of them, not both.'],
  [{ VercelTeam: 'acme' }, 'Give VercelTeam and VercelProject together, or neither.'],
  [{ MailFrom: 'a@selkie.example' }, 'Give MailSourceArn and MailFrom together, or neither.'],
])('%j alone is refused in one sentence', (given, sentence) => {
  expect(parameterProblems(template, given, false)).toEqual([sentence]);
});

test('without everything, all that is missing is named; half of it is enough to look at a plan', () => {
  expect(parameterProblems(template, {}, true)).toEqual(Object.keys(whole).map((name) => `${name} has no value; give it as ${name}=VALUE.`));
  expect(parameterProblems(template, whole, true)).toEqual(['Give AppPrincipalArn on hosts of your own, or VercelTeam on Vercel; one of them, not both.']);
  expect([parameterProblems(template, {}, false), parameterProblems(template, { BucketName: 'selkie-files' }, false)]).toEqual([[], []]);
});

test('a name that is no parameter is refused, with those that are', () => {
  expect(parameterProblems(template, { toString: 'x' }, false)).toEqual([expect.stringMatching(/^toString is no parameter; there are AppOrigin, BucketName, /)]);
});
