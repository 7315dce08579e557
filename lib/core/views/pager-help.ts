import type { KeyHelp } from './key-help.ts';

/** What `h` shows in the pager. */
export const pagerHelp: KeyHelp = [
  ['Moving', [
    ['Space  f  PgDn', 'a screen forward'],
    ['b  PgUp', 'a screen back'],
    ['Enter  j  Down', 'a line forward'],
    ['k  Up', 'a line back'],
    ['d  u', 'half a screen forward, back'],
    ['g  Home', 'to the first line; 40g to line 40'],
    ['G  End', 'to the last line'],
    ['50%', 'to half of it'],
    ['Left  Right', 'sideways, while long lines are cut (-S)'],
    [']  [', 'the next heading, the one before (Markdown)'],
  ]],
  ['Searching, with extended regular expressions', [
    ['/pattern  Enter', 'forward'],
    ['?pattern  Enter', 'back'],
    ['n  N', 'to the next one; the other way'],
    ['Esc u', 'marks of what was found: off, on'],
  ]],
  ['The rest', [
    ['F', 'follow what is added at the end; any key stops it'],
    ['m x', 'mark this place as x'],
    ["' x", "back to x; '' back to where you were"],
    [':n  :p', 'next file, previous file'],
    ['o', 'open a link, by its number (Markdown)'],
    ['v', 'edit this file'],
    ['R', 'read it again'],
    ['=', 'which file, which line'],
    ['-N  -S  -i', 'line numbers, cut long lines, ignore case: on, off'],
    ['q', 'leave; Ctrl-C leaves whatever happens'],
  ]],
];
