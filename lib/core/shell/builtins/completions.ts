import type { Builtin } from '../builtin.ts';
import { expandPath } from '../expand/path-expansion.ts';
import type { Interpreter } from '../interpreter.ts';
import { escapeGlob } from '../regex/glob.ts';
import { parseOptions, UsageError } from '../tools/options.ts';
import { KEYWORDS } from './lookup.ts';

/** The letters of `compgen` for its longer names. */
const ACTIONS: Readonly<Record<string, string>> = {
  alias: 'a', builtin: 'b', command: 'c', directory: 'd', export: 'e', file: 'f', function: 'F', job: 'j', keyword: 'k', variable: 'v',
};

function candidates(shell: Interpreter, kind: string, word: string): string[] {
  const { state, run } = shell;
  const paths = (): string[] => expandPath(run.files, state.cwd, `${escapeGlob(word)}*`, { dotglob: word.startsWith('.'), globstar: false, nocaseglob: false });
  switch (kind) {
    case 'a': return [...state.aliases.keys()].sort();
    case 'b': return [...run.builtins.keys()].sort();
    case 'c': return [...new Set([...state.aliases.keys(), ...KEYWORDS, ...state.functions.keys(), ...run.builtins.keys(), ...run.commands.names()])];
    case 'd': return paths().filter((path) => run.files.stat(path.startsWith('/') ? path : `${state.cwd}/${path}`)?.kind === 'directory');
    case 'e': return [...state.variables].filter(([, variable]) => variable.exported).map(([name]) => name).sort();
    case 'f': return paths();
    case 'F': return [...state.functions.keys()].sort();
    case 'j': return shell.jobs.running().map(({ text }) => text.split(' ')[0] as string);
    case 'k': return [...KEYWORDS];
    default: return [...state.variables.keys()].sort();
  }
}

/** Settings of bash's own line editor, found in many a ~/.bashrc: taken, without effect on ours. */
const taken = (name: string, summary: string): Builtin => ({
  name,
  summary: `${summary}; taken and without effect here`,
  usage: `${name} [ARGUMENT]...`,
  help: `${name} ${name === 'bind' ? "'set completion-ignore-case on'" : '-o default ls'}   # Tab completes without it`,
  options: [],
  run: () => 0,
});

export const completionBuiltins: readonly Builtin[] = [
  {
    name: 'compgen',
    summary: 'List what a word could become',
    usage: 'compgen [-abcdefjkv] [-A ACTION] [-W WORDS] [WORD]',
    help: "compgen -W 'start stop status' st\ncompgen -A function\ncompgen -f notes/",
    options: [
      ['-W WORDS', 'these words'], ['-A ACTION', `one of ${Object.keys(ACTIONS).join(', ')}`], ['-a', 'aliases'], ['-b', 'builtins'], ['-c', 'commands'], ['-d', 'directories'],
      ['-e', 'exported variables'], ['-f', 'files'], ['-j', 'jobs'], ['-k', 'keywords'], ['-v', 'variables'],
    ],
    run(shell, args) {
      const options = parseOptions(args, { short: 'abcdefjkvA:W:o:P:S:X:F:C:G:', status: 2 });
      const word = options.operands[0] ?? '';
      const found: string[] = [];
      for (const { letter, value } of options.all) {
        if (letter === 'W') found.push(...value.split(/[ \t\n]+/).filter((each) => each !== ''));
        else if (letter === 'A') {
          const kind = ACTIONS[value];
          if (kind === undefined) throw new UsageError(`${value}: invalid action name`, 2);
          found.push(...candidates(shell, kind, word));
        } else if ('abcdefjkv'.includes(letter)) found.push(...candidates(shell, letter, word));
      }
      const fitting = found.filter((each) => each.startsWith(word));
      const [prefix, suffix] = [options.value('P') ?? '', options.value('S') ?? ''];
      shell.print(fitting.map((each) => `${prefix}${each}${suffix}\n`).join(''));
      return fitting.length > 0 ? 0 : 1;
    },
  },
  taken('complete', 'How arguments are completed'),
  taken('compopt', 'Options of a completion'),
  taken('bind', "Keys of bash's line editor"),
  {
    name: 'suspend',
    summary: 'Stop this shell; there is none under it',
    usage: 'suspend',
    options: [],
    help: 'sleep 100   # Ctrl-Z stops a command',
    run() {
      throw new UsageError('cannot suspend: there is no other shell to go back to', 1);
    },
  },
];
