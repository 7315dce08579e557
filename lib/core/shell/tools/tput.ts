import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { parseOptions, UsageError } from './options.ts';

/**
 * What scripts ask a terminal for by name. There is one kind of terminal here, and this is its table: that of `xterm-256color`
 * (terminfo(5)), less what nobody uses.
 */

const NUMBER = '#';

/** Texts; `#` stands for the next argument, of `cup`, `hpa` and `vpa` counted from 0. */
const TEXTS: Readonly<Record<string, string>> = {
  bel: '\x07', blink: '\x1b[5m', bold: '\x1b[1m', civis: '\x1b[?25l', clear: '\x1b[H\x1b[2J\x1b[3J', cnorm: '\x1b[?12l\x1b[?25h', cr: '\r', cub: '\x1b[#D', cub1: '\b', cud: '\x1b[#B', cud1: '\n',
  cuf: '\x1b[#C', cuf1: '\x1b[C', cup: '\x1b[#;#H', cuu: '\x1b[#A', cuu1: '\x1b[A', cvvis: '\x1b[?12;25h', dch: '\x1b[#P', dch1: '\x1b[P', dim: '\x1b[2m', dl: '\x1b[#M', dl1: '\x1b[M', ech: '\x1b[#X', ed: '\x1b[J',
  el: '\x1b[K', el1: '\x1b[1K', home: '\x1b[H', hpa: '\x1b[#G', ich: '\x1b[#@', il: '\x1b[#L', il1: '\x1b[L', ind: '\n', invis: '\x1b[8m', op: '\x1b[39;49m', rc: '\x1b8', rev: '\x1b[7m', ri: '\x1bM', ritm: '\x1b[23m',
  rmcup: '\x1b[?1049l\x1b[23;0;0t', rmso: '\x1b[27m', rmul: '\x1b[24m', sc: '\x1b7', sgr0: '\x1b(B\x1b[m', sitm: '\x1b[3m', smcup: '\x1b[?1049h\x1b[22;0;0t', smso: '\x1b[7m', smul: '\x1b[4m', vpa: '\x1b[#d',
};
const COUNTED_FROM_0 = new Set(['cup', 'hpa', 'vpa']);
/** The second names, of termcap. */
const OLD: Readonly<Record<string, string>> = { md: 'bold', me: 'sgr0', us: 'smul', ue: 'rmul', so: 'smso', se: 'rmso', mr: 'rev', cl: 'clear', ce: 'el', cd: 'ed', AF: 'setaf', AB: 'setab', co: 'cols', li: 'lines', Co: 'colors', vi: 'civis', ve: 'cnorm', ti: 'smcup', te: 'rmcup', cm: 'cup', ho: 'home' };

/** Modes, colours and tabs as they were at the start; the screen stays. */
export const SOFT_RESET = '\x1b[!p\x1b[?3;4l\x1b[4l\x1b>';

function colour(base: number, number: number): string {
  if (number < 8) return `\x1b[${base + number}m`;
  return number < 16 ? `\x1b[${base + 52 + number}m` : `\x1b[${base + 8};5;${number}m`;
}

function size(context: CommandContext, isWide: boolean): number {
  const said = Number(context.env[isWide ? 'COLUMNS' : 'LINES']);
  if (context.terminal !== undefined) return isWide ? context.terminal.columns() : context.terminal.rows();
  return Number.isInteger(said) && said > 0 ? said : isWide ? 80 : 24;
}

/** What a name with its arguments stands for. @throws UsageError */
function answer(context: CommandContext, asked: string, numbers: number[]): string {
  const name = Object.hasOwn(OLD, asked) ? OLD[asked] as string : asked;
  switch (name) {
    case 'cols': return `${size(context, true)}\n`;
    case 'lines': return `${size(context, false)}\n`;
    case 'colors': return '256\n';
    case 'longname': return 'xterm with 256 colors';
    case 'setaf': return colour(30, numbers[0] ?? 0);
    case 'setab': return colour(40, numbers[0] ?? 0);
    case 'init':
    case 'reset': return SOFT_RESET;
  }
  const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] as string : undefined;
  if (text === undefined) throw new UsageError(`unknown terminfo capability '${asked}'`, 4);
  return text.replaceAll(NUMBER, () => String((numbers.shift() ?? 0) + (COUNTED_FROM_0.has(name) ? 1 : 0)));
}

export const tput: Command = {
  name: 'tput',
  summary: 'Colours, places and size of the screen, by name',
  usage: 'tput [-T TYPE] {NAME [NUMBER]...}...',
  help: 'echo "$(tput setaf 1)red$(tput sgr0) $(tput bold)bold$(tput sgr0)"\ntput cols; tput lines\ntput cup 2 10; echo here     # row 2, column 10, from 0\ntput civis; sleep 1; tput cnorm\n\nNames: bold dim smul rmul rev smso rmso sitm ritm setaf setab op sgr0, clear el el1 ed, cup home cuu cud cuf cub sc rc, civis cnorm smcup rmcup bel, cols lines colors.',
  options: [['-T TYPE', 'taken and without effect: every terminal here is an xterm-256color']],
  section: 'shell',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: 'T:', stopAtOperand: true });
    if (operands.length === 0) throw new UsageError('name what you want, as in: tput setaf 1', 2);
    for (let at = 0; at < operands.length;) {
      const name = operands[at] as string;
      const numbers: number[] = [];
      for (at += 1; /^\d{1,5}$/.test(operands[at] ?? ''); at += 1) numbers.push(Number(operands[at]));
      await context.stdout.write(encodeText(answer(context, name, numbers)));
    }
    return 0;
  },
};

export const reset: Command = {
  name: 'reset',
  summary: 'Set the terminal to rights and clear it',
  usage: 'reset',
  help: 'reset      # when output has left odd colours or letters behind',
  options: [],
  section: 'shell',
  async run(context) {
    await context.stdout.write(encodeText(`${SOFT_RESET}\x1b(B\x1b[m\x1b[?25h`));
    if (context.terminal !== undefined && context.isTerminalOutput) context.terminal.clear();
    return 0;
  },
};
