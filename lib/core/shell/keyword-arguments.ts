import { parse, type Assignment, type Command } from 'unbash';

/** What running a command needs of its node. */
export type CommandParts = Pick<Command, 'name' | 'prefix' | 'suffix' | 'redirects'>;

/** `set -k`: what looks like an assignment is one wherever it stands in a command. */
export function withKeywords({ name, prefix, suffix, redirects }: Command): CommandParts {
  const assignments: Assignment[] = [];
  const rest = suffix.filter((argument) => {
    const assignment = argument.type === 'Assignment' ? argument : argument.type === 'Word' ? assignmentOf(argument.text) : undefined;
    if (assignment !== undefined) assignments.push(assignment);
    return assignment === undefined;
  });
  return { name, prefix: [...prefix, ...assignments], suffix: rest, redirects };
}

function assignmentOf(text: string): Assignment | undefined {
  if (!/^[A-Za-z_]\w*\+?=/.test(text)) return undefined;
  const command = parse(text).commands[0]?.command as Command | undefined;
  const first = command?.type === 'Command' ? command.prefix[0] : undefined;
  return first?.type === 'Assignment' ? first : undefined;
}
