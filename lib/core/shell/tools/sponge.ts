import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** Of moreutils: what comes is written once all of it is there, so a file can be read and written by one pipeline. */
export const sponge: Command = {
  name: 'sponge',
  summary: 'Write a file once all input is there',
  usage: 'sponge [-a] [FILE]',
  help: 'sort -u words.txt | sponge words.txt    # the file that is being read\ngrep -v "^#" conf | sponge conf\ndate | sponge -a log.txt                # behind what is there\n\nWithout a FILE all of it goes to output. After Ctrl-C nothing is written.',
  options: [['-a', 'behind what is there']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'a' });
    const [name, extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'; name one file`);
    const bytes = await readWhole(context.stdin);
    if (name === undefined) {
      await context.stdout.write(bytes);
      return 0;
    }
    const path = locate(context, name);
    if (options.has('a') && context.files.stat(path) !== undefined) context.files.append(path, bytes);
    else context.files.write(path, bytes);
    return 0;
  },
};
