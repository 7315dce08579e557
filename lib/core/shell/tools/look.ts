import type { Command } from '../command.ts';
import { lineBatches, openNamed, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

export const look: Command = {
  name: 'look',
  summary: 'Print the lines of a sorted file that begin with a text',
  usage: 'look [-d] [-f] [-t CHAR] TEXT FILE',
  help: 'look pre words.txt\nlook -f Pre words.txt   # upper or lower case',
  options: [['-d, --alphanum', 'compare letters, digits and blanks only'], ['-f, --ignore-case', 'upper and lower case are the same'], ['-t, --terminate=CHAR', 'compare TEXT only up to this character']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'adft:', long: { alternative: 'a', alphanum: 'd', 'ignore-case': 'f', terminate: 't' } });
    const [asked, file, extra] = options.operands;
    if (asked === undefined) throw new UsageError('bad usage');
    if (file === undefined) throw new UsageError('no list of words comes with this shell; name a sorted FILE');
    if (extra !== undefined) throw new UsageError('bad usage');
    const change = (text: string): string => {
      const plain = options.has('d') ? text.replace(/[^\p{L}\p{N} \t]/gu, '') : text;
      return options.has('f') ? plain.toLowerCase() : plain;
    };
    const mark = options.value('t');
    const end = mark === undefined ? -1 : asked.indexOf(mark);
    const wanted = change(end < 0 ? asked : asked.slice(0, end + 1));
    const out = new TextWriter(context);
    let found = false;
    for await (const { lines } of lineBatches(openNamed(context, file).chunks)) {
      for (const line of lines) {
        if (!change(line).startsWith(wanted)) continue;
        found = true;
        const due = out.add(`${line}\n`);
        if (due !== undefined) await due;
      }
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    await out.flush();
    return found ? 0 : 1;
  },
};
