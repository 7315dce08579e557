import type { Command } from './command.ts';
import { cat } from './tools/cat.ts';
import { cut, tr, wc } from './tools/columns.ts';
import { date } from './tools/date.ts';
import { cp, mv } from './tools/copy.ts';
import { df, du } from './tools/disk-usage.ts';
import { chmod, mkdir, rm, rmdir, touch } from './tools/file-changes.ts';
import { find } from './tools/find.ts';
import { basename, dirname, printenv, seq, yes } from './tools/generators.ts';
import { grepCommands } from './tools/grep.ts';
import { head, tail } from './tools/head-tail.ts';
import { nl, paste, rev, tac, tee, uniq } from './tools/lines.ts';
import { ln, readlink, realpath } from './tools/links.ts';
import { ls } from './tools/ls.ts';
import { clear, edit, history } from './tools/session.ts';
import { sort } from './tools/sort.ts';
import { stat } from './tools/stat.ts';
import { xargs } from './tools/xargs.ts';

/** The tools that every host passes to `createShell`; the terminal adds its account commands. */
export const coreCommands: readonly Command[] = [
  ls, cat, mkdir, rmdir, rm, mv, cp, ln, readlink, realpath, touch, chmod, stat, du, df, find, basename, dirname, edit,
  head, tail, ...grepCommands, wc, sort, uniq, cut, tr, seq, yes, tee, rev, nl, tac, paste,
  xargs, printenv, history, clear, date,
];
