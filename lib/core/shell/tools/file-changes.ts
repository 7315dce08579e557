import { FsError, type Files } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, locateEntry, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { modeText } from './ls.ts';
import { parseOptions, UsageError } from './options.ts';
import { removeTree } from './remove-tree.ts';

/** mkdir, rmdir, rm, touch, chmod: what changes names and bits. cp and mv are in copy.ts, links in links.ts. */

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

function requireOperands(operands: readonly string[]): void {
  if (operands.length === 0) throw new UsageError('missing operand');
}

export const mkdir: Command = {
  name: 'mkdir',
  summary: 'Make directories',
  usage: 'mkdir [-pv] [-m MODE] DIRECTORY...',
  help: 'mkdir notes\nmkdir -p projects/2026/june   # parents too',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pvm:', long: { parents: 'p', verbose: 'v', mode: 'm' } });
    requireOperands(options.operands);
    const mode = options.value('m');
    if (mode !== undefined && !MODE.test(mode)) throw new UsageError(`invalid mode '${mode}'`);
    return forEachOperand(context, options.operands, (name) => `cannot create directory '${name}'`, (name) => {
      const isNew = options.has('p') ? makeParents(context, name) : makeOne(context.files, locateEntry(context, name));
      if (mode !== undefined && isNew) {
        const path = locate(context, name);
        context.files.setMode(path, changedMode(0o777, mode));
      }
      if (options.has('v')) return context.stdout.write(encodeText(`mkdir: created directory '${name}'\n`));
    });
  },
};

function makeOne(files: Files, path: string): true {
  files.makeDirectory(path);
  return true;
}

/** Makes what is missing, name by name, so that a `..` may come after a directory that this makes. @returns whether the last was made. */
function makeParents(context: CommandContext, name: string): boolean {
  const { files } = context;
  let made = false;
  for (const match of name.matchAll(/[^/]+/g)) {
    if (match[0] === '.') continue;
    const path = locateEntry(context, name.slice(0, match.index + match[0].length));
    const stat = files.stat(path);
    made = stat === undefined;
    if (stat === undefined) files.makeDirectory(path);
    else if (stat.kind !== 'directory') throw new FsError(match.index + match[0].length < name.replace(/[/.]+$/, '').length ? 'ENOTDIR' : 'EEXIST', path);
  }
  return made;
}

export const rmdir: Command = {
  name: 'rmdir',
  summary: 'Remove empty directories',
  usage: 'rmdir [-pv] DIRECTORY...',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pv', long: { parents: 'p', verbose: 'v' } });
    requireOperands(options.operands);
    return forEachOperand(context, options.operands, (name) => `failed to remove '${name}'`, async (name) => {
      let rest = name.replace(/\/+$/, '') || '/';
      if (/(^|\/)\.$/.test(rest)) throw new FsError('EINVAL', rest);
      for (;;) {
        const path = locateEntry(context, rest);
        const stat = context.files.linkStat(path) ?? requireStat(context.files, path);
        if (stat.kind !== 'directory') throw new FsError('ENOTDIR', path);
        if (options.has('v')) await context.stdout.write(encodeText(`rmdir: removing directory, '${rest}'\n`));
        context.files.remove(path);
        if (!options.has('p') || !rest.includes('/')) return;
        rest = rest.slice(0, rest.lastIndexOf('/')).replace(/\/+$/, '');
        if (rest === '') return;
      }
    });
  },
};

export const rm: Command = {
  name: 'rm',
  summary: 'Remove files',
  usage: 'rm [-rfv] FILE...',
  help: 'rm old.txt\nrm -r folder      # with everything in it\nrm -f maybe.txt   # no complaint when it is not there\n\nA link is removed and what it leads to stays, also with -r and a slash behind its name (GNU would empty the directory).',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'rRfvdiI', long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd' } });
    const isRecursive = options.has('r') || options.has('R');
    if (options.operands.length === 0 && options.has('f')) return 0;
    requireOperands(options.operands);
    let refused = false;
    const status = await forEachOperand(context, options.operands, (name) => `cannot remove '${name}'`, async (name) => {
      if (name === '' && options.has('f')) return;
      if (/^(.*\/)?\.\.?\/?$/.test(name)) {
        refused = true;
        await complain(context, `refusing to remove '.' or '..' directory: skipping '${name}'`);
        return;
      }
      let path: string;
      try {
        path = locateEntry(context, name);
      } catch (error) {
        if (options.has('f') && error instanceof FsError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
        throw error;
      }
      if (path === '/') {
        refused = true;
        await complain(context, "it is dangerous to operate recursively on '/'");
        return;
      }
      const stat = context.files.linkStat(path);
      if (stat === undefined) {
        if (options.has('f')) return;
        throw new FsError('ENOENT', path);
      }
      if (name.endsWith('/') && stat.kind !== 'directory') {
        if (options.has('f') && stat.kind === 'file') return;
        throw new FsError('ENOTDIR', path);
      }
      if (stat.kind === 'directory' && !isRecursive && !options.has('d')) throw new FsError('EISDIR', path);
      if (stat.kind === 'directory' && isRecursive) await removeTree(context, path);
      else context.files.remove(path);
      if (options.has('v')) await context.stdout.write(encodeText(`removed ${stat.kind === 'directory' ? 'directory ' : ''}'${name}'\n`));
    });
    return refused ? 1 : status;
  },
};

