import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { encodeText } from '../text.ts';
import { lineBatches, openNamed, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

function choose(value: string, choices: readonly string[], option: string, fallback: string): string {
  if (value === '') return fallback;
  const found = choices.filter((choice) => choice.startsWith(value));
  if (found.length !== 1) throw new UsageError(`invalid argument '${value}' for '--${option}'; use ${choices.join(', ')}`);
  return found[0] as string;
}

export const uniq: Command = {
  name: 'uniq',
  summary: 'Drop repeated lines that follow one another',
  usage: 'uniq [-cdDuiz] [-f FIELDS] [-s CHARS] [-w CHARS] [--group[=METHOD]] [INPUT [OUTPUT]]',
  help: 'sort names.txt | uniq\nsort names.txt | uniq -c | sort -rn   # how often each\nuniq -d list.txt                      # only what is there several times',
  options: [
    ['-c, --count', 'with how often each comes'],
    ['-d, --repeated', 'only lines that repeat, one of each'],
    ['-D, --all-repeated[=METHOD]', 'all lines that repeat; METHOD none, prepend or separate puts empty lines between groups'],
    ['-u, --unique', 'only lines that do not repeat'],
    ['--group[=METHOD]', 'all lines, groups apart: separate, prepend, append, both'],
    ['-i, --ignore-case', 'upper and lower case are the same'],
    ['-f, --skip-fields=N', 'compare without the first N fields'],
    ['-s, --skip-chars=N', 'compare without the first N characters'],
    ['-w, --check-chars=N', 'compare at most N characters'],
    ['-z, --zero-terminated', 'lines end with NUL'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'cduif:s:w:Dz',
      long: {
        count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i', 'skip-fields': 'f', 'skip-chars': 's', 'check-chars': 'w', 'all-repeated': 'all::', group: 'group::', 'zero-terminated': 'z',
      },
    });
    const number = (letter: string, what: string): number | undefined => {
      const text = options.value(letter);
      if (text !== undefined && !/^\d+$/.test(text)) throw new UsageError(`${text}: invalid number of ${what}`);
      return text === undefined ? undefined : Number(text);
    };
    const [input, output, extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    const skipFields = number('f', 'fields to skip') ?? 0;
    const skipCharacters = number('s', 'bytes to skip') ?? 0;
    const width = number('w', 'bytes to compare');
    const showsAll = options.has('D') || options.has('all');
    const between = showsAll ? choose(options.value('all') ?? '', ['none', 'prepend', 'separate'], 'all-repeated', 'none') : 'none';
    const grouping = options.has('group') ? choose(options.value('group') ?? '', ['prepend', 'append', 'separate', 'both'], 'group', 'separate') : undefined;
    if (grouping !== undefined && (options.has('c') || options.has('d') || options.has('u') || showsAll)) throw new UsageError('--group is mutually exclusive with -c/-d/-D/-u');
    if (options.has('c') && showsAll) throw new UsageError('printing all duplicated lines and repeat counts is meaningless');
    const keyOf = (line: string): string => {
      let key = line;
      for (let count = 0; count < skipFields; count += 1) key = key.replace(/^[ \t]*[^ \t]*/, '');
      if (skipCharacters > 0) key = Array.from(key).slice(skipCharacters).join('');
      if (width !== undefined) key = Array.from(key).slice(0, width).join('');
      return options.has('i') ? key.toLowerCase() : key;
    };
    const [isCounted, isRepeatedOnly, isUniqueOnly] = [options.has('c'), options.has('d'), options.has('u')];
    const isSimple = skipFields === 0 && skipCharacters === 0 && width === undefined && !options.has('i');
    const separator = options.has('z') ? 0 : 10;
    const end = String.fromCharCode(separator);
    const out = new TextWriter(context);
    const kept: string[] = [];
    const add = (text: string): Promise<void> | undefined => {
      if (output === undefined || output === '-') return out.add(text);
      kept.push(text);
      return undefined;
    };
    let held: string | undefined;
    let heldKey = '';
    let count = 0;
    let hasPrinted = false;
    const emit = (): Promise<void> | undefined => {
      if (held === undefined || showsAll || grouping !== undefined) return undefined;
      if ((isRepeatedOnly && count < 2) || (isUniqueOnly && count > 1)) return undefined;
      return add(isCounted ? `${String(count).padStart(7)} ${held}${end}` : held + end);
    };
    for await (const { lines } of lineBatches(openNamed(context, input ?? '-').chunks, separator)) {
      for (const line of lines) {
        const key = isSimple ? line : keyOf(line);
        const repeats = held !== undefined && key === heldKey;
        let due: Promise<void> | undefined;
        if (grouping !== undefined) {
          const opens = !repeats && (grouping === 'prepend' || grouping === 'both' || hasPrinted);
          due = add(`${opens ? end : ''}${line}${end}`);
          hasPrinted = true;
        } else if (repeats && showsAll && !isUniqueOnly) {
          if (count === 1) {
            due = add(`${between === 'prepend' || (between === 'separate' && hasPrinted) ? end : ''}${held}${end}`);
            hasPrinted = true;
          }
          due = add(line + end) ?? due;
        }
        if (due !== undefined) await due;
        if (repeats) {
          count += 1;
          continue;
        }
        due = emit();
        if (due !== undefined) await due;
        held = line;
        heldKey = key;
        count = 1;
      }
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    await emit();
    if (hasPrinted && (grouping === 'append' || grouping === 'both')) await add(end);
    await out.flush();
    if (output !== undefined && output !== '-') context.files.write(locate(context, output), encodeText(kept.join('')));
    return 0;
  },
};
