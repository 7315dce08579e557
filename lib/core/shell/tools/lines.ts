import type { Command } from '../command.ts';
import { locate } from '../locate.ts';
import { concatBytes, encodeText } from '../text.ts';
import { lineBatches, openAll, openNamed, readWhole, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';
import { decodeText } from '../text.ts';

/** uniq, rev, nl, tac, paste, tee: small tools that work line by line. */

export const uniq: Command = {
  name: 'uniq',
  summary: 'Drop repeated lines that follow one another',
  usage: 'uniq [-cdui] [-f FIELDS] [-s CHARS] [-w CHARS] [INPUT [OUTPUT]]',
  help: 'sort names.txt | uniq\nsort names.txt | uniq -c | sort -rn   # how often each',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'cduif:s:w:Dz',
      long: { count: 'c', repeated: 'd', unique: 'u', 'ignore-case': 'i', 'skip-fields': 'f', 'skip-chars': 's', 'check-chars': 'w' },
    });
    const skipFields = Number(options.value('f') ?? '0');
    const skipCharacters = Number(options.value('s') ?? '0');
    const width = options.value('w');
    const keyOf = (line: string): string => {
      let key = line;
      for (let count = 0; count < skipFields; count += 1) key = key.replace(/^[ \t]*[^ \t]*/, '');
      key = key.slice(skipCharacters);
      if (width !== undefined) key = key.slice(0, Number(width));
      return options.has('i') ? key.toLowerCase() : key;
    };
    const isSimple = skipFields === 0 && skipCharacters === 0 && width === undefined && !options.has('i');
    const out = new TextWriter(context);
    let held: string | undefined;
    let heldKey = '';
    let count = 0;
    const emit = (): Promise<void> | undefined => {
      if (held === undefined) return undefined;
      if (options.has('d') && count < 2) return undefined;
      if (options.has('u') && count > 1) return undefined;
      return out.add(options.has('c') ? `${String(count).padStart(7)} ${held}\n` : `${held}\n`);
    };
    const { chunks } = openNamed(context, options.operands[0] ?? '-');
    for await (const { lines } of lineBatches(chunks)) {
      for (const line of lines) {
        const key = isSimple ? line : keyOf(line);
        if (held !== undefined && key === heldKey) {
          count += 1;
          if (options.has('D')) await out.add(`${count === 2 ? `${held}\n` : ''}${line}\n`);
          continue;
        }
        if (!options.has('D')) {
          const due = emit();
          if (due !== undefined) await due;
        }
        held = line;
        heldKey = key;
        count = 1;
      }
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    if (!options.has('D')) await emit();
    await out.flush();
    return 0;
  },
};

export const rev: Command = {
  name: 'rev',
  summary: 'Reverse each line',
  usage: 'rev [FILE]...',
  section: 'text',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    const { inputs, failed } = openAll(context, operands);
    const out = new TextWriter(context);
    for await (const { chunks } of inputs) {
      for await (const { lines, unterminated } of lineBatches(chunks)) {
        for (const line of lines) {
          const due = out.add(Array.from(line).reverse().join('') + (unterminated ? '' : '\n'));
          if (due !== undefined) await due;
        }
        await out.flush();
      }
    }
    return failed() ? 1 : 0;
  },
};

export const nl: Command = {
  name: 'nl',
  summary: 'Number lines',
  usage: 'nl [-b a|t|n] [-w WIDTH] [-s TEXT] [-v START] [-i STEP] [-n ln|rn|rz] [FILE]...',
  help: 'nl poem.txt\nnl -b a poem.txt   # empty lines too',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'b:w:s:v:i:n:h:f:d:p' });
    const style = options.value('b') ?? 't';
    if (!['a', 't', 'n'].includes(style)) throw new UsageError(`invalid body numbering style: '${style}'`);
    const width = Number(options.value('w') ?? '6');
    const separator = options.value('s') ?? '\t';
    const step = Number(options.value('i') ?? '1');
    const format = options.value('n') ?? 'rn';
    if (!(width >= 1 && width <= 1000)) throw new UsageError(`invalid line number field width: '${options.value('w')}'`);
    let number = Number(options.value('v') ?? '1');
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    for await (const { chunks } of inputs) {
      for await (const { lines } of lineBatches(chunks)) {
        for (const line of lines) {
          const isNumbered = style === 'a' || (style === 't' && line !== '');
          const text = format === 'ln' ? String(number).padEnd(width) : String(number).padStart(width, format === 'rz' ? '0' : ' ');
          const due = out.add(isNumbered ? `${text}${separator}${line}\n` : `${' '.repeat(width + separator.length)}${line}\n`);
          if (due !== undefined) await due;
          if (isNumbered) number += step;
        }
        await out.flush();
      }
    }
    return failed() ? 1 : 0;
  },
};

