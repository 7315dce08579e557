import { formatDate } from '../tools/format-date.ts';
import { escapedName } from './escaped-name.ts';
import type { TarHeader } from './tar-format.ts';

/** Columns of owner and size together, at least. */
const OWNER_WIDTH = 19;

const MODES = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx'];

/** `-rw-r--r-- me/me 6 2026-11-21 23:17 name`, in columns that grow as GNU's do. */
export function listing(isNumeric: boolean, zone: string | undefined): (entry: TarHeader) => string {
  let width = OWNER_WIDTH;
  return (entry) => {
    const kind = { file: '-', directory: 'd', link: 'l', 'hard-link': 'h', other: '?' }[entry.kind];
    const mode = [6, 3, 0].map((shift) => MODES[(entry.mode >> shift) & 7]).join('');
    const owner = isNumeric ? `${entry.uid}/${entry.gid}` : `${entry.user === '' ? entry.uid : entry.user}/${entry.group === '' ? entry.gid : entry.group}`;
    const size = String(entry.size);
    width = Math.max(width, owner.length + 1 + size.length);
    const time = formatDate('%Y-%m-%d %H:%M', entry.mtimeMs, zone);
    const target = entry.kind === 'link' ? ` -> ${escapedName(entry.target)}` : entry.kind === 'hard-link' ? ` link to ${escapedName(entry.target)}` : '';
    return `${kind}${mode} ${owner}${size.padStart(width - owner.length)} ${time} ${escapedName(entry.name)}${target}\n`;
  };
}
