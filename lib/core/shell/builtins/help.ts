import type { Builtin } from '../builtin.ts';
import type { Command } from '../command.ts';
import { wait, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';

const SECTIONS: readonly (readonly [Command['section'], string])[] = [
  ['files', 'Files'], ['text', 'Text'], ['shell', 'Shell'], ['account', 'Account'], ['sync', 'Sync'], ['other', 'More'],
];
/** The same command under another name, or of no interest in an overview. */
const QUIET = new Set(['[', ':', '.', 'typeset', 'readarray', 'sh', 'builtin']);

interface Entry {
  name: string;
  summary: string;
  usage: string;
  help?: string | undefined;
  section: Command['section'];
}

function* entriesOf(shell: Interpreter): Step<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const builtin of shell.run.builtins.values()) {
    const section = builtin.name === 'cd' || builtin.name === 'pwd' ? 'files' : builtin.name === 'echo' || builtin.name === 'printf' ? 'text' : 'shell';
    entries.set(builtin.name, { ...builtin, section });
  }
  for (const command of yield* wait(shell.run.commands.loadAll())) if (!entries.has(command.name)) entries.set(command.name, command);
  return [...entries.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
}

function overview(entries: readonly Entry[]): string {
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
    'Not here: `ln`, `ssh`, `curl` and other programs that need links, sockets or an operating system; signals but EXIT in `trap`;',
    '`select`, `coproc`, `>(...)`; `$RANDOM` cannot be seeded; text is UTF-8 and sorted by code point, whatever LC_ALL says; `cut -c` counts characters.',
  );
  return `${lines.join('\n')}\n`;
}

export const helpBuiltin: Builtin = {
  name: 'help',
  summary: 'This overview, or more about one command',
  usage: 'help [NAME]...',
  help: 'help\nhelp grep',
  *run(shell, args) {
    const all = yield* entriesOf(shell);
    if (args.length === 0) {
      shell.print(overview(all));
      return 0;
    }
    const entries = new Map(all.map((entry) => [entry.name, entry]));
    let status = 0;
    for (const name of args) {
      const entry = entries.get(name);
      if (entry === undefined) {
        shell.complain(`help: there is no command '${name}'; \`help\` lists them all`);
        status = 1;
        continue;
      }
      const examples = entry.help === undefined ? '' : `\n${entry.help.split('\n').map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n`;
      shell.print(`${entry.name}: ${entry.summary}\n${examples}\nUsage: ${entry.usage}\n`);
    }
    return status;
  },
};
