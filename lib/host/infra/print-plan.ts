import { NOT_OF_THE_STACK, secretCommand } from './environment-of-stack.ts';
import type { Plan } from './plan.ts';

/** A plan for somebody to read. */
export function printPlan(plan: Plan): string {
  const lines: string[] = [];
  const head = (title: string): void => void lines.push('', title, '');
  const rule = (first: string, on: readonly string[], conditions: readonly string[]): void => {
    lines.push(`  ${first}`);
    for (const resource of on) lines.push(`      on ${resource}`);
    for (const condition of conditions) lines.push(`      if ${condition}`);
  };

  lines.push('One stack of CloudFormation. It makes:', '');
  for (const { id, type, why, outlives } of plan.makes) {
    lines.push(`  ${id}  (${type.replace('AWS::', '')}${outlives ? '; stays when the stack goes' : ''})`);
    if (why !== '') lines.push(`      ${why}`);
  }
  head('Who may take which role (by its name in the template, to which CloudFormation adds the stack’s):');
  for (const { role, who, by, if: conditions } of plan.becomes) rule(`${role}: ${who.join(', ')}  by ${by.join(' and ')}`, [], conditions);
  head('What a role may do; nothing else is allowed:');
  for (const { role, may, on, if: conditions } of plan.rights) rule(`${role} may ${may.join(', ')}`, on, conditions);
  head('What the bucket refuses, whoever asks:');
  for (const { name, refuses, on, if: conditions } of plan.refusals) rule(`${name}: ${refuses.join(', ')}`, on, conditions);
  head('Parameters:');
  for (const { name, about, value } of plan.parameters) lines.push(`  ${name}${value === undefined ? '  (needed)' : value === '' ? '' : ` = ${value}`}`, `      ${about}`);
  head('To deploy:');
  lines.push(`  ${plan.command.map(quoted).join(' ').replaceAll(/ (?=--)/g, ' \\\n    ')}`);
  head('The app’s environment then (npm run infra -- env --stack-outputs FILE writes it):');
  for (const { name, output } of plan.variables) lines.push(`  ${name} = output ${output}`);
  for (const [name, how] of NOT_OF_THE_STACK) lines.push(`  ${name}: ${how}`);
  lines.push(`  COGNITO_CLIENT_SECRET: ${secretCommand({ region: 'COGNITO_REGION', userPoolId: 'COGNITO_USER_POOL_ID', clientId: 'COGNITO_CLIENT_ID' })}`);
  return `${lines.join('\n')}\n`;
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
