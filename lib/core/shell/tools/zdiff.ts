import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { CMP_OPTIONS, cmpOptions, compareBytes } from './cmp.ts';
import { DIFF_OPTIONS, diffFiles, diffOptions } from './diff.ts';
import { complain, openNamed, readWhole } from './files-in.ts';
import { openPacked, untilDamage } from './open-packed.ts';
import { UsageError, type ParsedOptions } from './options.ts';

/**
 * diff and cmp of what files hold that gzip packed, with the rules of gzip's own scripts: only names that say so are unpacked,
 * and one name alone is compared with the file that it was made of. Where those scripts show pipes, as `/dev/fd/5` and `-`,
 * the names stand here that somebody typed.
 */

const NAMED_PACKED = /[-.]gz|[-.][zZ]$|\.t[ga]z$/;
const TROUBLE = 2;

type Compare = (context: CommandContext, options: ParsedOptions, pair: readonly [string, string], unpacked: (name: string) => AsyncIterable<Uint8Array> | undefined) => Promise<number>;

async function execute(context: CommandContext, options: ParsedOptions, compare: Compare): Promise<number> {
  const [left, right, extra] = options.operands;
  if (left === undefined) throw new UsageError('missing operand', TROUBLE);
  if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`, TROUBLE);
  if (right === undefined && !NAMED_PACKED.test(left)) throw new UsageError(`${left}: unknown compressed file extension`, TROUBLE);
  for (const name of right === undefined ? [left] : [left, right]) {
    try {
      if (name !== '-') requireStat(context.files, locate(context, name));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await complain(context, `${name}: ${error.message}`);
      return TROUBLE;
    }
  }
  if (right === undefined && !(await isPacked(context, left))) {
    await context.stderr.write(encodeText(`gzip: ${left}: not in gzip format\n`));
    return TROUBLE;
  }
  let isDamaged = false;
  const unpacked = (name: string): AsyncIterable<Uint8Array> | undefined => {
    if ((name !== left && name !== right) || (name !== '-' && !NAMED_PACKED.test(name))) return undefined;
    return untilDamage(opened(context, name), async (words) => {
      isDamaged = true;
      await context.stderr.write(encodeText(`gzip: ${name === '-' ? 'stdin' : name}: ${words}\n`));
    });
  };
  const status = await compare(context, options, [left, right ?? left.replace(/[-.][zZtga]*$/, '')], unpacked);
  return isDamaged ? TROUBLE : status;
}

async function isPacked(context: CommandContext, name: string): Promise<boolean> {
  for await (const chunk of openNamed(context, name).chunks) return chunk[0] === 0x1f && chunk[1] === 0x8b;
  return false;
}

async function* opened(context: CommandContext, name: string): AsyncGenerator<Uint8Array, void, void> {
  yield* await openPacked(context, name);
}

export const zdiff: Command = {
  name: 'zdiff',
  summary: 'As diff, of files that gzip packed',
  usage: 'zdiff [-u|-c|-y|-q] [-ibwB] FILE [FILE]',
  help: 'zdiff old.log.gz new.log.gz\nzdiff -u old.log.gz new.log   # packed or not\nzdiff notes.txt.gz            # with notes.txt beside it',
  options: DIFF_OPTIONS.filter(([flags]) => !/^(-r|-N|-x)/.test(flags)),
  section: 'text',
  run: async (context) => execute(context, diffOptions(context.args), (_, options, pair, unpacked) => diffFiles(context, options, pair, (name) => {
    const chunks = unpacked(name);
    return chunks && (() => readWhole(chunks));
  })),
};

export const zcmp: Command = {
  name: 'zcmp',
  summary: 'As cmp, of files that gzip packed',
  usage: 'zcmp [-b] [-l] [-s] [-n LIMIT] [-i SKIP] FILE [FILE]',
  help: 'zcmp old.log.gz new.log.gz\nzcmp notes.txt.gz              # with notes.txt beside it\nif zcmp -s a.gz b.gz; then echo same; fi',
  options: CMP_OPTIONS,
  section: 'files',
  run: async (context) => execute(context, cmpOptions(context.args), compareBytes),
};
