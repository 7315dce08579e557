import type { Files } from '../fs/files.ts';
import { joinPath } from '../fs/path.ts';
import type { Candidate } from '../tty/candidate-menu.ts';
import type { Completion } from '../tty/line-reader-options.ts';
import { KEYWORDS } from './builtins/lookup.ts';
import type { Command } from './command.ts';
import { locate } from './locate.ts';
import { quoteText } from './quote.ts';

/**
 * What Tab offers. Where the word stands says what it may be: a command, an option of the command before it, a variable, a job, a
 * verb, else a path. What begins as typed is offered; when nothing does, what begins so in the other case; when nothing does, what
 * has it anywhere.
 */
export interface CompletionKnown {
  files: Files;
  cwd: string;
  home: string;
  /** Every name that can be a command. */
  commands: readonly string[];
  variables: readonly string[];
  functions: readonly string[];
  aliases: readonly string[];
  jobs: readonly { id: number; text: string }[];
  /** What a command says of itself; undefined when there is none, or its code is not here yet. */
  summary: (command: string) => string | undefined;
  /** The same of the command that is being typed, for whose code it is worth to ask. */
  describe: (command: string) => Pick<Command, 'options' | 'verbs'> | undefined;
}

/** The candidates for what was typed; see above. */
function matching<T>(all: readonly T[], typed: string, name: (one: T) => string): T[] {
  const exact = all.filter((one) => name(one).startsWith(typed));
  if (exact.length > 0 || typed === '') return exact;
  const lower = typed.toLowerCase();
  const begins = all.filter((one) => name(one).toLowerCase().startsWith(lower));
  return begins.length > 0 ? begins : all.filter((one) => name(one).toLowerCase().includes(lower));
}

