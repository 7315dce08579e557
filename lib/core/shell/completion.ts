import type { Files } from '../fs/files.ts';
import { joinPath } from '../fs/path.ts';
import { KEYWORDS } from './builtins/lookup.ts';
import { locate } from './locate.ts';
import { quoteText } from './quote.ts';

export interface Completion {
  start: number;
  candidates: { text: string; display: string; kind: 'command' | 'file' | 'directory' | 'variable' }[];
}

interface Known {
  files: Files;
  cwd: string;
  home: string;
  commands: readonly string[];
  variables: readonly string[];
  /** First arguments that a command knows (`sync log`); undefined when it takes files. */
  verbs: (command: string) => readonly string[] | undefined;
}

const STARTERS = new Set(['', '|', '&', ';', '(', '{', '\n', '`']);
const BEFORE_COMMAND = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', 'time', 'sudo', 'xargs', 'exec', 'command', 'builtin', '{', 'type', 'which', 'help']);

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

/** What could stand at `cursor`, sorted by name. */
export function completeLine(source: string, cursor: number, known: Known): Completion {
  const { start, quote, value, before, previous, first } = scan(source.slice(0, cursor));
  const variable = /\$(\{?)([A-Za-z_][A-Za-z0-9_]*)?$/.exec(source.slice(start, cursor));
  if (variable !== null && quote !== "'") {
    const [whole, brace, name = ''] = variable;
    return {
      start: cursor - whole.length,
      candidates: [...new Set(known.variables)].filter((key) => key.startsWith(name)).sort()
        .map((key) => ({ text: `$${brace}${key}${brace === '' ? '' : '}'}`, display: key, kind: 'variable' })),
    };
  }
  const isCommand = (STARTERS.has(before) && previous === '') || (before === ' ' && BEFORE_COMMAND.has(previous));
  if (isCommand && !value.includes('/') && !value.startsWith('~')) {
    const words = previous === 'help' || previous === 'which' ? known.commands : [...known.commands, ...KEYWORDS.filter((word) => /^[a-z]{2,}$/.test(word))];
    const names = [...new Set(words)].filter((name) => name.startsWith(value) && name !== '[' && name !== ':' && name !== '.');
    return { start, candidates: names.sort().map((name) => ({ text: name, display: name, kind: 'command' })) };
  }
  const verbs = previous === first ? known.verbs(first) : undefined;
  if (verbs !== undefined && quote === '') {
    return { start, candidates: verbs.filter((verb) => verb.startsWith(value)).sort().map((verb) => ({ text: verb, display: verb, kind: 'command' })) };
  }
  return { start, candidates: fileCandidates(value, quote, known, first === 'cd' || first === 'rmdir', ON_LINKS.has(first)) };
}

function fileCandidates(written: string, quote: string, known: Known, onlyDirectories: boolean, namesLinks: boolean): Completion['candidates'] {
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
  return entries
    .filter(({ name }) => name.startsWith(stem) && (stem.startsWith('.') || !name.startsWith('.')))
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
