import { FsError, type Files } from '../../fs/files.ts';
import { baseName, directoryOf, isWithin, joinPath, resolvePath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { complain } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';
import { encodeText } from '../text.ts';

/** mkdir, rmdir, rm, touch, mv, cp, chmod: what changes names and files. */

/** Runs `change` for each operand; says what failed, with `words` around the name, and goes on. */
async function forEachOperand(
  context: CommandContext,
  operands: readonly string[],
  words: (name: string) => string,
  change: (name: string) => void | Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of operands) {
    try {
      await change(name);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      status = 1;
      await complain(context, `${words(name)}: ${error.message}`);
    }
    await context.breathe();
  }
  return status;
}

function requireOperands(operands: readonly string[], least: number): void {
  if (operands.length === 0) throw new UsageError('missing operand');
  if (operands.length < least) throw new UsageError(`missing destination file operand after '${operands[0]}'`);
}

export const mkdir: Command = {
  name: 'mkdir',
  summary: 'Make directories',
  usage: 'mkdir [-pv] DIRECTORY...',
  help: 'mkdir notes\nmkdir -p projects/2026/june   # parents too',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pvm:', long: { parents: 'p', verbose: 'v', mode: 'm' } });
    requireOperands(options.operands, 1);
    return forEachOperand(context, options.operands, (name) => `cannot create directory '${name}'`, (name) => {
      const path = resolvePath(context.cwd, name);
      if (options.has('p')) makeParents(context.files, path);
      else context.files.makeDirectory(path);
      if (options.has('v')) return context.stdout.write(encodeText(`mkdir: created directory '${name}'\n`));
    });
  },
};

function makeParents(files: Files, path: string): void {
  const stat = files.stat(path);
  if (stat?.kind === 'directory') return;
  if (stat !== undefined) throw new FsError('EEXIST', path);
  const parent = directoryOf(path);
  if (files.stat(parent) !== undefined && files.stat(parent)?.kind !== 'directory') throw new FsError('ENOTDIR', path);
  makeParents(files, parent);
  files.makeDirectory(path);
}

export const rmdir: Command = {
  name: 'rmdir',
  summary: 'Remove empty directories',
  usage: 'rmdir DIRECTORY...',
  section: 'files',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: 'pv' });
    requireOperands(operands, 1);
    return forEachOperand(context, operands, (name) => `failed to remove '${name}'`, (name) => {
      const path = resolvePath(context.cwd, name);
      const stat = context.files.stat(path);
      if (stat === undefined) throw new FsError('ENOENT', path);
      if (stat.kind !== 'directory') throw new FsError('ENOTDIR', path);
      context.files.remove(path);
    });
  },
};

export const rm: Command = {
  name: 'rm',
  summary: 'Remove files',
  usage: 'rm [-rfv] FILE...',
  help: 'rm old.txt\nrm -r folder      # with everything in it\nrm -f maybe.txt   # no complaint when it is not there',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'rRfvdiI', long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd' } });
    const isRecursive = options.has('r') || options.has('R');
    if (options.operands.length === 0 && options.has('f')) return 0;
    requireOperands(options.operands, 1);
    let refused = false;
    const status = await forEachOperand(context, options.operands, (name) => `cannot remove '${name}'`, async (name) => {
      if (name === '' && options.has('f')) return;
      const path = resolvePath(context.cwd, name);
      if (/^(.*\/)?\.\.?\/?$/.test(name)) {
        refused = true;
        await complain(context, `refusing to remove '.' or '..' directory: skipping '${name}'`);
        return;
      }
      if (path === '/') {
        refused = true;
        await complain(context, "it is dangerous to operate recursively on '/'");
        return;
      }
      const stat = context.files.stat(path);
      if (stat === undefined) {
        if (options.has('f')) return;
        throw new FsError('ENOENT', path);
      }
      if (stat.kind === 'directory' && !isRecursive && !options.has('d')) throw new FsError('EISDIR', path);
      if (stat.kind === 'directory' && isRecursive) await removeTree(context, path);
      else context.files.remove(path);
      if (options.has('v')) await context.stdout.write(encodeText(`removed ${stat.kind === 'directory' ? 'directory ' : ''}'${name}'\n`));
    });
    return refused ? 1 : status;
  },
};

