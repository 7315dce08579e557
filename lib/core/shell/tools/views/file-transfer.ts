import type { Transfer } from '../../../views/files/file-acts.ts';
import type { CommandContext } from '../../command.ts';
import { decodeText } from '../../text.ts';
import { cp, mv } from '../copy.ts';

/** `cp -a` and `mv`, one entry at a time, with their words. */
export function transferWith(context: CommandContext): Transfer {
  return async (verb, from, to) => {
    let words = '';
    const tool = verb === 'copy' ? cp : mv;
    const status = await tool.run({
      ...context,
      name: tool.name,
      args: [...(verb === 'copy' ? ['-a'] : []), '-T', '--', from, to],
      stderr: {
        write: async (bytes) => { words += decodeText(bytes); },
      },
    });
    return status === 0 ? undefined : words.trim().split('\n')[0]?.replace(/^\w+: /, '') ?? 'It could not be done.';
  };
}
