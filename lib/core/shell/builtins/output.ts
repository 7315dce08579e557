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
    help: 'printf "%s is %d\\n" Ann 41 Bob 39\nprintf "%05.2f %x %q\\n" 3.14159 255 "a b"\nprintf -v padded "%03d" 7',
    run(shell, args) {
      let rest = args;
      let target: string | undefined;
      if (rest[0] === '-v') {
        target = rest[1];
        rest = rest.slice(2);
      }
      if (rest[0] === '--') rest = rest.slice(1);
      const format = rest[0];
      if (format === undefined) throw new UsageError('usage: printf [-v NAME] FORMAT [ARGUMENT]...', 2);
      const { text, complaints } = formatPrintf(format, rest.slice(1), quoteForReuse, shell.run.now);
      if (target === undefined) shell.print(text);
      else {
        const match = /^([^[]+)(?:\[(.*)\])?$/.exec(target);
        shell.state.assign(match?.[1] ?? target, text, match?.[2]);
      }
      for (const complaint of complaints) shell.complain(`printf: ${complaint}`);
      return complaints.length > 0 ? 1 : 0;
    },
  },
  { name: ':', summary: 'Do nothing, successfully', usage: ': [ARGUMENT]...', run: () => 0 },
  { name: 'true', summary: 'Succeed', usage: 'true', run: () => 0 },
  { name: 'false', summary: 'Fail', usage: 'false', run: () => 1 },
];
