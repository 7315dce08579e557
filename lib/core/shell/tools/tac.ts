import type { Command } from '../command.ts';
import { Matcher } from '../regex/matcher.ts';
import { parsePosix } from '../regex/posix.ts';
import { concatBytes, decodeText, encodeText } from '../text.ts';
import { openAll, readWhole } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/** Where each record ends: after its separator, or with `before` in front of it. */
function cuts(bytes: Uint8Array, separator: Uint8Array, before: boolean): number[] {
  const [first] = separator;
  const found: number[] = [];
  for (let at = bytes.indexOf(first!); at >= 0; at = bytes.indexOf(first!, at + 1)) {
    if (!separator.every((byte, index) => bytes[at + index] === byte)) continue;
    found.push(before ? at : at + separator.length);
    at += separator.length - 1;
  }
  return found;
}

export const tac: Command = {
  name: 'tac',
  summary: 'Print lines last to first',
  usage: 'tac [-b] [-r] [-s SEPARATOR] [FILE]...',
  help: 'tac log.txt | head        # the newest first\ntac -s, list.txt',
  options: [['-s, --separator=TEXT', 'records end with TEXT instead of a newline'], ['-b, --before', 'they begin with it'], ['-r, --regex', 'TEXT is a pattern']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'brs:', long: { before: 'b', regex: 'r', separator: 's' } });
    const text = options.value('s') ?? '\n';
    if (text === '' && options.has('r')) throw new UsageError('separator cannot be empty');
    const separator = encodeText(text === '' ? '\0' : text);
    const matcher = options.has('r') ? new Matcher(parsePosix(text, false).pattern, false) : undefined;
    const { inputs, failed } = openAll(context, options.operands);
    for await (const { chunks } of inputs) {
      const bytes = await readWhole(chunks);
      if (bytes.length === 0) continue;
      let places: number[];
      if (matcher === undefined) places = cuts(bytes, separator, options.has('b'));
      else {
        const whole = decodeText(bytes);
        places = [];
        let [measured, size] = [0, 0];
        for (let span = matcher.exec(whole); span !== undefined; span = matcher.exec(whole, Math.max(span.end, span.start + 1))) {
          const place = options.has('b') ? span.start : span.end;
          size += encodeText(whole.slice(measured, place)).length;
          measured = place;
          places.push(size);
        }
      }
      const pieces: Uint8Array[] = [];
      let end = bytes.length;
      let size = 0;
      for (let index = places.length - 1; index >= -1; index -= 1) {
        const start = index < 0 ? 0 : places[index] as number;
        if (start >= end) continue;
        pieces.push(bytes.subarray(start, end));
        size += end - start;
        end = start;
        if (size < 65_536) continue;
        await context.stdout.write(concatBytes(pieces).slice());
        pieces.length = 0;
        size = 0;
      }
      if (pieces.length > 0) await context.stdout.write(concatBytes(pieces).slice());
    }
    return failed() ? 1 : 0;
  },
};
