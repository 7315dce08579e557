import { baseName } from '@/lib/core/fs/path.ts';
import { locate } from '@/lib/core/shell/locate.ts';
import type { Command } from '@/lib/core/shell/command.ts';
import { parseOptions, UsageError } from '@/lib/core/shell/tools/options.ts';
import { addFiles } from '@/lib/core/zip/add-files.ts';
import { openZip } from '@/lib/core/zip/write-zip.ts';
import { complain, remark, type AccountTools } from './account-tools.ts';
import { exportName } from './export.ts';
import { openProgress } from './progress.ts';

export const downloadCommand = (tools: Pick<AccountTools, 'page'>): Command => ({
  name: 'download',
  section: 'files',
  summary: 'Save files to this computer or phone',
  usage: 'download FILE...',
  help: 'download notes.md        as it is\n'
    + 'download docs            a directory becomes docs.zip\n'
    + 'download *.md docs       several become one zip\n'
    + '\n'
    + '`sync export` saves everything; `import` goes the other way.',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    if (operands.length === 0) throw new UsageError('name a file, as in: download notes.md');
    const { files } = context;
    const paths: string[] = [];
    for (const typed of operands) {
      const path = locate(context, typed);
      if (files.stat(path) === undefined) return complain(context, `${typed}: No such file or directory`);
      paths.push(path);
    }
    const [first = ''] = paths;
    if (paths.length === 1 && files.stat(first)?.kind === 'file') {
      tools.page.save(baseName(first), [files.read(first)], 'application/octet-stream');
      await remark(context, `${baseName(first)} is saved by your browser, where it keeps downloads.`);
      return 0;
    }
    const progress = openProgress(context);
    const chunks: Uint8Array[] = [];
    const zip = openZip((chunk) => chunks.push(chunk));
    let done = 0;
    let status = 0;
    const taken = new Set<string>();
    for (const path of paths) {
      for (const step of addFiles(zip, files, path, freeName(baseName(path), taken))) {
        if ('unreadable' in step) status = await complain(context, `${step.unreadable}: cannot be read and is left out.`);
        else progress.show('Packing:', ++done, done);
        await context.breathe();
      }
    }
    zip.end();
    await progress.end();
    const name = paths.length === 1 ? `${first === '/' ? 'root' : baseName(first)}.zip` : exportName(context.now());
    tools.page.save(name, chunks, 'application/zip');
    await remark(context, `${name} is saved by your browser, where it keeps downloads.`);
    return status;
  },
});

/** Two files of one name from two directories are both in the zip. */
function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name} ${number}`;
  taken.add(free);
  return free;
}
