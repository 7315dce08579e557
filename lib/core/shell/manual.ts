import type { Command } from './command.ts';

/**
 * The manual is made from what each command says of itself, so it cannot fall behind: examples first, because that is what people
 * look for. `help NAME` and `man NAME` show the same page, `man` through the pager. Rejected: pages of their own, written apart.
 */
export interface ManualEntry extends Pick<Command, 'name' | 'summary' | 'usage' | 'section'> {
  help?: string | undefined;
  options?: Command['options'] | undefined;
}

/** The examples among the lines of `help`: what stands before the first empty line. */
export function examplesOf({ help }: Pick<ManualEntry, 'help'>): string[] {
  return help === undefined ? [] : help.split('\n\n')[0]!.split('\n').filter((line) => line !== '');
}

/** What `help` says besides the examples. */
function notesOf({ help }: Pick<ManualEntry, 'help'>): string {
  return help === undefined ? '' : help.split('\n\n').slice(1).join('\n\n');
}

const OPTION_INDENT = 2;
const WIDEST_FLAGS = 30;

/**
 * The page of a command.
 * @param width columns of the screen; texts are broken at blanks.
 * @param isBold headings in bold, for the screen.
 */
export function manualPage(entry: ManualEntry, width: number, isBold: boolean): string {
  const bold = (text: string): string => (isBold ? `\x1b[1m${text}\x1b[0m` : text);
  const parts = [`${bold(entry.name)}: ${entry.summary}`];
  const examples = examplesOf(entry);
  if (examples.length > 0) parts.push(examples.map((line) => `  ${line}`).join('\n'));
  parts.push(`${bold('Usage:')} ${entry.usage}`);
  if (entry.options !== undefined && entry.options.length > 0) parts.push(`${bold('Options:')}\n${optionTable(entry.options, width)}`);
  const notes = notesOf(entry);
  if (notes !== '') parts.push(notes.split('\n').map((line) => wrapped(line, width, '').join('\n')).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

function optionTable(options: NonNullable<Command['options']>, width: number): string {
  const column = Math.min(WIDEST_FLAGS, Math.max(...options.map(([flags]) => flags.length))) + OPTION_INDENT + 2;
  return options.map(([flags, about]) => {
    const front = `${' '.repeat(OPTION_INDENT)}${flags}`;
    const [first = '', ...rest] = wrapped(about, Math.max(20, width - column), '');
    const lines = rest.map((line) => ' '.repeat(column) + line);
    return front.length + 2 > column ? [front, ' '.repeat(column) + first, ...lines].join('\n') : [front.padEnd(column) + first, ...lines].join('\n');
  }).join('\n');
}

/** Broken at blanks; a word that is longer stands alone. */
function wrapped(text: string, width: number, indent: string): string[] {
  if (text.length <= width || text.startsWith(' ')) return [text];
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line !== indent && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
    }
    line = line === indent ? indent + word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/** One line: `ls (1) - List files`, as `whatis` writes it. */
export function manualLine(entry: ManualEntry): string {
  return `${`${entry.name} (1)`.padEnd(20)} - ${entry.summary}\n`;
}

/** Entries in whose name, summary or options a word stands, in either case; names first. */
export function searchManual(entries: readonly ManualEntry[], word: string): ManualEntry[] {
  const wanted = word.toLowerCase();
  const rank = (entry: ManualEntry): number => {
    if (entry.name.toLowerCase().includes(wanted)) return 0;
    if (entry.summary.toLowerCase().includes(wanted)) return 1;
    return (entry.options ?? []).some(([, about]) => about.toLowerCase().includes(wanted)) ? 2 : 3;
  };
  return entries.map((entry) => ({ entry, rank: rank(entry) })).filter((each) => each.rank < 3).sort((left, right) => left.rank - right.rank).map(({ entry }) => entry);
}
