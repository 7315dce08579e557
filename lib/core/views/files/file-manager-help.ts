import type { KeyHelp } from '../key-help.ts';

/** What `?` shows in the file manager. */
export const fileManagerHelp: KeyHelp = [
  ['Moving', [
    ['Up  Down  k  j', 'one file'],
    ['PgUp  PgDn', 'a screen'],
    ['Home  End  g  G', 'first, last'],
    ['Enter  Right  l', 'open: a directory, a note, a picture'],
    ['Left  Backspace  h', 'the directory above'],
    ['~', 'home'],
    ['Tab', 'the other pane'],
    ['=', 'the other pane shows this directory too'],
    ['/', 'show only names with these letters; Esc shows all again'],
  ]],
  ['Choosing', [
    ['Space  Insert', 'select, and go on'],
    ['a', 'select all, or none'],
    ['.', 'hidden files'],
    ['s', 'sort by name, size, time'],
  ]],
  ['Acting, on the selected files, else on the one under the cursor', [
    ['c', 'copy'],
    ['m', 'move'],
    ['r  F2', 'rename'],
    ['d  Delete', 'delete, after a question'],
    ['n  N', 'new file, new directory'],
    ['e', 'edit'],
    ['v', 'read in the pager'],
    ['p', 'a look into the file beside the list'],
    ['u', 'take back what was done since the file manager was opened, one act after another'],
    ['q  Esc', 'leave; Ctrl-C leaves whatever happens'],
  ]],
];
