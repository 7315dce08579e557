import { FsError, type FileStat } from '../../fs/files.ts';
import type { Command, CommandContext } from '../command.ts';
import { locate, requireStat } from '../locate.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { modeText } from './ls.ts';
import { parseOptions, UsageError } from './options.ts';

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

/** `2026-11-21 16:00:00.000000000 +0000` */
function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const zone = -date.getTimezoneOffset();
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.`
    + `${String(Math.floor(milliseconds % 1000)).padStart(3, '0')}000000 ${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`;
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
    case 'u':
    case 'g': return '1000';
    case 'U':
    case 'G': return user;
    case 'm': return context.files.space(path).mount;
    case 'x':
    case 'y':
    case 'z': return timeText(stat.mtimeMs);
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
  usage: "stat [-L] [-c FORMAT | --printf=FORMAT] FILE...",
  help: "stat notes.txt\nstat -c '%A %s %n' *\nstat -c %N today      # a link, and where it leads",
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, { short: 'Lc:p:t', long: { dereference: 'L', format: 'c', printf: 'p' } });
    if (options.operands.length === 0) throw new UsageError('missing operand');
    const chosen = options.all.findLast(({ letter }) => letter === 'c' || letter === 'p');
    const format = chosen === undefined ? DEFAULT
      : chosen.letter === 'c' ? `${chosen.value}\n` : chosen.value.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
    let status = 0;
    for (const name of options.operands) {
      try {
        const path = locate(context, name);
        const found = options.has('L') ? requireStat(context.files, path) : context.files.linkStat(path) ?? requireStat(context.files, path);
        await context.stdout.write(encodeText(format.replace(/%(-?)(0?)(\d*)([a-zA-Z%])/g, (_, left: string, zero: string, width: string, letter: string) => {
          const text = field(context, letter, name, path, found);
          return left === '-' ? text.padEnd(Number(width)) : text.padStart(Number(width), zero === '0' ? '0' : ' ');
        })));
      } catch (error) {
        if (!(error instanceof FsError)) throw error;
        status = 1;
        await complain(context, `cannot statx '${name}': ${error.message}`);
      }
    }
    return status;
  },
};
