import { FsError } from '../../../fs/files.ts';
import { baseName, directoryOf } from '../../../fs/path.ts';
import * as limits from '../../../limits.ts';
import type { ViewScreen } from '../../../tty/screen/view-screen.ts';
import { parseMarkdown, renderMarkdown, type MarkdownDocument, type MarkdownPage } from '../../../views/markdown/render-markdown.ts';
import { runPager } from '../../../views/pager.ts';
import type { PagerSource } from '../../../views/pager-source.ts';
import { plainLine } from '../../../views/styled-line.ts';
import type { Command, CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { decodeText, encodeText } from '../../text.ts';
import { openNamed, readWhole } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';
import { fullScreenOf } from './full-screen.ts';
import { fileSource } from './less.ts';

const PIPE_COLUMNS = 80;

/** The Markdown reader: in the pager, or printed where there is no screen to take. */
export const md: Command = {
  name: 'md',
  summary: 'Read Markdown: headings, lists, tables, code, links',
  usage: 'md [FILE]',
  help: 'md README.md\ngrep -v secret notes.md | md    # from a pipe\nmd notes.md > notes.txt        # laid out, as plain text\n\n'
    + 'Inside: the keys of less, ] and [ for headings, o and a number opens a link, v edits, q leaves.',
  section: 'text',
  options: [],
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    if (operands.length > 1) throw new UsageError('name one file, as in: md README.md');
    const name = operands[0] ?? '-';
    if (name === '-' && context.terminal !== undefined && 'isTerminal' in context.stdin && context.stdin.isTerminal === true) {
      throw new UsageError('name a file, as in: md README.md');
    }
    const terminal = fullScreenOf(context);
    if (terminal !== undefined && name !== '-') {
      requireSize(context, locate(context, name), name);
      await terminal.view((screen) => showMarkdown(context, screen, locate(context, name)));
      return 0;
    }
    const document = await parse(context, decodeText(await readWhole(openNamed(context, name).chunks)));
    if (terminal !== undefined) {
      await terminal.view((screen) => runPager(screen, {
        sources: [markdownSource(context, screen, 'standard input', () => Promise.resolve(document))], breathe: context.breathe,
      }));
      return 0;
    }
    const { lines } = await renderMarkdown(document, context.terminal?.columns() ?? PIPE_COLUMNS, context.breathe);
    const shown = context.isTerminalOutput ? lines : lines.map(plainLine);
    await context.stdout.write(encodeText(`${shown.join('\n')}\n`));
    return 0;
  },
};

/** Shows a Markdown file in the pager, and the files that its links lead to above it. @throws FsError */
export async function showMarkdown(context: CommandContext, screen: ViewScreen, path: string): Promise<void> {
  const plain = fileSource(context, path);
  let text = '';
  let document: MarkdownDocument | undefined;
  const parsed = async (): Promise<MarkdownDocument> => {
    requireSize(context, path, baseName(path));
    const now = decodeText(context.files.read(path));
    if (document === undefined || now !== text) document = await parse(context, now);
    text = now;
    return document;
  };
  await parsed();
  const source = markdownSource(context, screen, baseName(path), parsed, path);
  await runPager(screen, {
    sources: [plain.file === undefined ? source : { ...source, file: plain.file }],
    breathe: context.breathe,
    edit: async (at) => context.terminal?.edit(at),
  });
}

function parse(context: CommandContext, text: string): Promise<MarkdownDocument> {
  return parseMarkdown(text, context.breathe, context.terminal?.colourCode);
}

function markdownSource(context: CommandContext, screen: ViewScreen, title: string, parsed: () => Promise<MarkdownDocument>, path?: string): PagerSource {
  let page: MarkdownPage | undefined;
  return {
    title,
    isWhole: true,
    followsWidth: true,
    async *open() {
      page = await renderMarkdown(await parsed(), screen.columns(), context.breathe);
      yield encodeText(`${page.lines.join('\n')}\n`);
    },
    places: () => page?.headings ?? [],
    async visit(number) {
      const address = page?.links[number - 1];
      if (address === undefined) return page?.links.length === 0 ? 'There are no links here.' : `Type a number from 1 to ${page?.links.length ?? 0}.`;
      if (/^(https?|mailto):/i.test(address)) {
        return context.terminal?.visit === undefined ? `It leads to ${address}` : context.terminal.visit(address);
      }
      return openFile(context, screen, address, path);
    },
  };
}

/** A link to another file of one's own. */
async function openFile(context: CommandContext, screen: ViewScreen, address: string, from: string | undefined): Promise<string | undefined> {
  const [file = ''] = address.split('#');
  if (file === '') return 'It leads to a heading of this text; ] goes through them.';
  try {
    const target = locate({ files: context.files, cwd: from === undefined ? context.cwd : directoryOf(from) }, decodeAddress(file));
    if (context.files.stat(target)?.kind !== 'file') return `${file} is not here.`;
    if (/\.(md|markdown)$/i.test(target)) await showMarkdown(context, screen, target);
    else await runPager(screen, { sources: [fileSource(context, target)], breathe: context.breathe });
    return undefined;
  } catch (error) {
    if (error instanceof FsError) return `${file}: ${error.message}`;
    throw error;
  }
}

/** Blanks are often written `%20`; what is no such code stays as it is. */
function decodeAddress(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function requireSize({ files }: CommandContext, path: string, name: string): void {
  const stat = files.stat(path);
  if (stat?.kind === 'directory') throw new UsageError(`${name}: Is a directory`);
  if (stat === undefined) throw new FsError('ENOENT', name);
  if (stat.size > limits.markdownMaxBytes) throw new UsageError(`${name} has more than ${limits.markdownMaxBytes / 1024 / 1024} MB; read it with less`);
}