const STARTERS = new Set(['', '|', '&', ';', '(', '{', '\n', '`']);
const BEFORE_COMMAND = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', 'time', 'sudo', 'xargs', 'exec', 'command', 'builtin', '{', 'type', 'which', 'help', 'man', 'apropos', 'whatis', 'watch', 'env', 'nohup', 'eval', 'nice', 'coproc']);

/** Where the word at the end of `text` starts, how it is quoted, and what stood before it. */
function scan(text: string): { start: number; quote: string; value: string; before: string; previous: string; first: string } {
  let start = 0;
  let quote = '';
  let value = '';
  let before = '';
  let previous = '';
  let first = '';
  const endWord = (mark: string, next: number): void => {
    if (value !== '') {
      previous = value;
      if (first === '') first = value;
    }
    if (mark !== ' ') {
      before = mark;
      previous = '';
      if (mark !== '<' && mark !== '>') first = '';
    } else if (value !== '') before = ' ';
    value = '';
    start = next;
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (quote === "'") {
      if (character === "'") quote = '';
      else value += character;
    } else if (character === '\\' && at + 1 < text.length) {
      value += text[at + 1];
      at += 1;
    } else if (quote === '"') {
      if (character === '"') quote = '';
      else value += character;
    } else if (character === "'" || character === '"') quote = character;
    else if (character === ' ' || character === '\t') endWord(' ', at + 1);
    else if ('|&;(\n`<>'.includes(character)) endWord(character, at + 1);
    else if (character === '=' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) {
      start = at + 1;
      value = '';
      before = '=';
    } else value += character;
  }
  return { start, quote, value, before, previous, first };
}

const quoted = (text: string, quote: string): string =>
  quote === "'" ? text.replaceAll("'", "'\\''")
    : quote === '"' ? text.replace(/["$`\\]/g, '\\$&')
      : text.replace(/[\s"'$`\\|&;()<>*?[\]{}!#]/g, '\\$&');

/** Commands that act on a link itself, for which a `/` behind its name would be wrong. */
const ON_LINKS = new Set(['rm', 'mv', 'readlink', 'unlink', 'ln']);

/** Commands after which names of a certain kind come. */
const DIRECTORIES = new Set(['cd', 'rmdir', 'pushd']);
const COMMANDS = new Set(['help', 'man', 'apropos', 'whatis', 'which', 'type', 'command', 'builtin', 'hash']);
const VARIABLES = new Set(['unset', 'export', 'readonly', 'declare', 'typeset', 'local', 'read', 'mapfile', 'readarray']);
const JOBS = new Set(['fg', 'bg', 'kill', 'wait', 'disown', 'jobs']);
/** Files that a command can use; others are offered only when there are none of these. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  unzip: /\.zip$/i, import: /\.zip$/i, gunzip: /\.t?gz$/i, zcat: /\.t?gz$/i, zless: /\.gz$/i, zmore: /\.gz$/i, zgrep: /\.gz$/i, zegrep: /\.gz$/i, zfgrep: /\.gz$/i, zdiff: /\.gz$/i, zcmp: /\.gz$/i, bunzip2: /\.bz2$/i, md: /\.(md|markdown)$/i, bash: /\.(sh|bash)$/i, sh: /\.sh$/i,
  jq: /\.json$/i, yq: /\.ya?ml$/i, patch: /\.(patch|diff)$/i,
};

/** What could stand at `cursor`, sorted by name. */
export function completeLine(source: string, cursor: number, known: CompletionKnown): Completion {
  const { start, quote, value, before, previous, first } = scan(source.slice(0, cursor));
  const named = (names: readonly string[], kind: Candidate['kind'], about?: (name: string) => string | undefined): Completion => ({
    start,
    candidates: matching([...new Set(names)].sort(), value, (name) => name).map((name) => {
      const words = about?.(name);
      return words === undefined || words === '' ? { text: name, display: name, kind } : { text: name, display: name, kind, about: words };
    }),
  });
  const variable = /\$(\{?)([A-Za-z_][A-Za-z0-9_]*)?$/.exec(source.slice(start, cursor));
  if (variable !== null && quote !== "'") {
    const [whole, brace, name = ''] = variable;
    return {
      start: cursor - whole.length,
      candidates: matching([...new Set(known.variables)].sort(), name, (key) => key)
        .map((key) => ({ text: `$${brace}${key}${brace === '' ? '' : '}'}`, display: key, kind: 'variable' })),
    };
  }
  const isCommand = (STARTERS.has(before) && previous === '') || (before === ' ' && BEFORE_COMMAND.has(previous));
  if (isCommand && !value.includes('/') && !value.startsWith('~')) {
    const words = COMMANDS.has(previous) ? known.commands : [...known.commands, ...KEYWORDS.filter((word) => /^[a-z]{2,}$/.test(word))];
    return named(words.filter((name) => name !== '[' && name !== ':' && name !== '.'), 'command', known.summary);
  }
  const isTarget = before === '<' || before === '>' || before === '=';
  if (!isTarget && quote === '') {
    if (first === 'kill' && value.startsWith('-')) return named(['-TERM', '-INT', '-KILL', '-HUP', '-STOP', '-CONT', '-USR1', '-USR2', '-l'], 'option');
    if (/^[-+]/.test(value)) {
      const options = optionCandidates(known.describe(first)?.options ?? [], value);
      if (options.length > 0) return { start, candidates: options };
    }
    if (JOBS.has(first) && known.jobs.length > 0) {
      const candidates = known.jobs.map(({ id, text }): Candidate => ({ text: `%${id}`, display: `%${id}`, kind: 'job', about: text }))
        .filter(({ text }) => text.startsWith(value) || text.slice(1).startsWith(value));
      if (candidates.length > 0) return { start, candidates };
    }
    if (COMMANDS.has(first)) return named(known.commands, 'command', known.summary);
    if (first === 'unalias' || (first === 'alias' && value !== '')) return named(known.aliases, 'command');
    if (VARIABLES.has(first) && !value.includes('/')) return named(first === 'unset' ? [...known.variables, ...known.functions] : known.variables, 'variable');
    const verbs = previous === first ? known.describe(first)?.verbs : undefined;
    if (verbs !== undefined) {
      const abouts = new Map(verbs.map((verb) => (typeof verb === 'string' ? [verb, undefined] : [verb[0], verb[1]])));
      const offered = named([...abouts.keys()], 'command', (name) => abouts.get(name));
      if (offered.candidates.length > 0) return offered;
    }
  }
  const found = fileCandidates(value, quote, known, DIRECTORIES.has(first) && !isTarget, ON_LINKS.has(first));
  const ending = isTarget ? undefined : ENDINGS[first];
  const usable = ending === undefined ? [] : found.filter(({ kind, display }) => kind === 'directory' || ending.test(display));
  return { start, candidates: usable.some(({ kind }) => kind === 'file') ? usable : found };
}

/** Of `-n, --lines=N` the form that was begun; both forms of an option are one candidate. */
function optionCandidates(options: readonly (readonly [flags: string, about: string])[], typed: string): Candidate[] {
  const found: Candidate[] = [];
  for (const [flags, about] of options) {
    const forms = flags.split(/,\s*|\s+/).filter((form) => /^[-+]/.test(form));
    const form = matching(forms, typed, (one) => one)[0];
    if (form === undefined) continue;
    const text = /^[-+]+[^=[\s]+=?/.exec(form)?.[0] ?? form;
    found.push({ text, display: flags, kind: 'option', about });
  }
  const exact = found.filter(({ text }) => text.startsWith(typed));
  return exact.length > 0 ? exact : found;
}

function fileCandidates(written: string, quote: string, known: CompletionKnown, onlyDirectories: boolean, namesLinks: boolean): Candidate[] {
  const value = written.normalize('NFC');
  const slash = value.lastIndexOf('/');
  const prefix = value.slice(0, slash + 1);
  const stem = value.slice(slash + 1);
  const folder = prefix.startsWith('~/') ? known.home + prefix.slice(1) : prefix;
  let entries;
  let at: string;
  try {
    at = locate(known, folder === '' ? '.' : folder);
    entries = known.files.list(at);
  } catch {
    return [];
  }
  const opening = quote;
  return matching(entries.filter(({ name }) => stem.startsWith('.') || !name.startsWith('.')), stem, ({ name }) => name)
    .map(({ name, kind }) => ({
      name,
      isDirectory: kind === 'directory' || (kind === 'link' && !namesLinks && known.files.stat(joinPath(at, name))?.kind === 'directory'),
    }))
    .filter(({ isDirectory }) => isDirectory || !onlyDirectories)
    .map(({ name, isDirectory }) => {
      const shown = isDirectory ? `${name}/` : name;
      if (quote === '' && /[\n\t]/.test(name)) {
        return { text: quoteText(folder + shown), display: shown.replace(/[\n\t]/g, '?'), kind: isDirectory ? 'directory' as const : 'file' as const };
      }
      const text = prefix.startsWith('~/') && quote === '' ? `~/${quoted(prefix.slice(2) + shown, quote)}` : opening + quoted(prefix + shown, quote);
      return { text: text + (quote !== '' && !isDirectory ? quote : ''), display: shown, kind: isDirectory ? 'directory' as const : 'file' as const };
    });
}
