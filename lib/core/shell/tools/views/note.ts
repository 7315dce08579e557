import { joinPath } from '../../../fs/path.ts';
import { localTime } from '../../../views/local-time.ts';
import type { Command, CommandContext } from '../../command.ts';
import { complain } from '../files-in.ts';
import { UsageError } from '../options.ts';
import { appendText, editText, findLines, homeOf, printFound, printLines, readText, requireWords, say, textFilesBelow } from './text-files.ts';

/** Notes are Markdown files under ~/notes, whoever wrote them. What is added in passing goes to ~/notes/inbox.md. */
const INBOX = 'inbox';

export const note: Command = {
  name: 'note',
  summary: 'Notes: plain Markdown files in ~/notes',
  usage: 'note [NAME] | note add TEXT... | note find WORD... | note rm NAME',
  help: 'note                        # all of them, the newest first\nnote recipes                # open ~/notes/recipes.md in the editor\nnote work/ideas             # in a directory\n'
    + 'note add call the plumber   # a line in ~/notes/inbox.md\nnote find plumber\nls | note add               # from a pipe\nnote rm recipes\n\nThey are files like any other: grep, md, fm and sync work on them.',
  options: [],
  section: 'other',
  verbs: ['add', 'find', 'rm'],
  async run(context) {
    const [verb, ...rest] = context.args;
    const directory = joinPath(homeOf(context), 'notes');
    const nameOf = (path: string): string => path.slice(directory.length + 1).replace(/\.md$/, '');
    switch (verb) {
      case undefined: return list(context, directory, nameOf);
      case 'add': return add(context, directory, rest);
      case 'find': return printFound(context, await findLines(context, textFilesBelow(context.files, directory), [requireWords(rest, 'note find plumber')].flatMap((text) => text.split(' '))), nameOf);
      case 'rm': return remove(context, directory, requireWords(rest, 'note rm recipes'));
      default: return editText(context, pathOf(directory, [verb, ...rest].join(' ')));
    }
  },
};

async function list(context: CommandContext, directory: string, nameOf: (path: string) => string): Promise<number> {
  const { files } = context;
  const notes = textFilesBelow(files, directory).map((path) => ({ path, mtimeMs: files.stat(path)?.mtimeMs ?? 0 }));
  notes.sort((one, other) => other.mtimeMs - one.mtimeMs || (one.path < other.path ? -1 : 1));
  if (notes.length === 0) await say(context, 'There are no notes yet; `note NAME` begins one.');
  const longest = Math.max(...notes.map(({ path }) => nameOf(path).length));
  await printLines(context, notes.map(({ path, mtimeMs }) => `${nameOf(path).padEnd(longest)}  ${localTime(mtimeMs).day}  ${titleOf(readText(files, path) ?? '')}`.trimEnd()));
  return 0;
}

/** The first line that says something, without Markdown's marks. */
function titleOf(text: string): string {
  const line = text.slice(0, 2000).split('\n').find((candidate) => /[\p{L}\p{N}]/u.test(candidate) && candidate !== '---') ?? '';
  return line.replace(/^[#>\-*\s[\]xX]+(?=\S)/, '').slice(0, 60);
}

async function add(context: CommandContext, directory: string, words: readonly string[]): Promise<number> {
  let text = words.join(' ').trim();
  if (text === '' && !('isTerminal' in context.stdin && context.stdin.isTerminal === true)) {
    const decoder = new TextDecoder();
    for await (const chunk of context.stdin) text += decoder.decode(chunk, { stream: true });
    text = text.trim();
  }
  if (text === '') throw new UsageError('write something, as in: note add call the plumber');
  const path = pathOf(directory, INBOX);
  // What came from a pipe may have several lines; they belong to one point.
  appendText(context.files, path, `- ${text.replace(/\n(?!$)/g, '\n  ')}`);
  await say(context, `Added to ~/notes/${INBOX}.md.`);
  return 0;
}

async function remove(context: CommandContext, directory: string, name: string): Promise<number> {
  const path = pathOf(directory, name);
  if (context.files.stat(path)?.kind !== 'file') {
    await complain(context, `there is no note ${name}; \`note\` lists them`);
    return 1;
  }
  if (context.terminal !== undefined && context.isTerminalOutput) {
    const answer = await context.terminal.ask(`Delete the note ${name}? [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) return 1;
  }
  context.files.remove(path);
  return 0;
}

/** @throws UsageError for a name that would leave ~/notes. */
function pathOf(directory: string, name: string): string {
  const segments = name.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..') || name.startsWith('-')) {
    throw new UsageError(`${name} is no name for a note; use words, and / for a directory`);
  }
  return joinPath(directory, /\.(md|markdown|txt)$/i.test(name) ? name : `${name}.md`);
}