async function removeTree(context: CommandContext, path: string): Promise<void> {
  for (const { name, kind } of context.files.list(path)) {
    const inner = joinPath(path, name);
    if (kind === 'directory') await removeTree(context, inner);
    else context.files.remove(inner);
    await context.breathe();
  }
  context.files.remove(path);
}

export const touch: Command = {
  name: 'touch',
  summary: 'Make empty files, or renew their dates',
  usage: 'touch [-c] FILE...',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'camd:t:r:', long: { 'no-create': 'c', date: 'd', reference: 'r' } });
    if (options.operands.length === 0) throw new UsageError('missing file operand');
    return forEachOperand(context, options.operands, (name) => `cannot touch '${name}'`, (name) => {
      const path = resolvePath(context.cwd, name);
      const stat = context.files.stat(path);
      if (stat === undefined) {
        if (name.endsWith('/')) throw new FsError('ENOENT', path);
        if (!options.has('c')) context.files.write(path, new Uint8Array(0));
      } else if (stat.kind === 'file') context.files.append(path, new Uint8Array(0));
    });
  },
};

/** Where each source of `mv` and `cp` goes: into the directory, or to the one name. */
async function targets(context: CommandContext, operands: readonly string[], verb: string): Promise<[string, string][] | undefined> {
  requireOperands(operands, 2);
  const last = operands[operands.length - 1] as string;
  const sources = operands.slice(0, -1);
  const isDirectory = context.files.stat(resolvePath(context.cwd, last))?.kind === 'directory';
  if (isDirectory) return sources.map((source) => [source, `${last.replace(/\/+$/, '')}/${baseName(resolvePath(context.cwd, source))}`]);
  if (sources.length > 1) {
    await complain(context, `target '${last}': ${context.files.stat(resolvePath(context.cwd, last)) === undefined ? 'No such file or directory' : 'Not a directory'}`);
    return undefined;
  }
  if (last.endsWith('/') && context.files.stat(resolvePath(context.cwd, sources[0]!))?.kind !== 'directory') {
    await complain(context, `cannot ${verb} '${sources[0]}' to '${last}': Not a directory`);
    return undefined;
  }
  return [[sources[0] as string, last]];
}

export const mv: Command = {
  name: 'mv',
  summary: 'Move or rename files',
  usage: 'mv [-fnv] SOURCE... TARGET',
  help: 'mv draft.txt final.txt\nmv *.txt notes/',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'fnivTu', long: { force: 'f', 'no-clobber': 'n', verbose: 'v' } });
    const pairs = await targets(context, options.operands, 'move');
    if (pairs === undefined) return 1;
    let status = 0;
    for (const [source, target] of pairs) {
      try {
        const from = resolvePath(context.cwd, source);
        const to = resolvePath(context.cwd, target);
        const stat = context.files.stat(from);
        const there = context.files.stat(to);
        if (stat === undefined) {
          status = 1;
          await complain(context, `cannot stat '${source}': No such file or directory`);
          continue;
        }
        if (from === to) {
          status = 1;
          await complain(context, `'${source}' and '${target}' are the same file`);
          continue;
        }
        if (stat.kind === 'directory' && isWithin(from, to)) {
          status = 1;
          await complain(context, `cannot move '${source}' to a subdirectory of itself, '${target}'`);
          continue;
        }
        if (there !== undefined && options.has('n')) continue;
        if (there?.kind === 'directory' && stat.kind !== 'directory') {
          status = 1;
          await complain(context, `cannot overwrite directory '${target}' with non-directory`);
          continue;
        }
        if (there?.kind === 'file' && stat.kind === 'directory') {
          status = 1;
          await complain(context, `cannot overwrite non-directory '${target}' with directory '${source}'`);
          continue;
        }
        context.files.rename(from, to);
        if (options.has('v')) await context.stdout.write(encodeText(`renamed '${source}' -> '${target}'\n`));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, `cannot move '${source}' to '${target}': ${error.message}`);
      }
    }
    return status;
  },
};

