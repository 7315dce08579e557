import type { Command } from '../command.ts';
import { lineBatches, TextWriter } from './files-in.ts';
import { formatDate } from './format-date.ts';
import { parseOptions, UsageError } from './options.ts';

/** Of moreutils: each line with the time at which it came. */
export const ts: Command = {
  name: 'ts',
  summary: 'Put the time before each line',
  usage: 'ts [-i|-s] [FORMAT]',
  help: 'tail -f log.txt | ts\nbash build.sh | ts -s            # seconds since the start\nbash build.sh | ts -i "%.S"      # since the line before\nls | ts "[%Y-%m-%d %H:%M:%S]"\n\nFORMAT is one of `date`; %.S, %.s and %.T have microseconds.',
  options: [['-s', 'how long after the start'], ['-i', 'how long after the line before']],
  section: 'text',
  async run(context) {
    const options = parseOptions(context.args, { short: 'ism' });
    const isSpan = options.has('i') || options.has('s');
    const [format = isSpan ? '%H:%M:%S' : '%b %d %H:%M:%S', extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'; put the format in quotes`);
    const whole = format.replace(/%\.([sST])/g, '%$1.%6N');
    const out = new TextWriter(context);
    let since = context.now();
    for await (const { lines, unterminated } of lineBatches(context.stdin)) {
      for (const [index, line] of lines.entries()) {
        const now = context.now();
        // A span is a time of day that begins at midnight.
        const shown = formatDate(whole, isSpan ? now - since : now, isSpan ? 'UTC' : context.env['TZ']);
        if (options.has('i')) since = now;
        const due = out.add(`${shown} ${line}${unterminated && index === lines.length - 1 ? '' : '\n'}`);
        if (due !== undefined) await due;
      }
      // Whoever watches sees each line when it comes.
      await out.flush();
      const rest = context.breathe();
      if (rest !== undefined) await rest;
    }
    return 0;
  },
};
