import type { Command } from '../command.ts';
import { byteText } from '../text.ts';
import { openAll, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

const RADIX: Readonly<Record<string, number>> = { d: 10, o: 8, x: 16 };

export const strings: Command = {
  name: 'strings',
  summary: 'Print the runs of readable characters in binary files',
  usage: 'strings [-f] [-n LENGTH] [-t d|o|x] [-s TEXT] [FILE]...',
  help: 'strings photo.jpg | head\nstrings -n 10 -t x program   # at least ten characters, with where they are',
  options: [
    ['-n, --bytes=LENGTH', 'at least so many characters instead of 4'],
    ['-t, --radix=RADIX', 'where each begins: d(ecimal), o(ctal) or x (hexadecimal)'],
    ['-f, --print-file-name', 'the name of the file before each'],
    ['-w, --include-all-whitespace', 'line breaks count as readable'],
    ['-s, --output-separator=TEXT', 'put this between them instead of a newline'],
  ],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'afn:t:ows:', digits: 'n',
      long: { all: 'a', 'print-file-name': 'f', bytes: 'n', radix: 't', 'include-all-whitespace': 'w', 'output-separator': 's' },
    });
    const asked = options.value('n') ?? '4';
    if (!/^\d+$/.test(asked) || Number(asked) < 1) throw new UsageError(`invalid minimum string length ${asked}`);
    const least = Number(asked);
    const letter = options.all.findLast((option) => option.letter === 't' || option.letter === 'o');
    const base = letter === undefined ? undefined : letter.letter === 'o' ? 8 : RADIX[letter.value];
    if (letter !== undefined && base === undefined) throw new UsageError(`invalid radix '${letter.value}'; use d, o or x`);
    const separator = options.value('s') ?? '\n';
    const { inputs, failed } = openAll(context, options.operands);
    const out = new TextWriter(context);
    for await (const { name, chunks } of inputs) {
      const title = `${options.has('f') ? `${name === '-' ? '{standard input}' : name}: ` : ''}`;
      let run = '';
      let isPrinted = false;
      let offset = 0;
      const place = (): string => (base === undefined ? '' : `${(offset - run.length).toString(base).padStart(7)} `);
      for await (const chunk of chunks) {
        for (const byte of chunk) {
          const isText = (byte >= 32 && byte < 127) || byte === 9 || (options.has('w') && byte >= 10 && byte <= 13);
          if (isText) {
            if (isPrinted) await out.add(byteText(byte));
            else {
              run += byteText(byte);
              if (run.length === least) {
                offset += 1;
                await out.add(title + place() + run);
                offset -= 1;
                isPrinted = true;
              }
            }
          } else {
            if (isPrinted) await out.add(separator);
            isPrinted = false;
            run = '';
          }
          offset += 1;
        }
        const rest = context.breathe();
        if (rest !== undefined) await rest;
      }
      if (isPrinted) await out.add(separator);
    }
    await out.flush();
    return failed() ? 1 : 0;
  },
};
