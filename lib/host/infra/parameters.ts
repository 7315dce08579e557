import { parseTemplate } from '../../local/iam/resolve-template.ts';
import { holds } from '../../local/iam/template-condition.ts';

/**
 * What CloudFormation would refuse of these values, one sentence each; none when it would take them. A parameter that has
 * neither value nor default is named only with `isWhole`: a plan may be looked at before everything is known.
 */
export function parameterProblems(template: unknown, given: Readonly<Record<string, string>>, isWhole: boolean): string[] {
  const { Parameters: parameters, Rules: rules } = parseTemplate(template);
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  if (unknown.length > 0) return unknown.map((name) => `${name} is no parameter; there are ${Object.keys(parameters).join(', ')}.`);
  const problems: string[] = [];
  for (const [name, { Default: usual, AllowedPattern: pattern, AllowedValues: values, ConstraintDescription: must }] of Object.entries(parameters)) {
    const value = given[name] ?? usual;
    if (value === undefined) {
      if (isWhole) problems.push(`${name} has no value; give it as ${name}=VALUE.`);
      continue;
    }
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) problems.push(`${name} ${must ?? `must match ${pattern}.`}`);
    if (values !== undefined && !values.includes(value)) problems.push(`${name} must be one of ${values.join(', ')}.`);
  }
  if (problems.length > 0) return problems;
  const valueOf = (name: string): string => given[name] ?? parameters[name]?.Default ?? '';
  const isAsserted = Object.values(rules).flatMap(({ Assertions }) => Assertions);
  // Before everything is known, a rule speaks only about what has been given.
  return isAsserted
    .filter(({ Assert }) => (isWhole || Object.keys(given).some((name) => JSON.stringify(Assert).includes(`"${name}"`))) && !holds(Assert, {}, valueOf))
    .map(({ AssertDescription }) => AssertDescription);
}
