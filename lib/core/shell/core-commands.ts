import { lateCommands, type LateCommand } from './command-table.ts';

/** The tools that every host passes to `createShell`; the terminal adds its own. Each is fetched when it is first used. */
export const coreCommands: readonly LateCommand[] = [
  ...lateCommands(() => import('./tools/ls.ts'), ['ls']),
  ...lateCommands(() => import('./tools/cat.ts'), ['cat']),
  ...lateCommands(() => import('./tools/file-changes.ts'), ['chmod', 'mkdir', 'rm', 'rmdir', 'touch']),
  ...lateCommands(() => import('./tools/copy.ts'), ['cp', 'mv']),
  ...lateCommands(() => import('./tools/links.ts'), ['ln', 'readlink', 'realpath']),
  ...lateCommands(() => import('./tools/stat.ts'), ['stat']),
  ...lateCommands(() => import('./tools/disk-usage.ts'), ['df', 'du']),
  ...lateCommands(() => import('./tools/find.ts'), ['find']),
  ...lateCommands(() => import('./tools/generators.ts'), ['basename', 'dirname', 'printenv', 'seq', 'yes']),
  ...lateCommands(() => import('./tools/session.ts'), ['clear', 'edit', 'history']),
  ...lateCommands(() => import('./tools/head-tail.ts'), ['head', 'tail']),
  ...lateCommands(() => import('./tools/grep.ts'), ['egrep', 'fgrep', 'grep']),
  ...lateCommands(() => import('./tools/columns.ts'), ['cut', 'tr', 'wc']),
  ...lateCommands(() => import('./tools/lines.ts'), ['nl', 'paste', 'rev', 'tac', 'tee', 'uniq']),
  ...lateCommands(() => import('./tools/sort.ts'), ['sort']),
  ...lateCommands(() => import('./tools/xargs.ts'), ['xargs']),
  ...lateCommands(() => import('./tools/date.ts'), ['date']),
];
