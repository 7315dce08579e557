import type { CommandContext } from '@/lib/core/shell/command.ts';
import { unifiedDiff } from '@/lib/core/sync/history-diff.ts';
import { decodeText } from '@/lib/core/shell/text.ts';
import { isLinkMode } from '@/lib/core/fs/link-mode.ts';

/** One side of a comparison; absent: no such file there. */
export interface DiffSide {
  /** What stands in the line that names it, e.g. `12:notes.md`. */
  label: string;
  content: Uint8Array | undefined;
  mode: number;
}

const BOLD = '\x1b[1m';
const RED = '\x1b[31m';
const GREEN = '\x1b[32m';
const CYAN = '\x1b[36m';
const RESET = '\x1b[0m';
const NOTHING = new Uint8Array(0);

/**
 * Two versions as `diff -u` shows them, coloured on a screen, ending with a line feed; empty when they are the same.
 * A change of mode alone is told in words, and so are contents that are no text.
 */
export function diffText(from: DiffSide, to: DiffSide, context: Pick<CommandContext, 'isTerminalOutput'>): string {
  const paint = (colour: string, line: string): string =>
    context.isTerminalOutput ? `${colour}${line.replace(/\n$/, '')}${RESET}\n` : line;
  const header: string[] = [];
  if (from.content !== undefined && to.content !== undefined && from.mode !== to.mode) {
    header.push(`${to.label}: mode ${octal(from.mode)} is now ${octal(to.mode)}\n`);
  }
  const lines = unifiedDiff(from.content ?? NOTHING, to.content ?? NOTHING);
  if (lines === undefined) return [...header, `Files ${name(from)} and ${name(to)} differ and are not text, or are too long to compare.\n`].join('');
  if (lines.length === 0 && (from.content === undefined) === (to.content === undefined)) return header.join('');
  const body = lines.map((line) => {
    if (line.startsWith('@@')) return paint(CYAN, line);
    if (line.startsWith('-')) return paint(RED, line);
    return line.startsWith('+') ? paint(GREEN, line) : line;
  });
  return [...header, paint(BOLD, `--- ${name(from)}\n`), paint(BOLD, `+++ ${name(to)}\n`), ...body].join('');
}

const name = ({ label, content }: DiffSide): string => (content === undefined ? '/dev/null' : label);
const octal = (mode: number): string => (isLinkMode(mode) ? 'of a link' : mode.toString(8));

/** For a screen: whether these bytes are text, so that they cannot steer it into the unreadable. */
export function isText(bytes: Uint8Array): boolean {
  return !bytes.includes(0) && !/[\udc80-\udcff]/.test(decodeText(bytes));
}
