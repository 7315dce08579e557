import { beforeAll, describe, expect, test } from 'vitest';
import { createMemoryFiles } from '../fs/memory-files.ts';
import { builtins } from './builtins/all.ts';
import { coreCommands } from './core-commands.ts';
import { examplesOf, type ManualEntry } from './manual.ts';
import { isUnfinished, parseScript } from './parse.ts';
import { runInMemory } from './testing/run-in-memory.ts';

/** The manual tells the truth: every command is in it, with examples that parse and options that it takes. */
const entries: ManualEntry[] = [];

beforeAll(async () => {
  for (const builtin of builtins.values()) entries.push({ ...builtin, section: 'shell' });
  for (const command of coreCommands) entries.push(await command.load());
});

test('every command says what it does, how it is used, at least one example, and its options', () => {
  const bare = entries.filter((entry) => entry.summary === '' || entry.usage === '' || examplesOf(entry).length === 0 || entry.options === undefined);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test('help lists every command with its summary, but for second names of those that stand there', async () => {
  const { text, status } = await runInMemory('help');
  const secondNames = [':', '[', 'typeset', 'readarray', '.', 'builtin', 'sh'];
  const missing = entries.filter(({ name, summary }) => !text.split('\n').some((line) => line.trim().startsWith(`${name} `) && line.endsWith(summary)));
  expect([status, missing.map(({ name }) => name).sort()]).toEqual([0, secondNames.sort()]);
});

test('a summary is one line without a full stop, and a usage starts with the name, or the one it is another name of', () => {
  expect(entries.filter(({ summary }) => summary.includes('\n') || summary.endsWith('.')).map(({ name }) => name)).toEqual([]);
  expect(entries.filter(({ name, usage }) => !usage.startsWith(name) && !name.endsWith(usage.split(' ')[0]!)).map(({ name }) => name)).toEqual([]);
});

test('every example parses in our shell', () => {
  const broken: string[] = [];
  for (const entry of entries) {
    const text = examplesOf(entry).join('\n');
    if (isUnfinished(text)) broken.push(`${entry.name}: not complete: ${text}`);
    else if (parseScript(text).kind !== 'ok') broken.push(`${entry.name}: ${text}`);
  }
  expect(broken).toEqual([]);
});

/** What is part of an expression is no option of a parser. */
const EXPRESSIONS = new Set(['find', 'test', '[']);
const BOGUS = '--no-such-option';

/** The flags of `-n, --lines=N`, each with a value if it takes one. */
function flagsOf(text: string): string[][] {
  return text.split(/, (?=-)/).map((part) => {
    const [flag = '', ...values] = part.replace(/\[=.*$/, '').split(/[ =]/);
    return values.length === 0 ? [flag] : part.includes('=') ? [`${flag}=${sample(values[0]!)}`] : [flag, sample(values[0]!)];
  }).filter(([flag]) => /^--?[A-Za-z0-9@][\w-]*(=.*)?$/.test(flag!));
}

function sample(value: string): string {
  return /WHEN/.test(value) ? 'always' : /^(N|COUNT|SECONDS|LEVELS?|WIDTH|NUM|BYTES|LINES)/.test(value) ? '1' : value.includes('|') ? value.split('|')[0]! : '/dev/null';
}

describe('the options that the manual names', () => {
  test('are taken: what a command refuses is the made-up option after them', async () => {
    const files = createMemoryFiles({ now: () => 0 });
    const refused: string[] = [];
    for (const { name, options } of entries) {
      if (EXPRESSIONS.has(name) || options === undefined) continue;
      for (const words of options.flatMap(([flags]) => flagsOf(flags))) {
        const quoted = words.map((word) => `'${word}'`).join(' ');
        const { errors } = await runInMemory(`${name} ${quoted} ${BOGUS}`, { files, signal: AbortSignal.timeout(2_000) });
        const plain = words[0]!.replace(/=.*$/, '');
        const isRefused = errors.split('\n').some((line) =>
          !line.includes(BOGUS) && /invalid option|unrecognized option|unknown option|unknown predicate/.test(line) && (line.includes(plain) || line.includes(`'${plain.slice(1)}'`)));
        if (isRefused) refused.push(`${name} ${words.join(' ')}: ${errors.trim()}`);
      }
    }
    expect(refused).toEqual([]);
  });
});

test('help and man show the same page, and a word leads to a command', async () => {
  const page = await runInMemory('help gzip');
  expect(page.text).toMatch(/^gzip: Pack files\n\n {2}gzip big\.log {14}# makes big\.log\.gz in its place\n/);
  expect(page.text).toContain('\nOptions:\n  -d, --decompress');
  expect((await runInMemory('man gzip')).text).toBe(page.text);
  expect(await runInMemory('man nosuch').then(({ text, errors, status }) => ({ text, errors, status }))).toEqual({ text: '', errors: 'No manual entry for nosuch\n', status: 16 });
  expect((await runInMemory('apropos zip | head -2')).text).toBe((await runInMemory('man -k zip | head -2')).text);
  expect((await runInMemory('whatis ls')).text).toBe('ls (1)               - List files\n');
  expect((await runInMemory('help -s pwd')).text).toMatch(/^pwd: pwd/);
});

test('in the terminal man hands its page to the pager, with bold headings', async () => {
  const shown: string[] = [];
  const terminal = { columns: () => 60, rows: () => 20, ask: () => Promise.reject(new Error('nothing is asked')), edit: async () => {}, clear: () => {}, page: async (text: string, title: string) => void shown.push(title, text) };
  const { text, status } = await runInMemory('man ls', { terminal });
  expect({ text, status, title: shown[0] }).toEqual({ text: '', status: 0, title: 'ls' });
  expect(shown[1]).toMatch(/^\x1b\[1mls\x1b\[0m: List files\n/);
  expect(shown[1]!.split('\n').every((line) => line.replace(/\x1b\[\d*m/g, '').length <= 60 || line.startsWith('  '))).toBe(true);
});
