import { joinPath } from '../../../fs/path.ts';
import { localTime } from '../../../views/local-time.ts';
import type { Command, CommandContext } from '../../command.ts';
import { UsageError } from '../options.ts';
import { appendText, editText, findLines, homeOf, printFound, printLines, readText, requireWords, say, textFilesBelow, writeText } from './text-files.ts';

/** A page a day: ~/journal/2026/2026-11-21.md, which begins with the day as its heading. */
export const journal: Command = {
  name: 'journal',
  summary: 'A journal: one Markdown page a day in ~/journal',
  usage: 'journal [DAY] | journal TEXT... | journal list | journal find WORD... | journal show [DAY]',
  help: 'journal                        # today, in the editor\njournal slept well, long walk  # a line with the time, on today\'s page\njournal 2026-11-20             # another day\njournal yesterday\n'
    + 'journal list\njournal find walk\njournal show                   # print today\'s page\n\nA text that begins with one of these words goes after --, as in: journal -- list of things',
  options: [],
  section: 'other',
  verbs: ['find', 'list', 'show', 'yesterday'],
  async run(context) {
    const [verb, ...rest] = context.args;
    const directory = joinPath(homeOf(context), 'journal');
    const pages = (): string[] => textFilesBelow(context.files, directory);
    const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.md$/, '');
    if (verb === undefined) return open(context, directory, localTime(context.now()).day);
    if (verb === '--') return add(context, directory, requireWords(rest, 'journal -- slept well'));
    if (verb === 'list' && rest.length === 0) return list(context, pages(), nameOf);
    if (verb === 'find') return printFound(context, await findLines(context, pages(), requireWords(rest, 'journal find walk').split(' ')), nameOf);
    if (verb === 'show' && rest.length <= 1) return show(context, directory, rest[0] ?? 'today');
    const day = rest.length === 0 ? dayOf(verb, context.now()) : undefined;
    return day === undefined ? add(context, directory, requireWords([verb, ...rest], 'journal slept well')) : open(context, directory, day);
  },
};

const pathOf = (directory: string, day: string): string => `${directory}/${day.slice(0, 4)}/${day}.md`;

/** A day as the person named it; undefined for other words. */
function dayOf(word: string, nowMs: number): string | undefined {
  if (word === 'today') return localTime(nowMs).day;
  if (word === 'yesterday') {
    const date = new Date(nowMs);
    date.setHours(12, 0, 0, 0);
    date.setDate(date.getDate() - 1);
    return localTime(date.getTime()).day;
  }
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
  if (found === null) return undefined;
  const made = new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]), 12);
  if (localTime(made.getTime()).day !== word) throw new UsageError(`there is no day ${word}`);
  return word;
}

function begin(context: CommandContext, path: string, day: string): void {
  if (context.files.stat(path) === undefined) writeText(context.files, path, `# ${day}\n\n`);
}

async function open(context: CommandContext, directory: string, day: string): Promise<number> {
  const path = pathOf(directory, day);
  if (context.terminal !== undefined) begin(context, path, day);
  return editText(context, path);
}

async function add(context: CommandContext, directory: string, text: string): Promise<number> {
  const { day, time } = localTime(context.now());
  const path = pathOf(directory, day);
  begin(context, path, day);
  appendText(context.files, path, `- ${time} ${text}`);
  await say(context, `Written at ${time} on ${day}.`);
  return 0;
}

async function list(context: CommandContext, paths: readonly string[], nameOf: (path: string) => string): Promise<number> {
  if (paths.length === 0) await say(context, 'The journal is empty yet; `journal TEXT` writes its first line.');
  await printLines(context, paths.map((path) => {
    const lines = (readText(context.files, path) ?? '').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('# '));
    return `${nameOf(path)}  ${lines.length === 1 ? '1 line ' : `${lines.length} lines`}  ${lines[0]?.replace(/^[-*] /, '').slice(0, 50) ?? ''}`.trimEnd();
  }));
  return 0;
}

async function show(context: CommandContext, directory: string, word: string): Promise<number> {
  const day = dayOf(word, context.now());
  if (day === undefined) throw new UsageError(`${word} is no day; use a day such as 2026-11-20, today or yesterday`);
  const text = readText(context.files, pathOf(directory, day));
  if (text === undefined) {
    await say(context, `Nothing was written on ${day}.`);
    return 1;
  }
  await printLines(context, text.replace(/\n$/, '').split('\n'));
  return 0;
}
