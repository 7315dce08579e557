import { FsError } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { sideOf, type Side } from '../diff/text-sides.ts';
import { blocksOf, textOf, type Block } from '../diff/three-way.ts';
import { encodeText } from '../text.ts';
import { openNamed, readWhole } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

const TROUBLE = 2;

export const diff3: Command = {
  name: 'diff3',
  summary: 'Compare or merge three files',
  usage: 'diff3 [-m] [-AexX3EiTa] [-L LABEL]... MINE OLD YOURS',
  help: 'diff3 mine.txt old.txt yours.txt\ndiff3 -m mine.txt old.txt yours.txt > merged.txt   # conflicts stay marked\ndiff3 -m -e mine.txt old.txt yours.txt             # yours wins',
  options: [
    ['-m, --merge', 'write the merged file'],
    ['-A, --show-all', 'with -m: mark every conflict, with the old lines; the default'],
    ['-E, --show-overlap', 'with -m: mark conflicts, without the old lines'],
    ['-e, --ed', 'with -m: where both changed something yours wins'],
    ['-3, --easy-only', 'with -m: only what yours alone changed'],
    ['-x, --overlap-only', 'with -m: only where both changed something, and there yours; also -X'],
    ['-L, --label=LABEL', 'a name for the marks; up to three times'],
    ['-a, --text', 'treat everything as text'],
    ['--strip-trailing-cr', 'leave out the carriage return of Windows lines'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'mAexX3EiTaL:\x01', status: TROUBLE,
      long: { merge: 'm', 'show-all': 'A', ed: 'e', 'overlap-only': 'x', 'easy-only': '3', 'show-overlap': 'E', text: 'a', label: 'L', 'initial-tab': 'T', 'strip-trailing-cr': '\x01' },
    });
    const [mine, old, yours, extra] = options.operands;
    if (mine === undefined || old === undefined || yours === undefined) throw new UsageError(`missing operand${mine === undefined ? '' : ` after '${yours ?? old ?? mine}'`}`, TROUBLE);
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`, TROUBLE);
    const isMerge = options.has('m');
    if (!isMerge && ['A', 'e', 'x', 'X', '3', 'E'].some((letter) => options.has(letter))) {
      throw new UsageError('scripts for ed are not written here; add -m for the merged file', TROUBLE);
    }
    const sides: Side[] = [];
    try {
      for (const name of [mine, old, yours]) sides.push(sideOf(await readWhole(openNamed(context, name).chunks), options.has('\x01')));
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      await context.stderr.write(encodeText(`diff3: ${error.path}: ${error.message}\n`));
      return TROUBLE;
    }
    const three = sides as [Side, Side, Side];
    // Like GNU: a merge is seen from the old text, a plain comparison from the last one.
    const blocks = await blocksOf(three, isMerge ? 1 : 2, context.breathe);
    const labels = [mine, old, yours].map((name, index) => options.all.filter(({ letter }) => letter === 'L')[index]?.value ?? name);
    return isMerge ? merge(context, options, three, blocks, labels) : compare(context, three, blocks);
  },
};

async function compare(context: CommandContext, sides: readonly [Side, Side, Side], blocks: readonly Block[]): Promise<number> {
  for (const { odd, spans } of blocks) {
    let text = `====${odd === 'all' ? '' : odd + 1}\n`;
    // Of two texts that are the same the lines are shown once.
    const silent = odd === 'all' ? undefined : odd === 0 ? 1 : 0;
    // The odd one in the middle comes last, as GNU has it.
    for (const index of odd === 1 ? ([0, 2, 1] as const) : ([0, 1, 2] as const)) {
      const { from, to } = spans[index];
      text += `${index + 1}:${to === from ? `${from}a` : to - from === 1 ? `${to}c` : `${from + 1},${to}c`}\n`;
      if (index === silent || to === from) continue;
      text += sides[index].lines.slice(from, to).map((line) => `  ${line}\n`).join('');
      if (to === sides[index].lines.length && !sides[index].isTerminated) text += '\\ No newline at end of file\n';
    }
    await context.stdout.write(encodeText(text));
  }
  return 0;
}

async function merge(context: CommandContext, options: ParsedOptions, sides: readonly [Side, Side, Side], blocks: readonly Block[], labels: readonly string[]): Promise<number> {
  const [mine, old, yours] = sides;
  const style = options.all.findLast(({ letter }) => 'AexX3E'.includes(letter))?.letter ?? 'A';
  let conflicts = 0;
  let at = 0;
  for (const { odd, spans } of blocks) {
    await context.stdout.write(encodeText(textOf(mine, { from: at, to: spans[0].from })));
    at = spans[0].to;
    const [mineText, oldText, yoursText] = [textOf(mine, spans[0]), textOf(old, spans[1]), textOf(yours, spans[2])];
    let text = mineText;
    const marked = (label: string, first: string, middle: string): string => `<<<<<<< ${label}\n${closed(first)}${middle}=======\n${closed(yoursText)}>>>>>>> ${labels[2]}\n`;
    if (odd === 2) text = style === 'x' || style === 'X' ? mineText : yoursText;
    else if (odd === 1 && style === 'A') {
      text = marked(labels[1]!, oldText, '');
      conflicts += 1;
    } else if (odd === 'all' && style !== '3') {
      if (style === 'A') text = marked(labels[0]!, mineText, `||||||| ${labels[1]}\n${closed(oldText)}`);
      else if (style === 'E') text = marked(labels[0]!, mineText, '');
      else text = yoursText;
      if (style === 'A' || style === 'E') conflicts += 1;
    }
    await context.stdout.write(encodeText(text));
    await context.breathe();
  }
  await context.stdout.write(encodeText(textOf(mine, { from: at, to: mine.lines.length })));
  return conflicts > 0 ? 1 : 0;
}

/** A mark starts a line of its own. */
const closed = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