export const tac: Command = {
  name: 'tac',
  summary: 'Print lines last to first',
  usage: 'tac [FILE]...',
  section: 'text',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    const { inputs, failed } = openAll(context, operands);
    for await (const { chunks } of inputs) {
      const text = decodeText(await readWhole(chunks));
      if (text === '') continue;
      const pieces = text.split(/(?<=\n)/);
      await context.stdout.write(encodeText(pieces.reverse().join('')));
    }
    return failed() ? 1 : 0;
  },
};

export const paste: Command = {
  name: 'paste',
  summary: 'Put lines of files side by side',
  usage: 'paste [-s] [-d CHARS] [FILE]...',
  help: 'paste names.txt ages.txt\npaste -sd, list.txt   # one line, with commas',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'sd:', long: { serial: 's', delimiters: 'd' } });
    const marks = Array.from((options.value('d') ?? '\t').replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\0/g, '').replace(/\\\\/g, '\\'));
    const names = options.operands.length === 0 ? ['-'] : options.operands;
    const standard = names.includes('-') ? await readWhole(context.stdin) : undefined;
    const linesOf = (bytes: Uint8Array): string[] => {
      const text = decodeText(bytes);
      return text === '' ? [] : text.replace(/\n$/, '').split('\n');
    };
    const shared = standard === undefined ? [] : linesOf(standard);
    const dashes = names.filter((name) => name === '-').length;
    let dash = -1;
    const columns: string[][] = [];
    for (const name of names) {
      if (name !== '-') columns.push(linesOf(await readWhole(openNamed(context, name).chunks)));
      else {
        dash += 1;
        columns.push(options.has('s') ? (dash === 0 ? shared : []) : shared.filter((_, index) => index % dashes === dash));
      }
    }
    const mark = (index: number): string => (marks.length === 0 ? '' : marks[index % marks.length]!);
    const out = new TextWriter(context);
    if (options.has('s')) {
      for (const column of columns) await out.add(`${column.map((line, index) => (index === 0 ? line : mark(index - 1) + line)).join('')}\n`);
    } else {
      const rows = Math.max(0, ...columns.map((column) => column.length));
      for (let row = 0; row < rows; row += 1) {
        const due = out.add(`${columns.map((column, index) => (index === 0 ? '' : mark(index - 1)) + (column[row] ?? '')).join('')}\n`);
        if (due !== undefined) await due;
      }
    }
    await out.flush();
    return 0;
  },
};

export const tee: Command = {
  name: 'tee',
  summary: 'Copy input to files and to output',
  usage: 'tee [-a] [FILE]...',
  help: 'ls | tee list.txt | wc -l',
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'aip', long: { append: 'a' } });
    const paths = options.operands.map((name) => locate(context, name));
    for (const path of paths) if (!options.has('a') || context.files.stat(path) === undefined) context.files.write(path, new Uint8Array(0));
    let held: Uint8Array[] = [];
    const store = (): void => {
      const bytes = concatBytes(held);
      held = [];
      if (bytes.length > 0) for (const path of paths) context.files.append(path, bytes);
    };
    try {
      for await (const chunk of context.stdin) {
        if (paths.length > 0) held.push(chunk.slice());
        if (held.length > 64) store();
        await context.stdout.write(chunk);
      }
    } finally {
      store();
    }
    return 0;
  },
};
