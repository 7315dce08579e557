import type { Command } from './command.ts';
import { cat } from './tools/cat.ts';
import { cut, tr, wc } from './tools/columns.ts';
import { date } from './tools/date.ts';
import { chmod, cp, mkdir, mv, rm, rmdir, touch } from './tools/file-changes.ts';
import { find } from './tools/find.ts';
import { basename, dirname, printenv, seq, yes } from './tools/generators.ts';
import { grepCommands } from './tools/grep.ts';
import { head, tail } from './tools/head-tail.ts';
import { nl, paste, rev, tac, tee, uniq } from './tools/lines.ts';
import { ls } from './tools/ls.ts';
import { clear, edit, history } from './tools/session.ts';
import { sort } from './tools/sort.ts';
import { xargs } from './tools/xargs.ts';

/** The tools that every host passes to `createShell`; the terminal adds its account commands. */
export const coreCommands: readonly Command[] = [
  ls, cat, mkdir, rmdir, rm, mv, cp, touch, chmod, find, basename, dirname, edit,
  head, tail, ...grepCommands, wc, sort, uniq, cut, tr, seq, yes, tee, rev, nl, tac, paste,
  xargs, printenv, history, clear, date,
];
