import { joinPath } from '../../../fs/path.ts';
import { localTime } from '../../../views/local-time.ts';
import type { Command, CommandContext } from '../../command.ts';
import { complain } from '../files-in.ts';
import { UsageError } from '../options.ts';
import { appendText, editText, homeOf, printLines, readText, requireWords, say, writeText } from './text-files.ts';

/**
 * The list in ~/todo.md: Markdown task items, with todo.txt's words `+project`, `@context` and `due:2026-12-24` in them. Every
 * other line of the file belongs to the person and stays where it is. Tasks are numbered as they stand there.
 */
interface Task {
  /** Index of its line. */
  at: number;
  number: number;
  isDone: boolean;
  text: string;
}

const ITEM = /^(\s*[-*+] \[)([ xX])(\] )([^\n]*)$/;

export const todo: Command = {
  name: 'todo',
  summary: 'Tasks, in the Markdown file ~/todo.md',
  usage: 'todo [all | WORD...] | todo add TEXT... | todo done N... | todo undo N... | todo rm N... | todo edit',
  help: 'todo                                           # what is open\ntodo add buy milk +home due:2026-12-24 @shop\ntodo add call Ann due:tomorrow\ntodo +home                                     # only these\n'
    + 'todo done 2\ntodo undo 2\ntodo rm 2\ntodo all                                       # with what is done\ntodo edit                                      # the file itself',
  options: [],
  section: 'other',
  verbs: ['add', 'all', 'done', 'edit', 'rm', 'undo'],
  async run(context) {
    const [verb, ...rest] = context.args;
    const path = joinPath(homeOf(context), 'todo.md');
    switch (verb) {
      case 'add': return add(context, path, requireWords(rest, 'todo add buy milk'));
      case 'done': return change(context, path, rest, 'done');
      case 'undo': return change(context, path, rest, 'open');
      case 'rm': return change(context, path, rest, 'gone');
      case 'edit': return editText(context, path);
      case 'all': return list(context, path, rest, true);
      default: return list(context, path, verb === undefined ? [] : [verb, ...rest], false);
    }
  },
};

function tasksOf(text: string): Task[] {
  const tasks: Task[] = [];
  let isCode = false;
  text.split('\n').forEach((line, at) => {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const item = isCode ? null : ITEM.exec(line);
    if (item !== null) tasks.push({ at, number: tasks.length + 1, isDone: item[2] !== ' ', text: (item[4] ?? '').replace(/\r$/, '') });
  });
  return tasks;
}

async function list(context: CommandContext, path: string, words: readonly string[], isAll: boolean): Promise<number> {
  const wanted = words.map((word) => word.toLowerCase());
  const tasks = tasksOf(readText(context.files, path) ?? '');
  const shown = tasks.filter((task) => (isAll || !task.isDone) && wanted.every((word) => task.text.toLowerCase().includes(word)));
  const today = localTime(context.now()).day;
  const dueOf = ({ text }: Task): string => /(?:^|\s)due:(\d{4}-\d\d-\d\d)(?=\s|$)/.exec(text)?.[1] ?? '9999';
  // What is due first comes first; the rest as it stands in the file.
  shown.sort((one, other) => Number(one.isDone) - Number(other.isDone) || (dueOf(one) < dueOf(other) ? -1 : dueOf(one) > dueOf(other) ? 1 : one.at - other.at));
  const digits = String(tasks.length).length;
  const colour = (style: string, text: string): string => (context.isTerminalOutput ? `\x1b[${style}m${text}\x1b[0m` : text);
  await printLines(context, shown.map((task) => {
    const line = `${String(task.number).padStart(digits)} ${task.isDone ? '[x]' : '[ ]'} `;
    if (task.isDone) return colour('90', line + task.text);
    const due = dueOf(task);
    return line + task.text.replace(/(^|\s)([+@][^\s]+)/g, (_, before: string, word: string) => before + colour(word.startsWith('+') ? '35' : '36', word))
      .replace(`due:${due}`, (words) => colour(due < today ? '1;31' : due === today ? '33' : '32', words));
  }));
  if (shown.length === 0) {
    await say(context, wanted.length > 0 ? 'No open task has all of these words.' : tasks.length === 0 ? 'There are no tasks yet; `todo add TEXT` adds one.' : 'Everything is done.');
  }
  return 0;
}

async function add(context: CommandContext, path: string, words: string): Promise<number> {
  const text = words.replace(/(^|\s)due:(\S+)/g, (_, before: string, when: string) => `${before}due:${dayOf(when, context.now())}`);
  if (context.files.stat(path) === undefined) writeText(context.files, path, '# To do\n\n');
  appendText(context.files, path, `- [ ] ${text}`);
  const task = tasksOf(readText(context.files, path) ?? '').at(-1);
  await say(context, `Task ${task?.number ?? 1}: ${text}`);
  return 0;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** `2026-12-24`, `today`, `tomorrow`, a weekday (the next one) or `+3d`, `+2w` as a day. @throws UsageError */
function dayOf(when: string, nowMs: number): string {
  const word = when.toLowerCase();
  const later = (days: number): string => {
    const date = new Date(nowMs);
    // At noon, so that a change of the clock moves no day.
    date.setHours(12, 0, 0, 0);
    date.setDate(date.getDate() + days);
    return localTime(date.getTime()).day;
  };
  if (word === 'today') return later(0);
  if (word === 'tomorrow') return later(1);
  const span = /^\+(\d{1,4})([dw]?)$/.exec(word);
  if (span !== null) return later(Number(span[1]) * (span[2] === 'w' ? 7 : 1));
  const weekday = word.length >= 3 ? WEEKDAYS.findIndex((name) => name.startsWith(word)) : -1;
  if (weekday >= 0) return later(((weekday - new Date(nowMs).getDay() + 6) % 7) + 1);
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(word);
  if (date !== null) {
    const made = new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3]), 12);
    if (localTime(made.getTime()).day === word) return word;
  }
  throw new UsageError(`due:${when} is no day; use due:2026-12-24, due:tomorrow, due:friday or due:+3d`);
}

async function change(context: CommandContext, path: string, numbers: readonly string[], to: 'done' | 'open' | 'gone'): Promise<number> {
  if (numbers.length === 0) throw new UsageError('name a task by its number, as in: todo done 2');
  const text = readText(context.files, path) ?? '';
  const tasks = tasksOf(text);
  const chosen: Task[] = [];
  for (const number of numbers) {
    const task = /^\d+$/.test(number) ? tasks[Number(number) - 1] : undefined;
    if (task === undefined) {
      await complain(context, `there is no task ${number}; \`todo all\` lists them`);
      return 1;
    }
    if (!chosen.includes(task)) chosen.push(task);
  }
  const lines: (string | undefined)[] = text.split('\n');
  for (const { at } of chosen) {
    lines[at] = to === 'gone' ? undefined : lines[at]?.replace(ITEM, (_, start: string, __: string, middle: string, rest: string) => `${start}${to === 'done' ? 'x' : ' '}${middle}${rest}`);
  }
  writeText(context.files, path, lines.filter((line) => line !== undefined).join('\n'));
  const word = to === 'done' ? 'Done' : to === 'open' ? 'Open again' : 'Removed';
  await printLines(context, chosen.map((task) => `${word}: ${task.text}`));
  return 0;
}
