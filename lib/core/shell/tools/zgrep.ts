import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { GREP_OPTIONS, runGrep } from './grep.ts';
import type { Syntax } from './grep-search.ts';
import { openPacked, untilDamage } from './open-packed.ts';
import { UsageError } from './options.ts';

/** grep in packed files. What gzip's own script cannot do it says in the same words; what cannot be read is an error, as there. */
const REFUSED = /^(-[drRzZ]|--di.*|--exc.*|--inc.*|--rec.*|--nu.*)$/;

async function execute(context: CommandContext, syntax: Syntax): Promise<number> {
  const end = context.args.indexOf('--');
  const refused = context.args.find((word, index) => (end < 0 || index < end) && REFUSED.test(word));
  if (refused !== undefined) throw new UsageError(`${refused}: option not supported`, 2);
  let failed = false;
  const tell = async (name: string, words: string): Promise<void> => {
    failed = true;
    await context.stderr.write(encodeText(`gzip: ${name === '-' ? 'stdin' : name}: ${words}\n`));
  };
  const status = await runGrep(context, syntax, async (name) => {
    try {
      // What comes before the damage is searched all the same.
      return untilDamage(await openPacked(context, name), (words) => tell(name, words));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      // To gzip a directory is only worth a warning.
      if (error.code === 'EISDIR') await context.stderr.write(encodeText(`gzip: ${error.path} is a directory -- ignored\n`));
      else await tell(error.path, error.message);
      return nothing();
    }
  });
  return failed && status < 2 ? 2 : status;
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {}

function zgrepCommand(name: string, like: string, syntax: Syntax): Command {
  return {
    name,
    summary: `As ${like}, in files that gzip packed`,
    usage: `${name} [-ivnclLoqhHwxEFPsab] [-A|-B|-C LINES] [-m COUNT] [-e] PATTERN [FILE]...`,
    help: `${name} error old.log.gz\n${name} -c error *.log.gz new.log   # packed or not\n${name} -n error old.log         # finds old.log.gz`,
    options: GREP_OPTIONS.filter(([flags]) => !/^(-r|-z|--include)/.test(flags)),
    section: 'text',
    run: (context) => execute(context, syntax),
  };
}

export const zgrep = zgrepCommand('zgrep', 'grep', 'basic');
export const zegrep = zgrepCommand('zegrep', 'egrep', 'extended');
export const zfgrep = zgrepCommand('zfgrep', 'fgrep', 'fixed');
