/**
 * The tour: a few lines that the person types at their own prompt, each with its reason. A step is done when a line
 * was entered that does what it asks, however it is written; nothing else is asked of the person, and nothing is typed
 * for them. Its files stay, because they are theirs.
 */
export interface TourStep {
  /** What is said; words in `backquotes` are to be typed. */
  text: string;
  /** Whether this line does it. */
  isDone: (line: string) => boolean;
}

const does = (pattern: RegExp) => (line: string) => pattern.test(line.trim());

export const tourSteps: readonly TourStep[] = [
  { text: 'This is a shell like the one on a Linux machine. Type `echo hello` and press Enter.', isDone: does(/^echo\b/) },
  { text: 'Write a file: `echo "buy fish" > list.md`', isDone: does(/>\s*\S/) },
  { text: 'Look at it: `cat list.md`. Tab completes names: `cat l`, then Tab.', isDone: does(/^(?:cat|less|more|head|tail|md)\s+\S/) },
  { text: 'Change it in the editor: `edit list.md`. Ctrl-S saves, Ctrl-Q comes back here.', isDone: does(/^(?:edit|nano|vi|vim)\s+\S/) },
  { text: 'Join commands with a pipe: `ls | wc -l` counts what is here. The arrow up brings back what you typed.', isDone: does(/\|/) },
  { text: 'F1 opens the palette: search, tabs, splits, colours. Then `theme` shows all colours; Esc leaves it.', isDone: does(/^(?:theme|settings|palette)\b/) },
  { text: '`help` lists all commands, `man ls` explains one. With `signup` the same files are on every device. Type `help` to finish.', isDone: does(/^(?:help|man|signup|login)\b/) },
];

/** The step after `line` was entered at `step`. */
export const stepAfter = (step: number, line: string): number => (tourSteps[step]?.isDone(line) === true ? step + 1 : step);
