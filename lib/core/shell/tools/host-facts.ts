import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { complain } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

/**
 * uname, hostname, arch, id, groups, logname, tty, nproc: what a page can say truthfully. There is one person, one group
 * and no host name to be read; the names are the shell's own variables where it has them.
 */
const USER_ID = 1000;
const KERNEL = { s: 'Selkie', r: '1', v: 'in a web page', m: 'javascript', p: 'unknown', i: 'unknown', o: 'Web' };

const userOf = (context: CommandContext): string => context.env.USER ?? context.env.LOGNAME ?? 'me';
const hostOf = (context: CommandContext): string => context.env.HOSTNAME ?? 'selkie';

async function say(context: CommandContext, text: string): Promise<number> {
  await context.stdout.write(encodeText(`${text}\n`));
  return 0;
}

function refuseOperands(operands: readonly string[]): void {
  if (operands.length > 0) throw new UsageError(`extra operand '${operands[0]}'`);
}

export const uname: Command = {
  name: 'uname',
  summary: 'Say what system this is',
  usage: 'uname [-asnrvmpio]',
  help: 'uname\nuname -a',
  options: [['-a, --all', 'everything'], ['-s', 'the kernel'], ['-n', 'the host'], ['-r', 'the release'], ['-v', 'the version'], ['-m', 'the machine'], ['-o', 'the operating system']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, {
      short: 'asnrvmpio',
      long: { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', processor: 'p', 'hardware-platform': 'i', 'operating-system': 'o' },
    });
    refuseOperands(options.operands);
    const facts: Readonly<Record<string, string>> = { ...KERNEL, n: hostOf(context) };
    const letters = options.has('a') ? [...'snrvmo'] : [...'snrvmpio'].filter((letter) => options.has(letter));
    return say(context, (letters.length === 0 ? ['s'] : letters).map((letter) => facts[letter] as string).join(' '));
  },
};

export const arch: Command = {
  name: 'arch',
  summary: 'Say what machine this is',
  usage: 'arch',
  help: 'arch',
  options: [],
  section: 'other',
  async run(context) {
    refuseOperands(parseOptions(context.args, { short: '' }).operands);
    return say(context, KERNEL.m);
  },
};

export const hostname: Command = {
  name: 'hostname',
  summary: 'Print the name of this place',
  usage: 'hostname [-s]',
  options: [],
  help: 'hostname',
  section: 'other',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: 'sf', long: { short: 's', fqdn: 'f', long: 'f' } });
    if (operands.length > 0) throw new UsageError('the name cannot be changed here');
    return say(context, hostOf(context));
  },
};

export const logname: Command = {
  name: 'logname',
  summary: 'Print your name here',
  usage: 'logname',
  help: 'logname',
  options: [],
  section: 'other',
  async run(context) {
    refuseOperands(parseOptions(context.args, { short: '' }).operands);
    return say(context, userOf(context));
  },
};

export const id: Command = {
  name: 'id',
  summary: 'Print who you are to the shell',
  usage: 'id [-ugGnr] [USER]',
  help: 'id\nid -un      # the name only',
  options: [['-u, --user', 'the number of the user'], ['-g, --group', 'the number of the group'], ['-G, --groups', 'the numbers of all groups'], ['-n, --name', 'with these: names instead']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: 'ugGnrzaZ', long: { user: 'u', group: 'g', groups: 'G', name: 'n', real: 'r', zero: 'z' } });
    const user = userOf(context);
    const [asked, extra] = options.operands;
    if (extra !== undefined) throw new UsageError(`extra operand '${extra}'`);
    if (asked !== undefined && asked !== user && asked !== String(USER_ID)) {
      await complain(context, `'${asked}': no such user`);
      return 1;
    }
    const chosen = [...'ugG'].filter((letter) => options.has(letter));
    if (chosen.length > 1) throw new UsageError('cannot print "only" of more than one choice');
    if (options.has('n') && chosen.length === 0) throw new UsageError('cannot print only names or real IDs in default format');
    if (chosen.length === 1) return say(context, options.has('n') ? user : String(USER_ID));
    const both = `${USER_ID}(${user})`;
    return say(context, `uid=${both} gid=${both} groups=${both}`);
  },
};

export const groups: Command = {
  name: 'groups',
  summary: 'Print the groups you are in',
  usage: 'groups',
  help: 'groups',
  options: [],
  section: 'other',
  async run(context) {
    refuseOperands(parseOptions(context.args, { short: '' }).operands);
    return say(context, userOf(context));
  },
};

export const nproc: Command = {
  name: 'nproc',
  summary: 'Print how many processors a command may use: one, the page’s',
  usage: 'nproc [--all] [--ignore=N]',
  help: 'nproc',
  options: [['--all', 'all that there are']],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: '', long: { all: 'all', ignore: 'ignore:' } });
    refuseOperands(options.operands);
    const ignore = options.value('ignore') ?? '0';
    if (!/^\d+$/.test(ignore)) throw new UsageError(`invalid number: '${ignore}'`);
    return say(context, '1');
  },
};

export const tty: Command = {
  name: 'tty',
  summary: 'Say whether standard input is the terminal',
  usage: 'tty [-s]',
  help: 'if tty -s; then echo "somebody types"; fi',
  options: [['-s, --silent, --quiet', 'print nothing; the exit status is 0 for a terminal']],
  section: 'shell',
  async run(context) {
    const options = parseOptions(context.args, { short: 's', long: { silent: 's', quiet: 's' }, status: 2 });
    if (options.operands.length > 0) throw new UsageError(`extra operand '${options.operands[0]}'`, 2);
    const isTerminal = 'isTerminal' in context.stdin && context.stdin.isTerminal === true;
    if (!options.has('s')) await context.stdout.write(encodeText(isTerminal ? '/dev/tty\n' : 'not a tty\n'));
    return isTerminal ? 0 : 1;
  },
};
