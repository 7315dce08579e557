import { FsError } from '../../../fs/files.ts';
import type { Command, CommandContext } from '../../command.ts';
import { decodeText } from '../../text.ts';
import { complain, readNamed, readWhole } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';
import { parseAssignment } from './main-input.ts';
import { parseProgram, type ProgramPiece } from './parse.ts';
import { runProgram } from './run-program.ts';
import { AwkError } from './syntax.ts';
import { decodeAwkEscapes } from './tokens.ts';

export const awk: Command = {
  name: 'awk',
  summary: 'Work on columns and records by a small program',
  usage: "awk [-F SEPARATOR] [-v NAME=VALUE] 'PROGRAM' [FILE]...",
  help: [
    "awk '{print $2}' table.txt                    # the second column",
    "awk -F: '{print $1, $NF}' /etc/passwd         # first and last, separated by colons",
    "awk '$3 > 100' sales.txt                      # rows where a column is large",
    "awk '{s += $1} END {print s, s/NR}' n.txt     # sum and mean",
    "awk '!seen[$0]++' list.txt                    # without repeated lines",
    "awk '{c[$1]++} END {for (k in c) print c[k], k}' log.txt | sort -rn",
    "awk 'NR==FNR {name[$1]=$2; next} {print $0, name[$1]}' names.txt rows.txt   # join",
    "awk --csv '{print $2}' data.csv               # columns with quotes around commas",
  ].join('\n'),
  options: [
    ['-F, --field-separator=FS', 'what separates fields: a character, or a regular expression'],
    ['-v, --assign=NAME=VALUE', 'a variable, set before the program begins'],
    ['-f, --file=FILE', 'the program is in a file; may be given several times'],
    ['-e, --source=PROGRAM', 'a piece of the program, besides those of -f'],
    ['-k, --csv', 'records are comma-separated values'],
  ],
  section: 'text',
  async run(context) {
    try {
      return await start(context);
    } catch (error) {
      if (!(error instanceof AwkError)) throw error;
      await complain(context, error.message);
      return error.status;
    }
  },
};

export const gawk: Command = { ...awk, name: 'gawk', summary: 'As awk' };

async function start(context: CommandContext): Promise<number> {
  const options = parseOptions(context.args, {
    short: 'F:v:f:e:E:kPcSVh',
    long: { 'field-separator': 'F', assign: 'v', file: 'f', source: 'e', exec: 'E', csv: 'k', posix: 'P', traditional: 'c', sandbox: 'S' },
    stopAtOperand: true,
    status: 2,
  });
  const operands = [...options.operands];
  const pieces: ProgramPiece[] = [];
  for (const { letter, value } of options.all) {
    if (letter === 'f' || letter === 'E') pieces.push({ text: await programFile(context, value), name: value });
    if (letter === 'e') pieces.push({ text: value, name: 'cmd. line' });
  }
  if (pieces.length === 0) {
    const text = operands.shift();
    if (text === undefined) throw new UsageError('no program is given', 2);
    pieces.push({ text, name: 'cmd. line' });
  }
  const separator = options.value('F');
  return runProgram(context, parseProgram(pieces), {
    operands,
    assignments: options.all.filter(({ letter }) => letter === 'v').map(({ value }) => parseAssignment(value)),
    fieldSeparator: separator === undefined ? undefined : decodeAwkEscapes(separator),
    isCsv: options.has('k'),
  });
}

async function programFile(context: CommandContext, name: string): Promise<string> {
  try {
    return decodeText(name === '-' ? await readWhole(context.stdin) : readNamed(context, name));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    throw new AwkError(`fatal: cannot open source file \`${name}' for reading: ${error.message}`);
  }
}
