import { FsError } from '../../../fs/files.ts';
import { baseName } from '../../../fs/path.ts';
import { isText, mediaTypeOf } from '../../../views/media-type.ts';
import type { Command, CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { complain, readNamed } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';

/** Shows each file in the way that suits what is in it. */
export const open: Command = {
  name: 'open',
  summary: 'Show a file as what it is: picture, PDF, Markdown, text, directory',
  usage: 'open FILE... | open ADDRESS',
  help: 'open photo.jpg\nopen *.png            # one after another\nopen paper.pdf\nopen README.md        # in the Markdown reader\nopen script.sh        # in the editor\nopen docs             # in the file manager\nopen https://example.com',
  options: [],
  section: 'files',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    if (operands.length === 0) throw new UsageError('name a file, as in: open photo.jpg');
    let status = 0;
    for (const name of operands) {
      try {
        const failure = await openOne(context, name);
        if (failure === undefined) continue;
        await complain(context, failure);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, `${name}: ${error.message}`);
      }
      status = 1;
    }
    return status;
  },
};

/** Answers why it could not. */
async function openOne(context: CommandContext, name: string): Promise<string | undefined> {
  const { terminal, execute } = context;
  if (terminal === undefined || execute === undefined) return 'there is no screen here; use it in the terminal';
  if (/^(https?|mailto):/i.test(name)) return terminal.visit === undefined ? `${name}: addresses open only in the page` : terminal.visit(name);
  const path = locate(context, name);
  if (context.files.stat(path)?.kind === 'directory') return (await execute(['fm', '--', path])) === 0 ? undefined : `${name} could not be shown`;
  const bytes = readNamed(context, name);
  const type = mediaTypeOf(bytes);
  if (type !== undefined) {
    if (terminal.show === undefined) return `${name}: pictures and PDF are shown only in the page`;
    await terminal.show({ name: baseName(path), type, bytes });
    return undefined;
  }
  if (!isText(bytes)) return `${name}: no text, picture or PDF; \`file\` says what it is, and \`download\` saves it for another program`;
  if (/\.(md|markdown)$/i.test(path)) return (await execute(['md', '--', path])) === 0 ? undefined : `${name} could not be shown`;
  await terminal.edit(context.files.realPath(path));
  return undefined;
}
