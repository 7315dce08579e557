import type { Command } from '../command.ts';
import { decodeText, encodeText } from '../text.ts';
import { openAll } from './files-in.ts';
import { parseOptions } from './options.ts';

// eslint-disable-next-line no-control-regex
const showControls = (text: string): string => text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (character) =>
  character === '\x7f' ? '^?' : `^${String.fromCharCode(character.charCodeAt(0) + 64)}`);

export const cat: Command = {
  name: 'cat',
  summary: 'Print files one after another',
  usage: 'cat [-nbsETA] [FILE]...',
  help: 'cat notes.txt\ncat -n script.sh        # with line numbers\ncat a.txt b.txt > c.txt\ncat                     # what you type, until Ctrl-D',
  section: 'files',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'nbsETAvetu',
      long: { number: 'n', 'number-nonblank': 'b', 'squeeze-blank': 's', 'show-ends': 'E', 'show-tabs': 'T', 'show-all': 'A', 'show-nonprinting': 'v' },
    });
    const has = (letters: string): boolean => [...letters].some((letter) => options.has(letter));
    const { inputs, failed } = openAll(context, options.operands);
    if (!has('nbsETAvet')) {
      for await (const { chunks } of inputs) for await (const chunk of chunks) await context.stdout.write(chunk);
      return failed() ? 1 : 0;
    }
    let number = 0;
    let blanks = 0;
    let atStart = true;
    for await (const { chunks } of inputs) {
      for await (const chunk of chunks) {
        const text = decodeText(chunk);
        const pieces = text.split('\n');
        let out = '';
        pieces.forEach((piece, index) => {
          const ends = index < pieces.length - 1;
          if (!ends && piece === '') return;
          if (atStart) {
            const isBlank = ends && piece === '';
            blanks = isBlank ? blanks + 1 : 0;
            if (isBlank && blanks > 1 && options.has('s')) return;
            if (options.has('b') ? !isBlank : options.has('n')) {
              number += 1;
              out += `${String(number).padStart(6)}\t`;
            }
          }
          let shown = has('vAet') ? showControls(piece) : piece;
          if (has('TAt')) shown = shown.replaceAll('\t', '^I');
          out += shown + (ends ? (has('EAe') ? '$\n' : '\n') : '');
          atStart = ends;
        });
        await context.stdout.write(encodeText(out));
      }
    }
    return failed() ? 1 : 0;
  },
};
