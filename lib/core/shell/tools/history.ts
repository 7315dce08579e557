import type { Command, HistoryRecord } from '../command.ts';
import { encodeText } from '../text.ts';
import { formatDate } from './format-date.ts';
import { parseOptions, UsageError } from './options.ts';

/** Lines that are written in one go. */
const BATCH = 500;

export const history: Command = {
  name: 'history',
  summary: 'Lines you have entered',
  usage: 'history [-t] [COUNT] | history -c | history -d NUMBER[-NUMBER]',
  help: [
    'history 10        # the last ten', 'history -t 10     # with when, how long, how it ended, where', 'history -d 512    # forget line 512', 'history -d -1     # forget the last line',
    'history -d 10-20  # forget these', 'history -c        # forget all, in all tabs and on all devices', '',
    'A line that begins with a space is not kept, nor is the same line twice in a row; HISTCONTROL changes that. HISTTIMEFORMAT, exported, shows times.',
    'Ctrl-R searches; → takes the grey suggestion. What is forgotten goes from the files of history; older versions of those stay in `sync log`.',
  ].join('\n'),
  section: 'shell',
  options: [
    ['-t', 'with time, duration, exit status and directory'],
    ['-d NUMBER', 'forget a line, or those from one number to another; from the end when negative'],
    ['-c', 'forget all lines'],
    ['-a, -n, -r, -w', 'of bash; taken and without effect, since every line is kept at once'],
  ],
  async run(context) {
    const options = parseOptions(context.args, { short: 'ctd:anrw' });
    const port = context.history;
    if (port === undefined) return 0;
    const records = port.records();
    if (options.has('c')) port.clear();
    const range = options.value('d');
    if (range !== undefined) {
      port.remove(chosen(records, range));
      return 0;
    }
    if (options.has('c') || ['a', 'n', 'r', 'w'].some((letter) => options.has(letter))) return 0;
    const [count] = options.operands;
    if (count !== undefined && !/^\d+$/.test(count)) throw new UsageError(`${count}: numeric argument required`);
    if (options.operands.length > 1) throw new UsageError('too many arguments');
    const from = count === undefined ? 0 : Math.max(0, records.length - Number(count));
    const timeFormat = context.env['HISTTIMEFORMAT'];
    const before = (record: HistoryRecord): string => (options.has('t') ? facts(record, context.env['TZ']) : timeFormat === undefined ? '' : formatDate(timeFormat, record.at, context.env['TZ']));
    for (let at = from; at < records.length; at += BATCH) {
      const lines = records.slice(at, Math.min(records.length, at + BATCH))
        .map((record, index) => `${String(at + index + 1).padStart(5)}  ${before(record)}${record.line}\n`);
      await context.stdout.write(encodeText(lines.join('')));
      await context.breathe();
    }
    return 0;
  },
};

/** @throws UsageError where there is no such line. */
function chosen(records: readonly HistoryRecord[], range: string): HistoryRecord[] {
  const match = /^(-?\d+)(?:-(-?\d+))?$/.exec(range);
  const index = (text: string): number => (text.startsWith('-') ? records.length + Number(text) : Number(text) - 1);
  const first = index(match?.[1] ?? 'none');
  const last = match?.[2] === undefined ? first : index(match[2]);
  if (match === null || records[first] === undefined || records[last] === undefined || last < first) throw new UsageError(`${range}: history position out of range`, 1);
  return records.slice(first, last + 1);
}

/** `2026-11-21 14:05:03   1.2 s   0  ~/notes  ` */
function facts({ at, durationMs, status, directory = '' }: HistoryRecord, zone: string | undefined): string {
  const duration = durationMs === undefined ? '' : durationMs < 1000 ? `${durationMs} ms` : durationMs < 60_000 ? `${(durationMs / 1000).toFixed(1)} s` : `${Math.round(durationMs / 60_000)} min`;
  return `${formatDate('%Y-%m-%d %H:%M:%S', at, zone)}  ${duration.padStart(7)}  ${String(status ?? '').padStart(3)}  ${directory}  `;
}
