import * as limits from '../../../limits.ts';
import type { Command, CommandContext } from '../../command.ts';
import { concatBytes, decodeText, encodeText } from '../../text.ts';
import { complain, openAll } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';

/** The clipboard of this device, as a place to write to and read from. */
export const clip: Command = {
  name: 'clip',
  summary: 'Put text on the clipboard, or print what is there',
  usage: 'clip [-n] [FILE]... | clip -o',
  help: 'pwd | clip -n          # without the line end\nclip notes.txt\nclip -o > pasted.txt   # the browser may ask whether that is allowed',
  options: [['-o, --output', 'print what is on the clipboard'], ['-n, --no-newline', 'leave the last line end out']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: 'on', long: { output: 'o', 'no-newline': 'n' } });
    const { terminal } = context;
    if (terminal?.copy === undefined || terminal.paste === undefined) throw new UsageError('there is no clipboard here; use it in the page');
    if (options.has('o')) {
      const pasted = await terminal.paste();
      if ('failure' in pasted) return refuse(context, pasted.failure);
      await context.stdout.write(encodeText(pasted.text));
      return 0;
    }
    const isTyped = options.operands.length === 0 && 'isTerminal' in context.stdin && context.stdin.isTerminal === true;
    if (isTyped) throw new UsageError('put it behind a pipe or name a file, as in: pwd | clip');
    const { inputs, failed } = openAll(context, options.operands);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const { chunks: input } of inputs) {
      for await (const chunk of input) {
        size += chunk.length;
        if (size > limits.clipboardMaxBytes) return refuse(context, `that is more than ${limits.clipboardMaxBytes / 1024 / 1024} MB; \`download\` saves a file instead`);
        chunks.push(chunk.slice());
      }
    }
    if (failed()) return 1;
    const text = decodeText(concatBytes(chunks));
    const failure = await terminal.copy(options.has('n') ? text.replace(/\r?\n$/, '') : text);
    return failure === undefined ? 0 : refuse(context, failure);
  },
};

async function refuse(context: CommandContext, sentence: string): Promise<1> {
  await complain(context, sentence);
  return 1;
}
