import { expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { completeLine } from './completion.ts';
import type { CompletionKnown } from './completion.ts';

const files = createMemoryFiles({ now: () => 0 });
for (const path of ['Music', 'notes', 'notes/deep']) files.makeDirectory(`/home/me/${path}`);
for (const path of ['data.json', 'Notes.md', 'old.ZIP', 'my file', 'notes/a.txt', 'readme', '.hidden', 'über.md']) files.write(`/home/me/${path}`, new Uint8Array());

const known: CompletionKnown = {
  files, cwd: '/home/me', home: '/home/me',
  commands: ['cat', 'cd', 'grep', 'greet', 'help', 'kill', 'ls', 'mfa', 'unset', 'unalias'], variables: ['HOME', 'PATH', 'PWD'], functions: ['greet'], aliases: ['ll'],
  jobs: [{ id: 1, text: 'sleep 100' }, { id: 2, text: 'tail -f log' }],
  summary: (name) => ({ grep: 'Find lines' })[name],
  describe: (name) => ({
    grep: { options: [['-n, --line-number', 'with numbers'], ['-v, --invert-match', 'the other lines'], ['-m, --max-count=N', 'at most N']] as const },
    mfa: { verbs: ['status', ['on', 'ask for a code'], ['off', 'stop asking']] as const },
  })[name],
};

/** The whole line with each candidate put in, with what it says of itself. */
const offered = (line: string) => {
  const { start, candidates } = completeLine(line, line.length, known);
  return candidates.map(({ text, about }) => `${line.slice(0, start)}${text}${about === undefined ? '' : `  (${about})`}`);
};

test('commands with their summaries, where a command can stand', () => {
  expect([offered('gre'), offered('ls | gre'), offered('x=1; gre'), offered('if gre'), offered('help gre')]).toEqual([
    ['greet', 'grep  (Find lines)'], ['ls | greet', 'ls | grep  (Find lines)'], ['x=1; greet', 'x=1; grep  (Find lines)'], ['if greet', 'if grep  (Find lines)'], ['help greet', 'help grep  (Find lines)'],
  ]);
});

test('names of commands after what is asked about commands', () => {
  const asking = ['man', 'apropos', 'whatis', 'help', 'type', 'which', 'command', 'type -a', 'command -v', 'ls; man'];
  expect(asking.map((words) => offered(`${words} gre`))).toEqual(asking.map((words) => [`${words} greet`, `${words} grep  (Find lines)`]));
});

test('options in the form that was begun, with what they do', () => {
  expect([offered('grep -'), offered('grep --i'), offered('ls | grep -m'), offered('grep --max'), offered('cat -')]).toEqual([
    ['grep -n  (with numbers)', 'grep -v  (the other lines)', 'grep -m  (at most N)'], ['grep --invert-match  (the other lines)'], ['ls | grep -m  (at most N)'], ['grep --max-count=  (at most N)'], [],
  ]);
});

test('verbs, jobs, variables, aliases and signals where they belong', () => {
  expect([offered('mfa o'), offered('mfa '), offered('fg '), offered('kill %2'), offered('kill -S'), offered('unset P'), offered('echo $P'), offered('echo "${HO'), offered('unalias '), offered("echo '$P")]).toEqual([
    ['mfa off  (stop asking)', 'mfa on  (ask for a code)'], ['mfa off  (stop asking)', 'mfa on  (ask for a code)', 'mfa status'], ['fg %1  (sleep 100)', 'fg %2  (tail -f log)'], ['kill %2  (tail -f log)'], ['kill -STOP'],
    ['unset PATH', 'unset PWD'], ['echo $PATH', 'echo $PWD'], ['echo "${HOME}'], ['unalias ll'], [],
  ]);
});

test('paths: what begins so, else in the other case, else anywhere; only what the command can use', () => {
  expect([offered('cat no'), offered('cat NO'), offered('cat eadm'), offered('cat notes/'), offered('cd '), offered('cat .h'), offered('cat my'), offered('cat "my'), offered('jq '), offered('import '), offered('cat u'), offered('cat zzz'), offered('echo >re')]).toEqual([
    ['cat notes/'], ['cat Notes.md', 'cat notes/'], ['cat readme'], ['cat notes/a.txt', 'cat notes/deep/'], ['cd Music/', 'cd notes/'], ['cat .hidden'], ['cat my\\ file'], ['cat "my file"'],
    ['jq Music/', 'jq data.json', 'jq notes/'], ['import Music/', 'import notes/', 'import old.ZIP'], ['cat Music/'], [], ['echo >readme'],
  ]);
});
