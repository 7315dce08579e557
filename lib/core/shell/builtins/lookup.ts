import type { Builtin } from '../builtin.ts';
import { PROGRAMS, TWINS } from '../builtin-names.ts';
import { quoteText } from '../quote.ts';
import { later, type Step } from '../flow.ts';
import type { Interpreter } from '../interpreter.ts';
import { locate } from '../locate.ts';
import { functionText } from '../print-function.ts';
import { dispatch, findOnPath } from '../simple-command.ts';
import { UsageError } from '../tools/options.ts';

export const KEYWORDS = ['!', '[[', ']]', 'case', 'do', 'done', 'elif', 'else', 'esac', 'fi', 'for', 'function', 'if', 'in', 'select', 'coproc', 'then', 'time', 'until', 'while', '{', '}'];
type Kind = { kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file'; detail: string };

function find(shell: Interpreter, name: string): Kind | undefined {
  const alias = shell.state.flags.expandAliases ? shell.state.aliases.get(name) : undefined;
  if (alias !== undefined) return { kind: 'alias', detail: alias };
  if (KEYWORDS.includes(name)) return { kind: 'keyword', detail: name };
  if (shell.state.functions.has(name)) return { kind: 'function', detail: name };
  if (shell.builtin(name) !== undefined && !PROGRAMS.has(name)) return { kind: 'builtin', detail: name };
  if (!name.includes('/')) return onlyFile(shell, name);
  const stat = shell.files.stat(locate(shell.place, name));
  return stat?.kind === 'file' && (stat.mode & 0o111) !== 0 ? { kind: 'file', detail: name } : undefined;
}

/** What stands in a file of that name: here, the tools. */
function onlyFile(shell: Interpreter, name: string): Kind | undefined {
  if (shell.run.commands.has(name) || PROGRAMS.has(name) || TWINS.has(name)) return { kind: 'file', detail: `/bin/${name}` };
  const path = findOnPath(shell, name);
  return path === undefined ? undefined : { kind: 'file', detail: path };
}

function* command(shell: Interpreter, args: string[]): Step<number> {
  let rest = args;
  let mode: 'run' | 'v' | 'V' = 'run';
  while (rest[0] !== undefined && /^-[pvV]+$/.test(rest[0])) {
    if (rest[0].includes('v')) mode = 'v';
    if (rest[0].includes('V')) mode = 'V';
    rest = rest.slice(1);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length === 0) return 0;
  if (mode === 'run') return yield* later(dispatch(shell, rest, [], true));
  let status = 1;
  for (const name of rest) {
    const found = find(shell, name);
    if (found === undefined) {
      if (mode === 'V') shell.complain(`command: ${name}: not found`);
      continue;
    }
    status = 0;
    if (mode === 'V') shell.print(sentence(shell, name, found));
    else shell.print(found.kind === 'alias' ? `alias ${name}=${quoteText(found.detail)}\n` : `${found.kind === 'file' ? found.detail : name}\n`);
  }
  return status;
}

function sentence(shell: Interpreter, name: string, found: Kind): string {
  switch (found.kind) {
    case 'alias': return `${name} is aliased to \`${found.detail}'\n`;
    case 'keyword': return `${name} is a shell keyword\n`;
    case 'function': {
      const definition = shell.state.functions.get(name);
      return `${name} is a function\n${definition === undefined ? '' : `${functionText(name, definition)}\n`}`;
    }
    case 'builtin': return `${name} is a shell builtin\n`;
    case 'file': return `${name} is ${found.detail}\n`;
  }
}

export const lookupBuiltins: readonly Builtin[] = [
  { name: 'command', summary: 'Run a command past functions, or find it', usage: 'command [-v] NAME [ARGUMENT]...', options: [['-v', 'say what the name stands for'], ['-V', 'the same in a sentence'], ['-p', 'look where standard programs are']], help: 'command -v grep', run: command },
  {
    name: 'type',
    summary: 'Say what a name is',
    usage: 'type [-afptP] NAME...',
    help: 'type ls cd\ntype -t grep   # alias, keyword, function, builtin or file',
    options: [['-t', 'one word'], ['-p', 'the path of a file'], ['-P', 'the path, whatever else the name means'], ['-a', 'everything it means'], ['-f', 'without functions']],
    run(shell, args) {
      let letters = '';
      let index = 0;
      for (; /^-[afptP]+$/.test(args[index] ?? ''); index += 1) letters += args[index];
      if (args[index] === '--') index += 1;
      let status = 0;
      for (const name of args.slice(index)) {
        const found = letters.includes('P') ? onlyFile(shell, name) : find(shell, name);
        if (found === undefined) {
          if (!/[tpP]/.test(letters)) shell.report(`type: ${name}: not found`);
          status = 1;
          continue;
        }
        const all = [found];
        const file = letters.includes('a') && found.kind !== 'file' ? onlyFile(shell, name) : undefined;
        if (file !== undefined) all.push(file);
        for (const each of all) {
          if (letters.includes('t')) shell.print(`${each.kind}\n`);
          else if (/[pP]/.test(letters)) shell.print(each.kind === 'file' ? `${each.detail}\n` : '');
          else shell.print(sentence(shell, name, each));
        }
      }
      return status;
    },
  },
  {
    name: 'which',
    summary: 'Say where a command is',
    usage: 'which NAME...',
    help: 'which ls\nwhich -a echo',
    options: [],
    run(shell, args) {
      let status = args.length === 0 ? 1 : 0;
      for (const name of args) {
        const found = find(shell, name);
        if (found === undefined || found.kind === 'keyword' || found.kind === 'function' || found.kind === 'alias') status = 1;
        else shell.print(`${found.kind === 'builtin' ? `/bin/${name}` : found.detail}\n`);
      }
      return status;
    },
  },
  {
    name: 'alias',
    summary: 'Give a command another name',
    usage: 'alias [NAME[=VALUE]]...',
    options: [['-p', 'print them all']],
    help: "alias ll='ls -la'",
    run(shell, args) {
      const { aliases } = shell.state;
      let status = 0;
      const print = (name: string): void => shell.print(`alias ${name}=${quoteText(aliases.get(name) as string)}\n`);
      if (args.length === 0) for (const name of [...aliases.keys()].sort()) print(name);
      for (const argument of args) {
        const equals = argument.indexOf('=');
        if (equals > 0) {
          const name = argument.slice(0, equals);
          if (/[\s/$`"'=|&;()<>\\]/.test(name)) throw new UsageError(`\`${name}': invalid alias name`, 1);
          aliases.set(name, argument.slice(equals + 1));
        } else if (aliases.has(argument)) print(argument);
        else {
          shell.complain(`alias: ${argument}: not found`);
          status = 1;
        }
      }
      return status;
    },
  },
  {
    name: 'unalias',
    summary: 'Forget an alias',
    usage: 'unalias [-a] NAME...',
    help: 'unalias ll\nunalias -a',
    options: [['-a', 'forget them all']],
    run(shell, args) {
      if (args[0] === '-a') {
        shell.state.aliases.clear();
        return 0;
      }
      let status = 0;
      for (const name of args) {
        if (shell.state.aliases.delete(name)) continue;
        shell.complain(`unalias: ${name}: not found`);
        status = 1;
      }
      return status;
    },
  },
];
