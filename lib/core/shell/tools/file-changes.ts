import { FsError, type Files, type FileStat } from '../../fs/files.ts';
import { joinPath } from '../../fs/path.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, locateEntry, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { askYes } from './ask-yes.ts';
import { changedMode, MODE } from './change-mode.ts';
import { complain } from './files-in.ts';
import { modeText } from './ls.ts';
import { parseOptions, UsageError } from './options.ts';
import { parseDate } from './parse-date.ts';
import { readStamp } from './read-stamp.ts';

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
  options: [['-p, --parents', 'parents too, and no complaint when it is there'], ['-m, --mode=MODE', 'with these permission bits'], ['-v, --verbose', 'name each']],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pvm:', long: { parents: 'p', verbose: 'v', mode: 'm' } });
    requireOperands(options.operands);
    const mode = options.value('m');
    if (mode !== undefined && !MODE.test(mode)) throw new UsageError(`invalid mode '${mode}'`);
    return forEachOperand(context, options.operands, (name) => `cannot create directory '${name}'`, (name) => {
      const made: string[] = [];
      const isNew = options.has('p') ? makeParents(context, name, made) : makeOne(context.files, locateEntry(context, name));
      if (!options.has('p')) made.push(name);
      if (mode !== undefined && isNew) {
        const path = locate(context, name);
        context.files.setMode(path, changedMode(0o777, mode));
      }
      if (options.has('v')) return context.stdout.write(encodeText(made.map((each) => `mkdir: created directory '${each}'\n`).join('')));
    });
  },
};

function makeOne(files: Files, path: string): true {
  files.makeDirectory(path);
  return true;
}

/** Makes what is missing, name by name, so that a `..` may come after a directory that this makes. @returns whether the last was made. */
function makeParents(context: CommandContext, name: string, told: string[] = []): boolean {
  const { files } = context;
  let made = false;
  for (const match of name.matchAll(/[^/]+/g)) {
    if (match[0] === '.') continue;
    const path = locateEntry(context, name.slice(0, match.index + match[0].length));
    const stat = files.stat(path);
    made = stat === undefined;
    if (stat === undefined) {
      files.makeDirectory(path);
      told.push(name.slice(0, match.index + match[0].length));
    }
    else if (stat.kind !== 'directory') throw new FsError(match.index + match[0].length < name.replace(/[/.]+$/, '').length ? 'ENOTDIR' : 'EEXIST', path);
  }
  return made;
}

