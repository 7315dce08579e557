import type { Builtin } from '../builtin.ts';
import { decodeEscapes } from '../escapes.ts';
import { quoteText } from '../quote.ts';
import { UsageError } from '../tools/options.ts';
import { formatPrintf } from './format.ts';

/** How bash's `%q` quotes: backslashes where that is enough. */
export function quoteForReuse(text: string): string {
  if (text === '') return "''";
  // eslint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteText(text);
  return text.replace(/[^\w@%+=:./\u0080-\uffff-]/g, '\\$&').replace(/^~/, '\\~');
}

export const outputBuiltins: readonly Builtin[] = [
  {
    name: 'echo',
    summary: 'Print its arguments',
    usage: 'echo [-neE] [TEXT]...',
    options: [['-n', 'no newline at the end'], ['-e', '\\n, \\t and other escapes are read'], ['-E', 'they are not, which is the default']],
    help: 'echo hello\necho -n "no newline"\necho -e "tab\\tand newline\\n"',
    run(shell, args) {
      let newline = true;
      let escapes = false;
      let first = 0;
      while (first < args.length && /^-[neE]+$/.test(args[first] as string)) {
        for (const letter of (args[first] as string).slice(1)) {
          if (letter === 'n') newline = false;
          else escapes = letter === 'e';
        }
        first += 1;
      }
      const text = (first === 0 ? args : args.slice(first)).join(' ');
      if (!escapes) {
        shell.print(newline ? `${text}\n` : text);
        return 0;
      }
      const decoded = decodeEscapes(text, 'echo');
      shell.print(newline && !decoded.stop ? `${decoded.text}\n` : decoded.text);
      return 0;
    },
  },
  {
    name: 'printf',
    summary: 'Print with a format',
    usage: 'printf [-v NAME] FORMAT [ARGUMENT]...',
    options: [['-v NAME', 'put the text into a variable']],
    help: 'printf "%s is %d\\n" Ann 41 Bob 39\nprintf "%05.2f %x %q\\n" 3.14159 255 "a b"\nprintf -v padded "%03d" 7',
    run(shell, args) {
      let rest = args;
      let target: string | undefined;
      if (rest[0]?.startsWith('-v') === true) {
        target = rest[0] === '-v' ? rest[1] : rest[0].slice(2);
        rest = rest.slice(rest[0] === '-v' ? 2 : 1);
        if (target === undefined || !/^[A-Za-z_]\w*(\[.*\])?$/.test(target)) throw new UsageError(`\`${target ?? ''}': not a valid identifier`, 2);
      }
      if (rest[0] === '--') rest = rest.slice(1);
      const format = rest[0];
      if (format === undefined) throw new UsageError('usage: printf [-v NAME] FORMAT [ARGUMENT]...', 2);
      const { text, complaints } = formatPrintf(format, rest.slice(1), quoteForReuse, { now: shell.run.now, startedAt: shell.state.startedAt, zone: shell.state.get('TZ') });
      if (target === undefined) shell.print(text);
      else {
        const match = /^([^[]+)(?:\[(.*)\])?$/.exec(target);
        shell.state.assign(match?.[1] ?? target, text.replaceAll('\0', ''), match?.[2]);
      }
      for (const complaint of complaints) shell.complain(`printf: ${complaint}`);
      return complaints.length > 0 ? 1 : 0;
    },
  },
  { name: ':', summary: 'Do nothing, successfully', usage: ': [ARGUMENT]...', help: ': # does nothing\nwhile :; do break; done', options: [], run: () => 0 },
  { name: 'true', summary: 'Succeed', usage: 'true', help: 'true && echo yes\nwhile true; do break; done', options: [], run: () => 0 },
  { name: 'false', summary: 'Fail', usage: 'false', help: 'false || echo no', options: [], run: () => 1 },
];
