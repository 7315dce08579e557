import type { Command } from '../command.ts';
import { BytesInput } from '../streams/input.ts';
import { decodeText } from '../text.ts';
import { complain, readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** Words as xargs reads them: blanks and newlines separate, quotes and backslashes protect. */
function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (character === ' ' || character === '\t' || character === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '"' || character === "'") {
      const end = text.indexOf(character, at + 1);
      if (end < 0 || text.slice(at, end).includes('\n')) {
        throw new UsageError(`unmatched ${character === '"' ? 'double' : 'single'} quote; by default quotes are special to xargs unless you use the -0 option`);
      }
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (character === '\\' && at + 1 < text.length) {
      at += 1;
      word = (word ?? '') + text[at];
    } else word = (word ?? '') + character;
  }
  if (word !== undefined) words.push(word);
  return words;
}

export const xargs: Command = {
  name: 'xargs',
  summary: 'Run a command with arguments from input',
  usage: 'xargs [-0rt] [-n COUNT] [-I TEXT] [-d CHAR] [COMMAND [ARGUMENT]...]',
  help: "ls *.txt | xargs wc -l\nfind . -name '*.md' -print0 | xargs -0 grep -l milk\nseq 3 | xargs -I{} echo 'number {}'",
  section: 'shell',
  async run(context) {
    const options = parseOptions(context.args, {
      short: '0rtpn:I:d:L:P:s:x', long: { null: '0', 'no-run-if-empty': 'r', verbose: 't', 'max-args': 'n', replace: 'I', delimiter: 'd', 'max-lines': 'L', 'max-procs': 'P' }, stopAtOperand: true,
    });
    const { execute } = context;
    if (execute === undefined) throw new UsageError('works in the shell only');
    const command = options.operands.length === 0 ? ['echo'] : options.operands;
    const text = decodeText(await readWhole(context.stdin));
    const replace = options.value('I');
    const mark = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n').replace('\\t', '\t');
    let items: string[];
    if (mark !== undefined) {
      items = text.split(mark);
      if (items[items.length - 1] === '') items.pop();
    } else if (replace !== undefined) items = text.split('\n').map((line) => line.replace(/^[ \t]+/, '')).filter((line) => line !== '');
    else items = splitWords(text);
    const batches: string[][] = [];
    const most = Number(options.value('n') ?? options.value('L') ?? '5000');
    if (!(most >= 1)) throw new UsageError(`value ${options.value('n')} for -n option should be >= 1`);
    if (replace !== undefined) for (const item of items) batches.push(command.map((word) => word.replaceAll(replace, item)));
    else {
      for (let at = 0; at < items.length; at += most) batches.push([...command, ...items.slice(at, at + most)]);
      if (items.length === 0 && !options.has('r')) batches.push(command);
    }
    let status = 0;
    for (const argv of batches) {
      if (options.has('t')) await complain(context, argv.join(' '));
      const result = await execute(argv, { stdin: new BytesInput(new Uint8Array(0)) });
      if (result === 255) return 124;
      if (result === 126 || result === 127) return result;
      if (result !== 0) status = 123;
      await context.breathe();
    }
    return status;
  },
};
