import type { Files } from '../../fs/files.ts';
import { baseName, directoryOf, joinPath } from '../../fs/path.ts';
import type { CommandContext } from '../command.ts';
import { UsageError, type ParsedOptions } from './options.ts';

/** How `cp`, `mv` and `ln` keep what they replace. Source: the GNU coreutils manual, "Backup options". */
export interface BackupStyle {
  control: 'numbered' | 'existing' | 'simple';
  suffix: string;
}

const CONTROLS: Readonly<Record<string, BackupStyle['control'] | 'none'>> = {
  none: 'none', off: 'none', numbered: 'numbered', t: 'numbered', existing: 'existing', nil: 'existing', simple: 'simple', never: 'simple',
};

/** `-b`, `--backup[=CONTROL]` (letter `\x02`) and `-S`. @throws UsageError for a control that is not known. */
export function backupStyle(context: CommandContext, options: ParsedOptions): BackupStyle | undefined {
  if (!options.has('b') && !options.has('\x02') && !options.has('S')) return undefined;
  const word = options.value('\x02') || context.env.VERSION_CONTROL || 'existing';
  const control = Object.hasOwn(CONTROLS, word) ? CONTROLS[word]! : undefined;
  if (control === undefined) throw new UsageError(`invalid argument '${word}' for 'backup type'`);
  return control === 'none' ? undefined : { control, suffix: options.value('S') ?? context.env.SIMPLE_BACKUP_SUFFIX ?? '~' };
}

/** Ending of the name that the old file gets. */
export function backupEnding(files: Files, path: string, { control, suffix }: BackupStyle): string {
  const name = baseName(path);
  let highest = 0;
  for (const entry of files.list(directoryOf(path))) {
    const match = /^\.~(\d+)~$/.exec(entry.name.startsWith(name) ? entry.name.slice(name.length) : '');
    if (match !== null) highest = Math.max(highest, Number(match[1]));
  }
  return control === 'numbered' || (control === 'existing' && highest > 0) ? `.~${highest + 1}~` : suffix;
}

/** Moves what is at `path` out of the way. @returns the ending of its new name. @throws FsError */
export function moveToBackup(files: Files, path: string, style: BackupStyle): string {
  const ending = backupEnding(files, path, style);
  files.rename(path, joinPath(directoryOf(path), baseName(path) + ending));
  return ending;
}
