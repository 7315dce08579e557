import type { Command, CommandContext } from '../../command.ts';
import { complain, TextWriter } from '../files-in.ts';
import { Documents } from './documents.ts';
import { readOptions } from './options.ts';
import { runFilter } from './run-filter.ts';
import { toJson } from './value.ts';
import { writeJson } from './write-json.ts';

export const jq: Command = {
  name: 'jq',
  summary: 'Filter and change JSON',
  usage: "jq [-rcnsS] [--arg NAME VALUE] 'FILTER' [FILE]...",
  help: [
    'jq . data.json                                  # in readable lines',
    "jq -r '.items[].name' data.json                 # one field of each, as plain text",
    "jq '.[] | select(.price > 10) | {name, price}' data.json",
    "jq 'map(.size) | add' data.json                 # a sum",
    "jq 'group_by(.kind) | map({kind: .[0].kind, count: length})' data.json",
    "jq 'sort_by(.date) | reverse | .[:3]' data.json",
    "jq '.user.name = \"Ann\" | del(.password)' data.json",
    "jq --arg who \"$USER\" '.[] | select(.owner == $who)' data.json",
    "jq -r '.[] | [.name, .size] | @csv' data.json   # a table for a spreadsheet",
    "jq -n '[inputs | .id]' log.jsonl                # all lines of a file as one array",
    "jq '.. | strings | select(test(\"error\"; \"i\"))' data.json",
    "jq 'to_entries | map(\"\\(.key)=\\(.value)\") | .[]' -r env.json",
  ].join('\n'),
  options: [
    ['-r, --raw-output', 'strings without quotes'],
    ['-j, --join-output', 'as -r, without newlines in between'],
    ['-c, --compact-output', 'each result in one line'],
    ['-n, --null-input', 'run once, on null; input and inputs read'],
    ['-s, --slurp', 'all inputs as one array'],
    ['-R, --raw-input', 'each line is a string; with -s, all of it'],
    ['-e, --exit-status', 'status 1 when the last result is false or null, 4 when there is none'],
    ['-S, --sort-keys', 'keys of objects in order'],
    ['-a, --ascii-output', 'everything beyond ASCII escaped'],
    ['-C, --color-output', 'with colours, also into files and pipes'],
    ['-M, --monochrome-output', 'without colours'],
    ['-f, --from-file', 'the first operand is a file with the filter'],
    ['--tab', 'indent with tabs'],
    ['--indent=N', 'indent with N spaces, at most 7'],
    ['--arg=NAME', '$NAME is the string that follows'],
    ['--argjson=NAME', '$NAME is the JSON that follows'],
    ['--slurpfile=NAME', '$NAME is an array of the documents in the file that follows'],
    ['--rawfile=NAME', '$NAME is the text of the file that follows'],
    ['--args', 'what follows are strings, in $ARGS.positional'],
    ['--jsonargs', 'what follows is JSON, in $ARGS.positional'],
    ['--stream', 'paths and leaves instead of whole documents'],
    ['--seq', 'a record separator before each result'],
  ],
  section: 'text',
  run,
};

async function run(context: CommandContext): Promise<number> {
  if (context.args.includes('--version') || context.args[0] === '-V') {
    await context.stdout.write(new TextEncoder().encode('jq-1.6\n'));
    return 0;
  }
  const options = readOptions(context);
  const writer = new TextWriter(context);
  const documents = new Documents(
    context,
    options.files,
    { isRaw: options.isRawInput, isSlurping: options.isSlurping, isStreaming: options.isStreaming },
    (message) => complain(context, message),
    () => writer.flush(),
  );
  const before = options.isSequence ? '\x1e' : '';
  const after = options.isJoined ? '' : '\n';
  const isPlain = !options.colors && !options.ascii && !options.sortKeys;
  const long = async (first: string, rest: Generator<string, void, void>): Promise<void> => {
    await writer.add(first);
    for (const piece of rest) {
      await writer.add(piece);
      await context.breathe();
    }
    await writer.add(after);
  };
  return runFilter(context, writer, documents, {
    ...options,
    print(value) {
      if (typeof value === 'string' && options.isRaw && !options.ascii) return writer.add(before + value + after);
      if (isPlain && (value === null || typeof value !== 'object')) return writer.add(before + toJson(value) + after);
      const pieces = writeJson(value, options);
      const first = pieces.next().value ?? '';
      const second = pieces.next();
      // Most values are one piece.
      if (second.done === true) return writer.add(before + first + after);
      return long(before + first + second.value, pieces);
    },
  });
}
