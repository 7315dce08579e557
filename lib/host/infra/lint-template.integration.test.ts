import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { templatePath } from '../../local/iam/read-stack.ts';
import { lintTemplate } from './lint-template.ts';

/** The template under AWS's own validator, and that validator under templates with one mistake. */
const mail = { MailSourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/selkie.example', MailFrom: 'Selkie <hello@selkie.example>' };
const vercel = { VercelTeam: 'acme', VercelProject: 'selkie' };
const source = readFileSync(templatePath, 'utf8');
let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'selkie-infra-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each<[how: string, parameters: Record<string, string>]>([
  ['on Vercel', { ...mail, ...vercel }], ['on Vercel, beside another project of the team', { ...mail, ...vercel, VercelProviderExists: 'yes' }], ['on hosts of one’s own', { ...mail, AppPrincipalArn: 'arn:aws:iam::123456789012:role/host' }],
])('AWS’s schemas and rules have nothing against it %s', (_, parameters) => {
  // Undefined: the validator can't be fetched, and then nothing is known.
  expect(lintTemplate(fileURLToPath(templatePath), parameters)).toEqual([]);
});

test.each<[mistake: string, from: string, to: string, found: RegExp]>([
  ['a property that there is none of', 'WebAuthnFactorConfiguration', 'WebAuthnFactor', /UserPool\.Properties\.WebAuthnFactor: .*not allowed/],
  ['a value that is not allowed', 'MULTI_FACTOR_WITH_USER_VERIFICATION', 'MULTI_FACTOR', /UserPool\.Properties\.WebAuthnFactorConfiguration: 'MULTI_FACTOR' is not one of/],
  ['a tier that there is none of', '"ESSENTIALS"', '"ESSENTIAL"', /UserPool\.Properties\.UserPoolTier/],
  ['a flow that there is none of', 'ALLOW_USER_AUTH', 'ALLOW_CHOICE_AUTH', /UserPoolClient\.Properties\.ExplicitAuthFlows/],
  ['a grace beyond what Cognito takes', '"RetryGracePeriodSeconds": 60', '"RetryGracePeriodSeconds": 61', /UserPoolClient\.Properties\.RefreshTokenRotation.* 61 is greater/],
  ['an attribute that there is none of', '["UserPool", "Arn"]', '["UserPool", "ARN"]', /AppPolicy\..*'ARN' is not one of/],
  ['a name that nothing has', '{ "Ref": "LoginDomainPrefix" }', '{ "Ref": "LoginDomainPrefx" }', /LoginDomain\..*'LoginDomainPrefx' is not one of/],
  ['a condition that there is none of', '"Fn::If": [\n            "OnVercel"', '"Fn::If": [\n            "OnVercl"', /AppRole\..*OnVercl/],
  ['a circle', '"UserPoolName": { "Ref": "AWS::StackName" }', '"UserPoolName": { "Ref": "UserPoolClient" }', /Circular/],
])('it would find %s', (mistake, from, to, found) => {
  expect(source.split(from).length).toBe(2);
  const path = join(directory, `${mistake.replaceAll(/\W/g, '-')}.json`);
  writeFileSync(path, source.replace(from, to));
  expect(lintTemplate(path, { ...mail, ...vercel })).toContainEqual(expect.stringMatching(found));
});