export const cp: Command = {
  name: 'cp',
  summary: 'Copy files',
  usage: 'cp [-rnv] SOURCE... TARGET',
  help: 'cp a.txt b.txt\ncp -r folder backup',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'rRafnipvTu', long: { recursive: 'r', archive: 'a', force: 'f', 'no-clobber': 'n', verbose: 'v' } });
    const isRecursive = options.has('r') || options.has('R') || options.has('a');
    const pairs = await targets(context, options.operands, 'copy');
    if (pairs === undefined) return 1;
    let status = 0;
    const refuse = async (message: string): Promise<void> => {
      status = 1;
      await complain(context, message);
    };
    const copy = async (source: string, from: string, target: string, to: string): Promise<void> => {
      const stat = context.files.stat(from);
      const there = context.files.stat(to);
      if (stat === undefined) return refuse(`cannot stat '${source}': No such file or directory`);
      if (stat.kind !== 'directory') {
        if (from === to) return refuse(`'${source}' and '${target}' are the same file`);
        if (there?.kind === 'directory') return refuse(`cannot overwrite directory '${target}' with non-directory`);
        if (there !== undefined && options.has('n')) return;
        context.files.write(to, context.files.read(from));
        if (there === undefined && stat.mode !== 0o644) context.files.setMode(to, stat.mode);
        if (options.has('v')) await context.stdout.write(encodeText(`'${source}' -> '${target}'\n`));
        return;
      }
      if (!isRecursive) return refuse(`-r not specified; omitting directory '${source}'`);
      if (isWithin(from, to)) return refuse(`cannot copy a directory, '${source}', into itself, '${target}'`);
      if (there !== undefined && there.kind !== 'directory') return refuse(`cannot overwrite non-directory '${target}' with directory '${source}'`);
      if (there === undefined) context.files.makeDirectory(to);
      for (const { name } of context.files.list(from)) {
        await copy(`${source}/${name}`, joinPath(from, name), `${target}/${name}`, joinPath(to, name));
        await context.breathe();
      }
    };
    for (const [source, target] of pairs) {
      try {
        await copy(source, resolvePath(context.cwd, source), target, resolvePath(context.cwd, target));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await refuse(`cannot create regular file '${target}': ${error.message}`);
      }
    }
    return status;
  },
};

export const chmod: Command = {
  name: 'chmod',
  summary: 'Change permission bits',
  usage: 'chmod MODE FILE...',
  help: 'chmod +x script.sh\nchmod 600 secret.txt',
  section: 'files',
  async run(context) {
    const args = context.args[0] === '-R' ? context.args.slice(1) : context.args;
    const [mode, ...operands] = args;
    if (mode === undefined) throw new UsageError('missing operand');
    if (operands.length === 0) throw new UsageError(`missing operand after '${mode}'`);
    if (!/^([0-7]{3,4}|([ugoa]*[-+=][rwx]*)(,[ugoa]*[-+=][rwx]*)*)$/.test(mode)) throw new UsageError(`invalid mode: '${mode}'`);
    return forEachOperand(context, operands, (name) => `cannot access '${name}'`, (name) => {
      const path = resolvePath(context.cwd, name);
      const stat = context.files.stat(path);
      if (stat === undefined) throw new FsError('ENOENT', path);
      context.files.setMode(path, changedMode(stat.mode, mode));
    });
  },
};

function changedMode(before: number, text: string): number {
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8) & 0o777;
  let mode = before;
  for (const clause of text.split(',')) {
    const [, who = '', operator = '', letters = ''] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) as RegExpExecArray;
    const classes = who === '' || who.includes('a') ? 0o777 : (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    const bits = ((letters.includes('r') ? 0o444 : 0) | (letters.includes('w') ? (who === '' ? 0o200 : 0o222) : 0) | (letters.includes('x') ? 0o111 : 0)) & classes;
    mode = operator === '+' ? mode | bits : operator === '-' ? mode & ~bits : (mode & ~classes) | bits;
  }
  return mode & 0o777;
}
