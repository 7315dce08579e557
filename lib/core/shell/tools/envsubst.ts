import type { Command } from '../command.ts';
import { lineBatches, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

const REFERENCE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

const namesIn = (text: string): string[] => [...text.matchAll(REFERENCE)].map((match) => (match[1] ?? match[2]) as string);

/** Of GNU gettext: templates with exported variables in them. */
export const envsubst: Command = {
  name: 'envsubst',
  summary: 'Put exported variables into a text',
  usage: "envsubst ['$NAME ${NAME}...']",
  help: "name=Ann envsubst < letter.template\nexport host port; envsubst '$host $port' < conf.template > conf   # these two alone\nenvsubst -v '$host $port'                                         # the names\n\nOnly $NAME and ${NAME} are replaced; what is not exported is empty.",
  options: [['-v, --variables', 'print the names in the argument']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'v', long: { variables: 'v' } });
    const [chosen, extra] = options.operands;
    if (extra !== undefined) throw new UsageError('too many arguments', 1);
    const out = new TextWriter(context);
    if (options.has('v')) {
      if (chosen === undefined) throw new UsageError('missing arguments', 1);
      for (const name of namesIn(chosen)) await out.add(`${name}\n`);
      await out.flush();
      return 0;
    }
    const names = chosen === undefined ? undefined : new Set(namesIn(chosen));
    const filled = (line: string): string => (line.includes('$') ? line.replace(REFERENCE, (whole, braced?: string, plain?: string) => {
      const name = (braced ?? plain) as string;
      return names === undefined || names.has(name) ? context.env[name] ?? '' : whole;
    }) : line);
    for await (const { lines, unterminated } of lineBatches(context.stdin)) {
      const due = out.add(lines.map(filled).join('\n') + (unterminated ? '' : '\n'));
      if (due !== undefined) await due;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    await out.flush();
    return 0;
  },
};
