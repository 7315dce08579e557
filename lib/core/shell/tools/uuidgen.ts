import type { Command } from '../command.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

/** A random UUID (RFC 9562, version 4). */
export const uuidgen: Command = {
  name: 'uuidgen',
  summary: 'Make a name that no other has',
  usage: 'uuidgen [-r] [-C COUNT]',
  help: 'uuidgen\nmkdir "/tmp/$(uuidgen)"\nuuidgen -C 3      # three',
  options: [['-r, --random', 'a random one, the only kind here'], ['-C, --count=N', 'so many']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: 'rC:', long: { random: 'r', count: 'C' }, status: 1 });
    const [extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`, 1);
    const count = options.value('C') ?? '1';
    if (!/^\d{1,6}$/.test(count)) throw new UsageError(`invalid count '${count}'; name a number up to 999999`, 1);
    for (let made = 0; made < Number(count); made += 1) {
      const bytes = Array.from({ length: 16 }, () => Math.floor(context.random() * 256));
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
      const digits = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      await context.stdout.write(encodeText(`${digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')}\n`));
      await context.breathe();
    }
    return 0;
  },
};
