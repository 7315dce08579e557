import type { Command } from '../command.ts';
import { formatDate } from './format-date.ts';
import { decodeText, encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

const LEAST_SECONDS = 0.1;

export const watch: Command = {
  name: 'watch',
  summary: 'Run a command again and again',
  usage: 'watch [-n SECONDS] [-tegx] COMMAND [ARGUMENT]...',
  help: "watch -n 1 ls -l\nwatch 'ls | wc -l'      # the words are a line of shell\nwatch -g cat status     # until the output changes\n\nCtrl-C ends it.",
  options: [
    ['-n, --interval=SECONDS', 'every so many seconds instead of 2'],
    ['-t, --no-title', 'without the line at the top'],
    ['-e, --errexit', 'end when the command fails'],
    ['-g, --chgexit', 'end when the output changes'],
    ['-x, --exec', 'the words are a command, not a line of shell'],
    ['-b, --beep', 'beep when the command fails'],
  ],
  section: 'shell',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'n:tegxbdcp', stopAtOperand: true,
      long: { interval: 'n', 'no-title': 't', errexit: 'e', chgexit: 'g', exec: 'x', beep: 'b', differences: 'd', color: 'c', precise: 'p' },
    });
    const { execute } = context;
    if (options.operands.length === 0) throw new UsageError('name the command, as in: watch ls -l');
    if (execute === undefined) throw new UsageError('works in the shell only');
    const text = options.value('n') ?? '2';
    if (!/^\d+([.,]\d+)?$/.test(text)) throw new UsageError(`failed to parse argument: '${text}'`);
    const seconds = Math.max(LEAST_SECONDS, Number(text.replace(',', '.')));
    const line = options.operands.join(' ');
    const argv = options.has('x') ? options.operands : ['bash', '-c', line];
    let before: string | undefined;
    const seen = `/tmp/.watch-${Math.floor(context.random() * 2 ** 32).toString(36)}`;
    for (;;) {
      const title = options.has('t') ? '' : `Every ${seconds.toFixed(1)}s: ${line}    ${formatDate('%a %b %e %H:%M:%S %Y', context.now(), context.env.TZ)}\n\n`;
      await context.stdout.write(encodeText(`${context.isTerminalOutput ? '\x1b[H\x1b[2J' : ''}${title}`));
      let status: number;
      if (options.has('g')) {
        // Its output has to be seen whole to be compared; the shell does that.
        status = await execute(['bash', '-c', 'out=$("$@" 2>&1); s=$?; printf "%s\\n" "$out"; printf "%s" "$out" > "$0"; exit $s', seen, ...argv]);
        const now = decodeText(context.files.read(seen));
        context.files.remove(seen);
        if (before !== undefined && now !== before) return 0;
        before = now;
      } else status = await execute(argv);
      if (status !== 0 && options.has('b')) await context.stdout.write(encodeText('\x07'));
      if (status !== 0 && options.has('e')) return status;
      const until = context.now() + seconds * 1000;
      for (let left = until - context.now(); left > 0; left = until - context.now()) await context.delay(left);
    }
  },
};
