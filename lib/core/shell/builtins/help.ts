import type { Builtin } from '../builtin.ts';
import type { Command } from '../command.ts';
import { wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { manualLine, manualPage, searchManual, type ManualEntry } from '../manual.ts';
import { parseOptions, UsageError } from '../tools/options.ts';

const SECTIONS: readonly (readonly [Command['section'], string])[] = [
  ['files', 'Files'], ['text', 'Text'], ['shell', 'Shell'], ['account', 'Account'], ['sync', 'Sync'], ['other', 'More'],
];
/** The same command under another name, or of no interest in an overview. */
const QUIET = new Set(['[', ':', '.', 'typeset', 'readarray', 'sh', 'builtin']);

function builtinEntry(builtin: Builtin): ManualEntry {
  const section = builtin.name === 'cd' || builtin.name === 'pwd' ? 'files' : builtin.name === 'echo' || builtin.name === 'printf' ? 'text' : 'shell';
  return { ...builtin, section };
}

/** What one command says of itself; the code of no other is fetched for it. */
function* entryOf(shell: Interpreter, name: string): Step<ManualEntry | undefined> {
  const builtin = shell.run.builtins.get(name);
  if (builtin !== undefined) return builtinEntry(builtin);
  return shell.run.commands.has(name) ? yield* fetched(shell, shell.run.commands.load(name)) : undefined;
}

/** @throws UsageError where the code, and with it the page, cannot be fetched. */
function* fetched<T>(shell: Interpreter, loading: Promise<T>): Step<T> {
  try {
    return yield* wait(loading);
  } catch (error) {
    if (shell.run.cancel.aborted) throw error;
    throw new UsageError('the manual could not be fetched; go online and try again, or reload the page', 1);
  }
}

function* entriesOf(shell: Interpreter): Step<ManualEntry[]> {
  const entries = new Map<string, ManualEntry>();
  for (const builtin of shell.run.builtins.values()) entries.set(builtin.name, builtinEntry(builtin));
  for (const command of yield* fetched(shell, shell.run.commands.loadAll())) if (!entries.has(command.name)) entries.set(command.name, command);
  return [...entries.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function overview(entries: readonly ManualEntry[]): string {
  const lines = ['Selkie is a shell in your browser: commands work as in bash and GNU coreutils.', '`help NAME` tells more about one; Tab completes; Ctrl-C stops.'];
  for (const [section, title] of SECTIONS) {
    const members = entries.filter((entry) => entry.section === section && !QUIET.has(entry.name));
    if (members.length === 0) continue;
    lines.push('', title, ...members.map((entry) => `  ${entry.name.padEnd(10)} ${entry.summary}`));
  }
  lines.push(
    '',
    'Language',
    '  if for while until case [[ ]] (( )) functions, | > >> < 2>&1 << <<<, && || ! &,',
    "  $x ${x:-y} $(command) $((1 + 2)) * ? [a-z] {a,b} ~ 'text' \"text\" $'text'",
    '',
    '',
    'Not here: `ssh`, `curl`, `git`, `python` and other programs that need sockets or an operating system: type one and it says why.',
    '`man NAME` shows a page, `apropos WORD` looks for one.',
  );
  return `${lines.join('\n')}\n`;
}

/** The screen's width, and whether it shows bold. */
function screenOf(shell: Interpreter): { width: number; isScreen: boolean } {
  const isScreen = shell.fds[1]?.output?.isTerminal ?? false;
  return { width: isScreen ? shell.run.terminal?.columns() ?? 80 : 80, isScreen };
}

function* pageOf(shell: Interpreter, names: readonly string[], caller: string): Step<{ text: string; status: number }> {
  const { width, isScreen } = screenOf(shell);
  const pages: string[] = [];
  let status = 0;
  for (const name of names) {
    const entry = yield* entryOf(shell, name);
    if (entry !== undefined) {
      pages.push(manualPage(entry, width, isScreen));
      continue;
    }
    shell.complain(caller === 'man' ? `No manual entry for ${name}` : `help: there is no command '${name}'; \`help\` lists them all`);
    status = caller === 'man' ? 16 : 1;
  }
  return { text: pages.join('\n'), status };
}

const help: Builtin = {
  name: 'help',
  summary: 'This overview, or more about one command',
  usage: 'help [-ds] [NAME]...',
  help: 'help\nhelp grep\nhelp -d ls cp     # one line each',
  options: [['-d', 'one line about each'], ['-s', 'only how each is used']],
  *run(shell, args) {
    const options = parseOptions(args, { short: 'dsm' });
    const names = options.operands;
    if (names.length === 0) {
      shell.print(overview(yield* entriesOf(shell)));
      return 0;
    }
    if (options.has('d') || options.has('s')) {
      let found = 0;
      for (const name of names) {
        const entry = yield* entryOf(shell, name);
        if (entry === undefined) continue;
        found += 1;
        shell.print(options.has('d') ? `${entry.name} - ${entry.summary}\n` : `${entry.name}: ${entry.usage}\n`);
      }
      if (found < names.length) shell.complain('help: there is no such command; `help` lists them all');
      return found < names.length ? 1 : 0;
    }
    const { text, status } = yield* pageOf(shell, names, 'help');
    shell.print(text);
    return status;
  },
};

const man: Builtin = {
  name: 'man',
  summary: 'The manual page of a command',
  usage: 'man [-k] [-f] NAME...',
  help: 'man tar\nman -k archive     # which commands have to do with archives?\nman -f ls          # in one line',
  options: [['-k', 'look for a word in names, summaries and options; as apropos'], ['-f', 'one line about each; as whatis']],
  *run(shell, args) {
    const options = parseOptions(args, { short: 'kf', long: { apropos: 'k', whatis: 'f' } });
    // A section before the name, as in `man 1 ls`, says nothing here.
    const names = options.operands.length > 1 ? options.operands.filter((name) => !/^[1-9]$/.test(name)) : options.operands;
    if (names.length === 0) {
      shell.complain('What manual page do you want?\nFor example, try \'man man\'.');
      return 1;
    }
    if (options.has('k')) return yield* look(shell, names);
    if (options.has('f')) return yield* describe(shell, names);
    const { text, status } = yield* pageOf(shell, names, 'man');
    if (text === '') return status;
    const terminal = shell.run.terminal;
    if (terminal?.page !== undefined && screenOf(shell).isScreen) yield* wait(terminal.page(text, names.join(' ')));
    else shell.print(text);
    return status;
  },
};

function* look(shell: Interpreter, words: readonly string[]): Step<number> {
  const entries = yield* entriesOf(shell);
  let status = 0;
  for (const word of words) {
    const found = searchManual(entries, word);
    if (found.length === 0) {
      shell.complain(`${word}: nothing appropriate.`);
      status = 16;
    }
    shell.print(found.map(manualLine).join(''));
  }
  return status;
}

function* describe(shell: Interpreter, names: readonly string[]): Step<number> {
  let status = 0;
  for (const name of names) {
    const entry = yield* entryOf(shell, name);
    if (entry === undefined) {
      shell.complain(`${name}: nothing appropriate.`);
      status = 16;
    } else shell.print(manualLine(entry));
  }
  return status;
}

const apropos: Builtin = {
  name: 'apropos',
  summary: 'Look for commands by what they do',
  usage: 'apropos WORD...',
  help: 'apropos archive\napropos sort',
  options: [],
  *run(shell, args) {
    if (args.length === 0) {
      shell.complain('apropos what?');
      return 1;
    }
    return yield* look(shell, args);
  },
};

const whatis: Builtin = {
  name: 'whatis',
  summary: 'One line about a command',
  usage: 'whatis NAME...',
  help: 'whatis ls',
  options: [],
  *run(shell, args) {
    if (args.length === 0) {
      shell.complain('whatis what?');
      return 1;
    }
    return yield* describe(shell, args);
  },
};

export const manualBuiltins: readonly Builtin[] = [help, man, apropos, whatis];