export const rmdir: Command = {
  name: 'rmdir',
  summary: 'Remove empty directories',
  usage: 'rmdir [-pv] DIRECTORY...',
  help: 'rmdir old\nrmdir -p a/b/c   # and a/b and a, if they are empty then',
  options: [['-p, --parents', 'parents too'], ['-v, --verbose', 'name each'], ['--ignore-fail-on-non-empty', 'no complaint about what is not empty']],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'pv\x01', long: { parents: 'p', verbose: 'v', 'ignore-fail-on-non-empty': '\x01' } });
    requireOperands(options.operands);
    return forEachOperand(context, options.operands, (name) => `failed to remove '${name}'`, async (name) => {
      let rest = name.replace(/\/+$/, '') || '/';
      if (/(^|\/)\.$/.test(rest)) throw new FsError('EINVAL', rest);
      for (;;) {
        const path = locateEntry(context, rest);
        const stat = context.files.linkStat(path) ?? requireStat(context.files, path);
        if (stat.kind !== 'directory') throw new FsError('ENOTDIR', path);
        if (options.has('v')) await context.stdout.write(encodeText(`rmdir: removing directory, '${rest}'\n`));
        if (options.has('\x01') && context.files.list(path).length > 0) return;
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
  usage: 'rm [-rfdivI] FILE...',
  help: 'rm old.txt\nrm -r folder      # with everything in it\nrm -f maybe.txt   # no complaint when it is not there\nrm -i *.txt       # asks for each\n\nA link is removed and what it leads to stays, also with -r and a slash behind its name (GNU would empty the directory).',
  options: [
    ['-r, -R, --recursive', 'directories with all that is in them'],
    ['-f, --force', 'no complaint about what is not there; ask nothing'],
    ['-d, --dir', 'empty directories too'],
    ['-i', 'ask before each'],
    ['-I', 'ask once before more than three, or before -r'],
    ['-v, --verbose', 'name each'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'rRfvdiI\x01:\x02', long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd', interactive: '\x01', 'preserve-root': '\x02', 'no-preserve-root': '\x02', 'one-file-system': '\x02' },
    });
    const isRecursive = options.has('r') || options.has('R');
    const last = options.all.findLast(({ letter }) => 'fiI\x01'.includes(letter));
    const asks = last === undefined || last.letter === 'f' || last.value === 'never' ? 'never' : last.letter === 'I' || last.value === 'once' ? 'once' : 'always';
    const isForced = options.has('f');
    const count = options.operands.length;
    if (count === 0 && isForced) return 0;
    requireOperands(options.operands);
    if (asks === 'once' && (count > 3 || isRecursive) && !(await askYes(context, `remove ${count} argument${count === 1 ? '' : 's'}${isRecursive ? ' recursively' : ''}? `))) return 0;
    let refused = false;
    const remover: Remover = { context, asks: asks === 'always', verbose: options.has('v') };
    const status = await forEachOperand(context, options.operands, (name) => `cannot remove '${name}'`, async (name) => {
      if (name === '' && isForced) return;
      if (/^(.*\/)?\.\.?\/?$/.test(name)) {
        refused = true;
        await complain(context, `refusing to remove '.' or '..' directory: skipping '${name}'`);
        return;
      }
      let path: string;
      try {
        path = locateEntry(context, name);
      } catch (error) {
        if (isForced && error instanceof FsError && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return;
        throw error;
      }
      if (path === '/') {
        refused = true;
        await complain(context, "it is dangerous to operate recursively on '/'");
        return;
      }
      const stat = context.files.linkStat(path);
      if (stat === undefined) {
        if (isForced) return;
        throw new FsError('ENOENT', path);
      }
      if (name.endsWith('/') && stat.kind !== 'directory') {
        if (isForced && stat.kind === 'file') return;
        throw new FsError('ENOTDIR', path);
      }
      if (stat.kind === 'directory' && !isRecursive && !options.has('d')) throw new FsError('EISDIR', path);
      if (stat.kind === 'directory' && !isRecursive && context.files.list(path).length > 0) throw new FsError('ENOTEMPTY', path);
      await removeNamed(remover, name, path, stat);
    });
    return refused ? 1 : status;
  },
};

interface Remover {
  context: CommandContext;
  asks: boolean;
  verbose: boolean;
}

/** @returns whether it is gone: a directory in which the person kept something stays. */
async function removeNamed(remover: Remover, name: string, path: string, stat: FileStat): Promise<boolean> {
  const { context, asks } = remover;
  if (stat.kind === 'directory') {
    const entries = context.files.list(path);
    if (asks && entries.length > 0 && !(await askYes(context, `descend into directory '${name}'? `))) return false;
    let isEmpty = true;
    for (const entry of entries) {
      const inner = joinPath(path, entry.name);
      const innerStat = context.files.linkStat(inner);
      if (innerStat !== undefined && !(await removeNamed(remover, `${name.replace(/\/+$/, '')}/${entry.name}`, inner, innerStat))) isEmpty = false;
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    if (!isEmpty || (asks && !(await askYes(context, `remove directory '${name}'? `)))) return false;
  } else if (asks) {
    const words = stat.kind === 'link' ? 'symbolic link' : stat.kind === 'file' && stat.size === 0 ? 'regular empty file' : stat.kind === 'file' ? 'regular file' : 'character special file';
    if (!(await askYes(context, `remove ${words} '${name}'? `))) return false;
  }
  context.files.remove(path);
  if (remover.verbose) await context.stdout.write(encodeText(`removed ${stat.kind === 'directory' ? 'directory ' : ''}'${name}'\n`));
  return true;
}

export const unlink: Command = {
  name: 'unlink',
  summary: 'Remove one file or link',
  usage: 'unlink FILE',
  help: 'unlink old.txt',
  options: [],
  section: 'files',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    requireOperands(operands);
    if (operands.length > 1) throw new UsageError(`extra operand '${operands[1]}'`);
    return forEachOperand(context, operands, (name) => `cannot unlink '${name}'`, (name) => {
      const path = locateEntry(context, name);
      const stat = context.files.linkStat(path) ?? requireStat(context.files, path);
      if (stat.kind === 'directory') throw new FsError('EISDIR', path);
      context.files.remove(path);
    });
  },
};

export const touch: Command = {
  name: 'touch',
  summary: 'Make empty files, or renew their dates',
  usage: 'touch [-camh] [-d DATE | -t STAMP | -r FILE] FILE...',
  help: "touch new.txt\ntouch -d '2 days ago' notes.txt\ntouch -r old.txt new.txt        # the date of another file\ntouch -t 202611211630 a.txt",
  options: [
    ['-c, --no-create', 'make nothing new'],
    ['-d, --date=TEXT', 'this date instead of now, as of date -d'],
    ['-t STAMP', 'this date: [[CC]YY]MMDDhhmm[.ss]'],
    ['-r, --reference=FILE', 'the date of FILE'],
    ['-h, --no-dereference', 'of a link, not of the file that it leads to'],
    ['-m', 'the date of change, the only one that is kept'],
    ['-a', 'the date of access, which is not kept here'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'camhfd:t:r:\x01:', long: { 'no-create': 'c', date: 'd', reference: 'r', 'no-dereference': 'h', time: '\x01' } });
    if (options.operands.length === 0) throw new UsageError('missing file operand');
    const [text, stamp, reference] = [options.value('d'), options.value('t'), options.value('r')];
    let mtimeMs: number | undefined;
    if (reference !== undefined) {
      try {
        mtimeMs = requireStat(context.files, locate(context, reference)).mtimeMs;
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        await complain(context, `failed to get attributes of '${reference}': ${error.message}`);
        return 1;
      }
    }
    if (text !== undefined) {
      const parsed = parseDate(text, mtimeMs ?? context.now(), context.env.TZ);
      if (parsed === undefined) throw new UsageError(`invalid date format '${text}'`);
      mtimeMs = parsed;
    }
    if (stamp !== undefined) {
      if (mtimeMs !== undefined) throw new UsageError('cannot specify times from more than one source');
      mtimeMs = readStamp(stamp, context.now(), context.env.TZ);
      if (mtimeMs === undefined) throw new UsageError(`invalid date format '${stamp}'`);
    }
    const onlyAccess = (options.has('a') || ['access', 'atime', 'use'].includes(options.value('\x01') ?? '')) && !options.has('m');
    return forEachOperand(context, options.operands, (name) => `cannot touch '${name}'`, (name) => {
      const { files } = context;
      const isLinkMeant = options.has('h');
      const path = isLinkMeant ? locateEntry(context, name) : locate(context, name);
      const stat = isLinkMeant ? files.linkStat(path) : files.stat(path);
      if (stat === undefined) {
        if (options.has('c')) return;
        if (isLinkMeant || name.endsWith('/')) throw new FsError('ENOENT', path);
        files.write(path, new Uint8Array(0), mtimeMs);
      } else if (onlyAccess) return;
      if (stat?.kind === 'link') setLinkTime(files, path, mtimeMs ?? context.now());
      else if (stat?.kind === 'file') setTime(files, path, stat, mtimeMs);
    });
  },
};

/** A link of that time takes its place. */
function setLinkTime(files: Files, path: string, mtimeMs: number): void {
  const renewed = `${path}.touch`;
  files.link(files.readLink(path), renewed, mtimeMs);
  files.rename(renewed, path);
}

/** Its owner may set the time of a file that nobody may write. */
function setTime(files: Files, path: string, stat: FileStat, mtimeMs: number | undefined): void {
  const isClosed = (stat.mode & 0o600) !== 0o600;
  if (isClosed) files.setMode(path, stat.mode | 0o600);
  try {
    if (mtimeMs === undefined) files.append(path, new Uint8Array(0));
    else files.write(path, files.read(path), mtimeMs);
  } finally {
    if (isClosed) files.setMode(path, stat.mode);
  }
}

export const chmod: Command = {
  name: 'chmod',
  summary: 'Change permission bits',
  usage: 'chmod [-Rvcf] MODE FILE...',
  help: 'chmod +x script.sh\nchmod 600 secret.txt\nchmod -R go-w shared\nchmod --reference=a.sh b.sh   # the same as another file',
  options: [
    ['-R, --recursive', 'directories with all that is in them'],
    ['-v, --verbose', 'name each'],
    ['-c, --changes', 'name each that changed'],
    ['-f, --silent', 'no complaints'],
    ['--reference=FILE', 'the bits of FILE instead of MODE'],
  ],
  section: 'files',
  async run(context) {
    const flags: string[] = [];
    const args = [...context.args];
    // `-x` and `-w` are modes, not options.
    while (args[0] !== undefined && /^(-[Rvcf]+|--recursive|--verbose|--changes|--silent|--quiet|--reference=.*|--)$/.test(args[0])) flags.push(args.shift() as string);
    const options = parseOptions(flags, { short: 'Rvcf\x01:', long: { recursive: 'R', verbose: 'v', changes: 'c', silent: 'f', quiet: 'f', reference: '\x01' } });
    const reference = options.value('\x01');
    if (reference !== undefined) args.unshift(requireStat(context.files, locate(context, reference)).mode.toString(8));
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
