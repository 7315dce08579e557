import { FsError } from '../../fs/files.ts';
import { directoryOf } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { backupStyle, moveToBackup } from './backup-name.ts';
import { changedMode, MODE } from './change-mode.ts';
import { complain, readNamed } from './files-in.ts';
import { parseOptions, UsageError, type ParsedOptions } from './options.ts';

const DEFAULT_MODE = '755';

/** install: copies with permission bits, and makes the directories that it needs. */
export const install: Command = {
  name: 'install',
  summary: 'Copy files and set their permission bits',
  usage: 'install [-Dpv] [-m MODE] FILE... TARGET | install -d DIRECTORY...',
  help: 'install -m 755 script.sh bin/\ninstall -D -m 600 key.txt private/keys/key.txt   # parents too\ninstall -d logs tmp                              # only directories',
  options: [
    ['-m, --mode=MODE', 'these permission bits instead of 755'],
    ['-d, --directory', 'make directories, with parents'],
    ['-D', 'make the directories before the target'],
    ['-t, --target-directory=DIR', 'copy all into DIR'],
    ['-T, --no-target-directory', 'TARGET is the name, not a directory'],
    ['-p, --preserve-timestamps', 'keep the dates'],
    ['-b, --backup[=CONTROL]', 'keep what is replaced, as name~'],
    ['-C, --compare', 'leave alone what is the same already'],
    ['-v, --verbose', 'name each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'm:dDt:TpbS:vCcso:g:\x02', long: { mode: 'm', directory: 'd', 'target-directory': 't', 'no-target-directory': 'T', 'preserve-timestamps': 'p', backup: '\x02', suffix: 'S', verbose: 'v', compare: 'C', owner: 'o', group: 'g' },
    });
    const text = options.value('m') ?? DEFAULT_MODE;
    if (!MODE.test(text)) throw new UsageError(`invalid mode '${text}'`);
    const operands = [...options.operands];
    if (operands.length === 0) throw new UsageError('missing file operand');
    let status = 0;
    const attempt = async (words: string, work: () => void | Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, `${words}: ${error.message}`);
      }
    };
    if (options.has('d')) {
      for (const name of operands) {
        await attempt(`cannot create directory '${name}'`, async () => {
          const path = locate(context, name);
          await makeWay(context, options, path, true);
          context.files.setMode(path, changedMode(0o755, text, true));
        });
      }
      return status;
    }
    const into = options.value('t');
    const last = into ?? operands.pop()!;
    if (operands.length === 0) throw new UsageError(`missing destination file operand after '${last}'`);
    const isFolder = !options.has('T') && (into !== undefined || context.files.stat(locate(context, last))?.kind === 'directory');
    if (!isFolder && operands.length > 1) {
      await complain(context, `target '${last}' is not a directory`);
      return 1;
    }
    for (const source of operands) {
      const target = isFolder ? `${last.replace(/\/+$/, '')}/${source.replace(/\/+$/, '').split('/').pop()}` : last;
      await attempt(`cannot install '${source}' to '${target}'`, async () => {
        const stat = requireStat(context.files, locate(context, source));
        if (stat.kind === 'directory') {
          status = 1;
          return complain(context, `omitting directory '${source}'`);
        }
        const path = locate(context, target);
        if (options.has('D')) await makeWay(context, options, directoryOf(path), false);
        const bytes = readNamed(context, source);
        const mode = changedMode(0, text);
        const there = context.files.linkStat(path);
        if (options.has('C') && there?.kind === 'file' && there.mode === mode && same(context.files.read(path), bytes)) return;
        if (there !== undefined && context.files.stat(path) !== undefined && context.files.realPath(path) === context.files.realPath(locate(context, source))) {
          status = 1;
          return complain(context, `'${source}' and '${target}' are the same file`);
        }
        const style = backupStyle(context, options);
        let kept = '';
        if (there !== undefined && style !== undefined) kept = ` (backup: '${target}${moveToBackup(context.files, path, style)}')`;
        else if (there !== undefined) {
          context.files.remove(path);
          if (options.has('v')) await context.stdout.write(encodeText(`removed '${target}'\n`));
        }
        context.files.write(path, bytes, options.has('p') ? stat.mtimeMs : undefined);
        context.files.setMode(path, mode);
        if (options.has('v')) await context.stdout.write(encodeText(`'${source}' -> '${target}'${kept}\n`));
      });
    }
    return status;
  },
};

async function makeWay(context: CommandContext, options: ParsedOptions, path: string, isSaid: boolean): Promise<void> {
  const { files } = context;
  const stat = files.stat(path);
  if (stat?.kind === 'directory') return;
  if (stat !== undefined) throw new FsError('EEXIST', path);
  if (path !== '/') await makeWay(context, options, directoryOf(path), isSaid);
  files.makeDirectory(path);
  if (options.has('v')) {
    const shown = path.startsWith(`${context.cwd}/`) ? path.slice(context.cwd.length + 1) : path;
    await context.stdout.write(encodeText(`install: creating directory '${shown}'\n`));
  }
}

const same = (left: Uint8Array, right: Uint8Array): boolean => left.length === right.length && left.every((byte, index) => byte === right[index]);
