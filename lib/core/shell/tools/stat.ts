import { FsError, type FileStat } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { modeText } from './ls.ts';
import { parseOptions, UsageError } from './options.ts';
import { timeText } from './time-text.ts';

const BLOCK_BYTES = 512;
const TYPE_BITS = { file: 0o100000, directory: 0o040000, link: 0o120000, device: 0o020000 } as const;

function kindText(stat: FileStat): string {
  switch (stat.kind) {
    case 'file': return stat.size === 0 ? 'regular empty file' : 'regular file';
    case 'directory': return 'directory';
    case 'link': return 'symbolic link';
    case 'device': return 'character special file';
  }
}

function field(context: CommandContext, letter: string, name: string, path: string, stat: FileStat): string {
  const user = context.env.USER ?? 'me';
  switch (letter) {
    case 'n': return name;
    case 'N': return stat.kind === 'link' ? `'${name}' -> '${context.files.readLink(path)}'` : `'${name}'`;
    case 's': return String(stat.kind === 'directory' ? 4096 : stat.size);
    case 'b': return String(Math.ceil(stat.storedBytes / BLOCK_BYTES));
    case 'B': return String(BLOCK_BYTES);
    case 'o': return '4096';
    case 'a': return stat.mode.toString(8);
    case 'A': return modeText(stat);
    case 'f': return (TYPE_BITS[stat.kind] | stat.mode).toString(16);
    case 'F': return kindText(stat);
    case 'h': return '1';
    case 'i':
    case 'd':
    case 'D':
    case 'Hd':
    case 'Ld':
    case 't':
    case 'T':
    case 'r':
    case 'R': return '0';
    case 'C': return '?';
    case 'u':
    case 'g': return '1000';
    case 'U':
    case 'G': return user;
    case 'm': return context.files.space(path).mount;
    case 'x':
    case 'y':
    case 'z': return timeText(stat.mtimeMs, context.env.TZ);
    case 'w': return '-';
    case 'W': return '0';
    case 'X':
    case 'Y':
    case 'Z': return String(Math.floor(stat.mtimeMs / 1000));
    case '%': return '%';
    default: return '?';
  }
}

const DEFAULT = `  File: %N
  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Modify: %y
`;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', e: '\x1b', a: '\x07', 0: '\0' };

export const stat: Command = {
  name: 'stat',
  summary: 'Show what is known of a file',
  usage: "stat [-Lft] [-c FORMAT | --printf=FORMAT] FILE...",
  help: "stat notes.txt\nstat -c '%A %s %n' *\nstat -c %N today      # a link, and where it leads\nstat -f .             # the room on this disk",
  options: [
    ['-c, --format=FORMAT', '%n name, %s size, %A and %a permissions, %F kind, %y and %Y time …'],
    ['--printf=FORMAT', 'the same with \\n and \\t, and no newline by itself'],
    ['-L, --dereference', 'what a link leads to'],
    ['-f, --file-system', 'the place where it is kept'],
    ['-t, --terse', 'all in one line'],
  ],
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'Lc:\x01:tf', long: { dereference: 'L', format: 'c', printf: '\x01', 'file-system': 'f', terse: 't' } });
    if (options.operands.length === 0) throw new UsageError('missing operand');
    const chosen = options.all.findLast(({ letter }) => letter === 'c' || letter === '\x01');
    const isSystem = options.has('f');
    const plain = options.has('t') ? (isSystem ? SYSTEM_TERSE : TERSE) : isSystem ? SYSTEM : undefined;
    let status = 0;
    for (const name of options.operands) {
      try {
        const path = locate(context, name);
        const found = options.has('L') ? requireStat(context.files, path) : context.files.linkStat(path) ?? requireStat(context.files, path);
        const format = chosen === undefined ? plain ?? DEFAULT
          : chosen.letter === 'c' ? `${chosen.value}\n` : unescaped(chosen.value);
        await context.stdout.write(encodeText(format.replace(/%([-+ 0#']*)(\d*)(?:\.(\d+))?([HL]?[a-zA-Z%])/g, (whole, flags: string, width: string, precision: string | undefined, letter: string) => {
          if (whole === '%%') return '%';
          let text = isSystem ? systemField(context, letter, name, path) : field(context, letter, name, path, found);
          // GNU's own page has the name without the quotes of %N.
          if (letter === 'N' && format === DEFAULT) text = found.kind === 'link' ? `${name} -> ${context.files.readLink(path)}` : name;
          if (letter === 'a' && flags.includes('#')) text = `0${text}`;
          if (precision !== undefined && !/^-?\d+$/.test(text)) text = text.slice(0, Number(precision));
          return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width), flags.includes('0') ? '0' : ' ');
        })));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, isSystem ? `cannot read file system information for '${name}': ${error.message}` : `cannot statx '${name}': ${error.message}`);
      }
    }
    return status;
  },
};

function unescaped(text: string): string {
  return text.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (whole, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : /^x./.test(code) ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : ESCAPES[code] ?? whole);
}

const TERSE = '%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n';
const SYSTEM = '  File: "%n"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s Fundamental block size: %S\nBlocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n';
const SYSTEM_TERSE = '%n %i %l %t %s %S %b %f %a %c %d\n';
const SYSTEM_BLOCK_BYTES = 4096;

function systemField(context: CommandContext, letter: string, name: string, path: string): string {
  const space = context.files.space(path);
  const blocks = Math.floor(space.totalBytes / SYSTEM_BLOCK_BYTES);
  const free = Math.max(0, Math.floor((space.totalBytes - space.usedBytes) / SYSTEM_BLOCK_BYTES));
  switch (letter) {
    case 'n': return name;
    case 'i': return '0';
    case 'l': return '255';
    case 't': return '0';
    case 'T': return space.store === 'memory' ? 'tmpfs' : 'storage';
    case 's':
    case 'S': return String(SYSTEM_BLOCK_BYTES);
    case 'b': return String(blocks);
    case 'f':
    case 'a': return String(free);
    case 'c': return String(space.maxEntries ?? 0);
    case 'd': return String(space.maxEntries === undefined ? 0 : Math.max(0, space.maxEntries - space.entries));
    default: return '?';
  }
}
