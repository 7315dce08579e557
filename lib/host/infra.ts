import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTemplate, templatePath } from '../local/iam/read-stack.ts';
import { environmentOfStack } from './infra/environment-of-stack.ts';
import { lintTemplate } from './infra/lint-template.ts';
import { parameterProblems } from './infra/parameters.ts';
import { planOf } from './infra/plan.ts';
import { printPlan } from './infra/print-plan.ts';
import { main, Stop } from './stop.ts';

/**
 * `npm run infra -- print|env|check`: the deployment to AWS, shown, turned into environment variables, and checked. Nothing in
 * AWS is asked or changed; `aws cloudformation deploy` does that.
 *
 * The deployment is one template of CloudFormation, lib/infra/selkie.template.json, written by hand:
 *
 *     template ─┬─► aws cloudformation deploy        what is deployed
 *               ├─► lib/local/iam                    what the embedded cloud obeys, attacked in tests
 *               ├─► AWS's validator (`check`)        every property against AWS's own schemas, without an account
 *               └─► `print`, `env`                   what it makes, in words; what comes of it for the app
 *
 * - One stack, not one for people and one for files: then no id has to be carried from one to the other by hand, and one
 *   command brings all of it up. What may not be lost (people, files) is kept when the stack goes, so that they share a
 *   stack is no danger.
 * - JSON by hand, not aws-cdk-lib. CDK makes the same JSON out of as many lines, and would have to be installed (158 MB) for
 *   types that know no list of allowed values; its output would be the file that is reviewed, evaluated and committed all
 *   the same. What CDK checks after its synthesis is this very validator. Nor cfn-lint: it is Python's, and its rules are in
 *   the validator (10 MB, no dependencies, fetched when first used).
 * - Reasons stand in the template as `Metadata.Why`, because JSON has no comments and `print` can say them.
 */
const USAGE = `Usage:
  npm run infra -- print [--json] [--stack NAME] [--region REGION] [PARAMETER=VALUE]...
  npm run infra -- env --stack-outputs FILE
  npm run infra -- check [PARAMETER=VALUE]...
`;

/** The validator looks at both branches of a condition, and would hold an empty ARN against the one that is not taken. */
const SAMPLE_MAIL = { MailSourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/selkie.example', MailFrom: 'Selkie <hello@selkie.example>' };
const SAMPLE_VERCEL = { VercelTeam: 'acme', VercelProject: 'selkie' };

interface Arguments {
  command: string | undefined;
  isJson: boolean;
  stack: string;
  region: string;
  outputs: string | undefined;
  parameters: Record<string, string>;
}

function readArguments(): Arguments {
  try {
    const { values, positionals: [command, ...rest] } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, stack: { type: 'string', default: 'selkie' }, region: { type: 'string', default: 'eu-west-1' }, 'stack-outputs': { type: 'string' } },
    });
    const odd = rest.find((word) => !/^\w+=/.test(word));
    if (odd !== undefined) throw new Error(`'${odd}' is not understood; a parameter is given as NAME=VALUE.`);
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(values.stack)) throw new Error('--stack takes letters, digits and hyphens, a letter first.');
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(values.region)) throw new Error('--region takes a region of AWS such as eu-west-1.');
    const parameters = Object.fromEntries(rest.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]));
    return { command, isJson: values.json === true, stack: values.stack, region: values.region, outputs: values['stack-outputs'], parameters };
  } catch (error) {
    throw new Stop(`${(error as Error).message}\n${USAGE}`);
  }
}

function requireParameters(given: Record<string, string>, isWhole: boolean): void {
  const problems = parameterProblems(readTemplate(), given, isWhole);
  if (problems.length > 0) throw new Stop(problems.join('\n        '));
}

function readDescribed(file: string | undefined): string {
  if (file === undefined) throw new Stop(`--stack-outputs is missing: save what \`aws cloudformation describe-stacks --stack-name selkie\` prints, and give the file (- for standard input).\n${USAGE}`);
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new Stop(`${file} can't be read.`);
  }
}

await main(async () => {
  const { command, isJson, stack, region, outputs, parameters } = readArguments();
  if (command === 'print') {
    requireParameters(parameters, false);
    const plan = planOf(readTemplate(), parameters, { stack, region });
    process.stdout.write(isJson ? `${JSON.stringify(plan, undefined, 2)}\n` : printPlan(plan));
  } else if (command === 'env') {
    const described = readDescribed(outputs);
    try {
      process.stdout.write(environmentOfStack(readTemplate(), described));
    } catch (error) {
      throw new Stop((error as Error).message);
    }
  } else if (command === 'check') {
    const isGiven = Object.keys(parameters).length > 0;
    requireParameters(parameters, isGiven);
    const found = lintTemplate(fileURLToPath(templatePath), { ...SAMPLE_MAIL, ...(isGiven ? parameters : SAMPLE_VERCEL) });
    if (found === undefined) throw new Stop('AWS’s validator could not be fetched; check the network, then run the command again.');
    if (found.length > 0) throw new Stop(found.join('\n        '));
    process.stdout.write('The template is as AWS’s schemas want it.\n');
  } else throw new Stop(`${command === undefined ? 'A command is missing.' : `'${command}' is not known.`}\n${USAGE}`);
});
