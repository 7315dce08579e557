import { FsError, type FileStat } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { globOf } from '../regex/glob.ts';
import { TextWriter } from './files-in.ts';
import { humanSize, modeText } from './ls.ts';
import { parseOptions, UsageError } from './options.ts';

/** tree, as Steve Baker's: directories and files as a drawing. */
export const tree: Command = {
  name: 'tree',
  summary: 'Draw a directory with all that is in it',
  usage: 'tree [-adfFhps] [-L LEVEL] [-P PATTERN] [-I PATTERN] [DIRECTORY]...',
  help: "tree\ntree -L 2 projects        # two levels deep\ntree -d                   # directories alone\ntree -P '*.md' --prune    # Markdown files alone",
  options: [
    ['-a', 'also names that start with a dot'],
    ['-d', 'directories alone'],
    ['-L LEVEL', 'at most LEVEL levels deep'],
    ['-f', 'each name with the whole way to it'],
    ['-i', 'names without the drawing'],
    ['-F', '/ behind directories, * behind programs, @ behind links'],
    ['-p', 'with permissions'],
    ['-s', 'with sizes; -h: as 1.5K'],
    ['-P PATTERN', 'only files that match; | between several'],
    ['-I PATTERN', 'leave out what matches'],
    ['--prune', 'leave out empty directories'],
    ['-t', 'newest first; -r: the other way round'],
    ['-l', 'go through links to directories'],
    ['-C, -n', 'with colours, without'],
    ['--dirsfirst', 'directories first'],
    ['--noreport', 'without the count at the end'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'adL:fiFpshP:I:trlCn\x01\x02\x03N', long: { prune: '\x01', dirsfirst: '\x02', noreport: '\x03' },
    });
    const level = options.value('L');
    if (level !== undefined && !(/^\d+$/.test(level) && Number(level) > 0)) throw new UsageError('Invalid level, must be greater than 0.');
    const deepest = level === undefined ? Number.POSITIVE_INFINITY : Number(level);
    const patterns = (letter: string): string[] => options.all.filter((option) => option.letter === letter).flatMap(({ value }) => value.split('|'));
    const [wanted, unwanted] = [patterns('P'), patterns('I')];
    const isColoured = options.has('C') || (context.isTerminalOutput && !options.has('n'));
    const { files } = context;
    const out = new TextWriter(context);
    let [directories, others, status] = [0, 0, 0];

    const label = (shown: string, path: string, stat: FileStat): string => {
      const notes = [options.has('p') ? modeText(stat) : '', options.has('h') ? humanSize(sizeOf(stat)).padStart(4) : options.has('s') ? String(sizeOf(stat)).padStart(11) : ''].filter((note) => note !== '');
      const front = notes.length === 0 ? '' : `[${notes.join(' ')}]  `;
      const isRunnable = stat.kind === 'file' && (stat.mode & 0o111) !== 0;
      const code = stat.kind === 'directory' ? '1;34' : stat.kind === 'link' ? '1;36' : isRunnable ? '1;32' : '';
      const painted = isColoured && code !== '' ? `\x1b[${code}m${shown}\x1b[0m` : shown;
      const mark = !options.has('F') ? '' : stat.kind === 'directory' ? '/' : stat.kind === 'link' ? '@' : isRunnable ? '*' : '';
      return front + painted + mark + (stat.kind === 'link' ? ` -> ${files.readLink(path)}` : '');
    };
    const entriesOf = (path: string): [name: string, path: string, stat: FileStat][] => {
      const made: [string, string, FileStat][] = [];
      for (const { name } of files.list(path)) {
        if (name.startsWith('.') && !options.has('a')) continue;
        const inner = joinPath(path, name);
        const stat = files.linkStat(inner);
        if (stat === undefined) continue;
        const leadsTo = stat.kind === 'link' ? files.stat(inner)?.kind : stat.kind;
        if (options.has('d') && leadsTo !== 'directory') continue;
        if (unwanted.some((pattern) => globOf(pattern).matches(name))) continue;
        if (wanted.length > 0 && stat.kind !== 'directory' && !wanted.some((pattern) => globOf(pattern).matches(name))) continue;
        made.push([name, inner, stat]);
      }
      if (options.has('t')) made.sort((left, right) => right[2].mtimeMs - left[2].mtimeMs);
      if (options.has('r')) made.reverse();
      if (!options.has('\x02')) return made;
      return [...made.filter(([, , { kind }]) => kind === 'directory'), ...made.filter(([, , { kind }]) => kind !== 'directory')];
    };
    const isEmpty = (path: string): boolean => entriesOf(path).every(([, inner, stat]) => stat.kind === 'directory' && isEmpty(inner));
    const draw = async (path: string, shown: string, indent: string, depth: number, inside: readonly string[]): Promise<void> => {
      const rest = context.breathe();
      if (rest !== undefined) await rest;
      let entries = entriesOf(path);
      if (options.has('\x01')) entries = entries.filter(([, inner, stat]) => stat.kind !== 'directory' || !isEmpty(inner));
      for (const [index, [name, inner, stat]] of entries.entries()) {
        const isLast = index === entries.length - 1;
        const full = `${shown.replace(/\/+$/, '')}/${name}`;
        await out.add(`${options.has('i') ? '' : indent + (isLast ? '└── ' : '├── ')}${label(options.has('f') ? full : name, inner, stat)}\n`);
        const target = stat.kind === 'link' ? files.stat(inner)?.kind : stat.kind;
        if (target === 'directory') directories += 1;
        else others += 1;
        const goesIn = stat.kind === 'directory' || (target === 'directory' && options.has('l'));
        if (!goesIn || depth >= deepest) continue;
        const real = files.realPath(inner);
        if (inside.includes(real)) continue;
        try {
          await draw(inner, full, `${indent}${isLast ? '    ' : '│\u00a0\u00a0 '}`, depth + 1, [...inside, real]);
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          status = 2;
          await out.add(`${indent}${isLast ? '    ' : '│\u00a0\u00a0 '}└── [error opening dir]\n`);
        }
      }
    };
    for (const name of options.operands.length === 0 ? ['.'] : options.operands) {
      try {
        const path = locate(context, name);
        const stat = requireStat(files, path);
        if (stat.kind !== 'directory') throw new FsError('ENOTDIR', path);
        await out.add(`${label(name, path, stat)}\n`);
        directories += 1;
        await draw(path, name, '', 1, [files.realPath(path)]);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 2;
        await out.add(`${name}  [error opening dir]\n`);
      }
    }
    const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
    if (!options.has('\x03')) {
      await out.add(`\n${count(directories, 'directory', 'directories')}${options.has('d') ? '' : `, ${count(others, 'file', 'files')}`}\n`);
    }
    await out.flush();
    return status;
  },
};

const sizeOf = (stat: FileStat): number => (stat.kind === 'directory' ? 4096 : stat.size);
