import { FsError, STRERROR, type FileStat } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command } from '../command.ts';
import { leadsInCircle, locate, requireStat } from '../locate.ts';
import { complain, TextWriter } from './files-in.ts';
import { FindExpression, type Visit } from './find-expression.ts';

export const find: Command = {
  name: 'find',
  summary: 'Find files by name, kind, size or date',
  usage: 'find [-L|-P|-H] [PATH]... [-name PATTERN] [-type f|d|l] [-maxdepth N] [-size N] [-exec COMMAND {} \\;] ...',
  help: "find . -name '*.txt'\nfind notes -type f -size +10k\nfind . -name '*.tmp' -delete\nfind . -type f -exec grep -l milk {} +",
  options: [
    ['-name PATTERN', 'the name matches; -iname: in either case'],
    ['-path PATTERN', 'the whole path matches; -ipath'],
    ['-regex RE', 'the whole path matches; -iregex, -regextype posix-extended'],
    ['-type f|d|l', 'files, directories or links'],
    ['-size [+-]N[ckMG]', 'so large; + for more, - for less'],
    ['-mtime [+-]N', 'changed N days ago; -mmin: minutes'],
    ['-newer FILE', 'changed later than FILE; -newermt DATE'],
    ['-empty', 'empty files and directories'],
    ['-perm [-/]MODE', 'these bits; - all of them, / any of them'],
    ['-maxdepth N', 'no deeper than N; -mindepth N'],
    ['-prune', 'do not look into this directory'],
    ['-not, -a, -o', 'not, and, or; also ! and ( )'],
    ['-print0', 'names that end with a zero byte, for xargs -0'],
    ['-printf FORMAT', '%p path, %f name, %s size, %T+ time …'],
    ['-ls', 'as ls -dils'],
    ['-delete', 'remove'],
    ['-exec COMMAND {} ;', 'run for each; with + instead of ; for many at once'],
    ['-execdir', 'the same, in the directory of the file'],
    ['-quit', 'stop at the first'],
    ['-L', 'go through links'],
    ['-depth', 'what is in a directory before it'],
  ],
  section: 'files',
  async run(context) {
    const { files } = context;
    let args = context.args;
    let follow = 'P';
    for (; args[0] !== undefined && /^-([PLH]|O\d)$/.test(args[0]); args = args.slice(1)) if (!args[0].startsWith('-O')) follow = args[0].slice(1);
    const first = args.findIndex((argument) => /^(-.|!$|\($|,$)/.test(argument));
    const starts = first < 0 ? args : args.slice(0, first);
    const out = new TextWriter(context);
    const expression = new FindExpression(context, first < 0 ? [] : args.slice(first), out);
    const test = expression.parse();
    if (expression.follows) follow = 'L';
    let status = 0;
    /** With -L a link that leads nowhere is still there, as a link. */
    const statOf = (path: string, depth: number): FileStat | undefined =>
      (follow === 'L' || (follow === 'H' && depth === 0) ? files.stat(path) : undefined) ?? files.linkStat(path);
    const fail = async (message: string): Promise<void> => {
      status = 1;
      await out.flush();
      await complain(context, message);
    };
    const entriesOf = async (path: string, shown: string): Promise<readonly { name: string }[]> => {
      try {
        return files.list(path);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await fail(`'${shown}': ${error.message}`);
        return [];
      }
    };
    let startOf = '';
    const visit = async (shown: string, path: string, stat: FileStat, depth: number, inside: readonly string[]): Promise<void> => {
      if (expression.stopped) return;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
      const real = follow === 'L' && stat.kind === 'directory' ? files.realPath(path) : path;
      if (inside.includes(real)) {
        await fail(`File system loop detected; '${shown}' is part of the same file system loop as one of the directories around it.`);
        return;
      }
      const here: Visit = { shown, start: startOf, path, stat, depth, prune: false };
      const judge = async (): Promise<void> => {
        if (depth < expression.minDepth || expression.stopped) return;
        try {
          if ((await test(here)) && !expression.hasAction) await expression.print(here);
        } catch (error) {
          if (!(error instanceof FsError)) throw error;
          status = 1;
          await complain(context, `cannot delete '${shown}': ${error.message}`);
        }
      };
      if (!expression.depthFirst) await judge();
      if (stat.kind === 'directory' && depth < expression.maxDepth && !here.prune) {
        for (const { name } of await entriesOf(path, shown)) {
          const inner = joinPath(path, name);
          const innerStat = statOf(inner, depth + 1);
          if (follow === 'L' && innerStat?.kind === 'link' && leadsInCircle(files, inner)) {
            await fail(`'${shown.endsWith('/') ? shown : `${shown}/`}${name}': ${STRERROR.ELOOP}`);
            continue;
          }
          if (innerStat !== undefined) await visit(`${shown.endsWith('/') ? shown : `${shown}/`}${name}`, inner, innerStat, depth + 1, follow === 'L' ? [...inside, real] : inside);
        }
      }
      if (expression.depthFirst) await judge();
    };
    for (const start of starts.length === 0 ? ['.'] : starts) {
      startOf = start;
      try {
        const path = locate(context, start);
        if (follow !== 'P' && leadsInCircle(files, path)) throw new FsError('ELOOP', path);
        await visit(start, path, statOf(path, 0) ?? requireStat(files, path), 0, []);
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await fail(`'${start}': ${error.message}`);
      }
    }
    await out.flush();
    for (const run of expression.atEnd) await run();
    return expression.failed ? 1 : status;
  },
};