export const touch: Command = {
  name: 'touch',
  summary: 'Make empty files, or renew their dates',
  usage: 'touch [-c] FILE...',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'camd:t:r:', long: { 'no-create': 'c', date: 'd', reference: 'r' } });
    if (options.operands.length === 0) throw new UsageError('missing file operand');
    return forEachOperand(context, options.operands, (name) => `cannot touch '${name}'`, (name) => {
      const path = locate(context, name);
      const stat = context.files.stat(path);
      if (stat === undefined) {
        if (name.endsWith('/')) throw new FsError('ENOENT', path);
        if (!options.has('c')) context.files.write(path, new Uint8Array(0));
      } else if (stat.kind === 'file') context.files.append(path, new Uint8Array(0));
    });
  },
};

export const chmod: Command = {
  name: 'chmod',
  summary: 'Change permission bits',
  usage: 'chmod [-Rvcf] MODE FILE...',
  help: 'chmod +x script.sh\nchmod 600 secret.txt\nchmod -R go-w shared',
  section: 'files',
  async run(context) {
    const flags: string[] = [];
    const args = [...context.args];
    // `-x` and `-w` are modes, not options.
    while (args[0] !== undefined && /^(-[Rvcf]+|--recursive|--verbose|--changes|--silent|--quiet|--)$/.test(args[0])) flags.push(args.shift() as string);
    const options = parseOptions(flags, { short: 'Rvcf', long: { recursive: 'R', verbose: 'v', changes: 'c', silent: 'f', quiet: 'f' } });
    const [mode, ...operands] = args;
    if (mode === undefined) throw new UsageError('missing operand');
    if (operands.length === 0) throw new UsageError(`missing operand after '${mode}'`);
    if (!MODE.test(mode)) throw new UsageError(`invalid mode: '${mode}'`);
    /** Links below an operand are passed over: their bits mean nothing, and what they lead to was not named. */
    const change = async (name: string, path: string): Promise<void> => {
      const stat = requireStat(context.files, path);
      const next = changedMode(stat.mode, mode, stat.kind === 'directory');
      if (next !== stat.mode) context.files.setMode(path, next);
      if (options.has('v') || (options.has('c') && next !== stat.mode)) {
        const words = (bits: number): string => `${bits.toString(8).padStart(4, '0')} (${modeText({ ...stat, mode: bits }).slice(1)})`;
        await context.stdout.write(encodeText(next === stat.mode ? `mode of '${name}' retained as ${words(next)}\n` : `mode of '${name}' changed from ${words(stat.mode)} to ${words(next)}\n`));
      }
      if (!options.has('R') || stat.kind !== 'directory') return;
      for (const entry of context.files.list(path)) {
        if (entry.kind !== 'link') await change(`${name.replace(/\/+$/, '')}/${entry.name}`, joinPath(path, entry.name));
        await context.breathe();
      }
    };
    return forEachOperand(context, operands, (name) => `cannot access '${name}'`, (name) => {
      const path = locate(context, name);
      // With -R GNU does not go through a link that is named either.
      if (options.has('R') && context.files.linkStat(path)?.kind === 'link' && context.files.stat(path)?.kind === 'directory') return;
      return change(name, path);
    });
  },
};

const MODE = /^([0-7]{1,4}|([ugoa]*([-+=]([rwxX]*|[ugo]))+)(,[ugoa]*([-+=]([rwxX]*|[ugo]))+)*)$/;

function changedMode(before: number, text: string, isDirectory = false): number {
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8) & 0o777;
  let mode = before;
  for (const clause of text.split(',')) {
    const [, who = ''] = /^([ugoa]*)/.exec(clause) as RegExpExecArray;
    const classes = who === '' || who.includes('a') ? 0o777 : (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    for (const [, operator, letters = ''] of clause.slice(who.length).matchAll(/([-+=])([rwxXugo]*)/g)) {
      const copied = /^[ugo]$/.test(letters) ? ((mode >> { u: 6, g: 3, o: 0 }[letters as 'u' | 'g' | 'o']) & 7) * 0o111 : 0;
      const runs = letters.includes('x') || (letters.includes('X') && (isDirectory || (before & 0o111) !== 0));
      const named = (letters.includes('r') ? 0o444 : 0) | (letters.includes('w') ? (who === '' ? 0o200 : 0o222) : 0) | (runs ? 0o111 : 0);
      const bits = (copied | named) & classes;
      mode = operator === '+' ? mode | bits : operator === '-' ? mode & ~bits : (mode & ~classes) | bits;
    }
  }
  return mode & 0o777;
}
