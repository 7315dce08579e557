import { LanguageDescription, LanguageSupport, StreamLanguage, type StreamParser } from '@codemirror/language';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import type { CodeSpan } from '@/lib/core/shell/command.ts';

/** The languages that have colours, in the editor and in the code blocks of the Markdown reader. Each is fetched at its first use. */
const stream = (load: () => Promise<StreamParser<unknown>>) => async () => new LanguageSupport(StreamLanguage.define(await load()));

export const languages: readonly LanguageDescription[] = [
  LanguageDescription.of({
    name: 'Markdown', alias: ['md'], extensions: ['md', 'markdown', 'mkd'],
    load: async () => (await import('@codemirror/lang-markdown')).markdown({ codeLanguages: (info) => LanguageDescription.matchLanguageName(languages, info, true) }),
  }),
  LanguageDescription.of({ name: 'JavaScript', alias: ['js', 'node', 'jsx'], extensions: ['js', 'mjs', 'cjs', 'jsx'], load: async () => (await import('@codemirror/lang-javascript')).javascript({ jsx: true }) }),
  LanguageDescription.of({ name: 'TypeScript', alias: ['ts'], extensions: ['ts', 'mts', 'cts'], load: async () => (await import('@codemirror/lang-javascript')).javascript({ typescript: true }) }),
  LanguageDescription.of({ name: 'TSX', extensions: ['tsx'], load: async () => (await import('@codemirror/lang-javascript')).javascript({ jsx: true, typescript: true }) }),
  LanguageDescription.of({ name: 'JSON', alias: ['jsonc', 'json5'], extensions: ['json', 'jsonl', 'ndjson', 'map', 'webmanifest'], load: async () => (await import('@codemirror/lang-json')).json() }),
  LanguageDescription.of({ name: 'HTML', alias: ['xhtml', 'svg', 'xml'], extensions: ['html', 'htm', 'xhtml', 'svg', 'vue'], load: async () => (await import('@codemirror/lang-html')).html() }),
  LanguageDescription.of({ name: 'CSS', alias: ['scss', 'less'], extensions: ['css', 'scss', 'less'], load: async () => (await import('@codemirror/lang-css')).css() }),
  LanguageDescription.of({ name: 'Python', alias: ['py'], extensions: ['py', 'pyi', 'pyw'], load: async () => (await import('@codemirror/lang-python')).python() }),
  LanguageDescription.of({ name: 'YAML', alias: ['yml'], extensions: ['yaml', 'yml'], load: async () => (await import('@codemirror/lang-yaml')).yaml() }),
  LanguageDescription.of({
    name: 'Shell', alias: ['sh', 'bash', 'zsh', 'console', 'shell-session'], extensions: ['sh', 'bash', 'zsh', 'ksh'], filename: /^\.(bash|zsh)rc$|^\.(bash_|z)?profile$|^\.bash_(aliases|login|logout)$/,
    load: stream(async () => (await import('@codemirror/legacy-modes/mode/shell')).shell),
  }),
  LanguageDescription.of({ name: 'TOML', extensions: ['toml'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/toml')).toml) }),
  LanguageDescription.of({ name: 'INI', alias: ['properties', 'conf'], extensions: ['ini', 'properties', 'conf', 'cfg', 'env'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/properties')).properties) }),
  LanguageDescription.of({ name: 'XML', extensions: ['xml', 'xsl', 'xsd', 'plist'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/xml')).xml) }),
  LanguageDescription.of({ name: 'SQL', extensions: ['sql'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/sql')).standardSQL) }),
  LanguageDescription.of({ name: 'Diff', alias: ['patch'], extensions: ['diff', 'patch', 'rej'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/diff')).diff) }),
  LanguageDescription.of({ name: 'Dockerfile', alias: ['docker'], filename: /^Dockerfile/, load: stream(async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile) }),
  LanguageDescription.of({ name: 'Go', alias: ['golang'], extensions: ['go'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/go')).go) }),
  LanguageDescription.of({ name: 'Rust', alias: ['rs'], extensions: ['rs'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/rust')).rust) }),
  LanguageDescription.of({ name: 'Ruby', alias: ['rb'], extensions: ['rb'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby) }),
  LanguageDescription.of({ name: 'Perl', alias: ['pl'], extensions: ['pl', 'pm'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/perl')).perl) }),
  LanguageDescription.of({ name: 'Lua', extensions: ['lua'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/lua')).lua) }),
  LanguageDescription.of({ name: 'C', alias: ['h'], extensions: ['c', 'h'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/clike')).c) }),
  LanguageDescription.of({ name: 'C++', alias: ['cpp', 'cxx'], extensions: ['cpp', 'cc', 'cxx', 'hpp', 'hh'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/clike')).cpp) }),
  LanguageDescription.of({ name: 'Java', extensions: ['java'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/clike')).java) }),
  LanguageDescription.of({ name: 'C#', alias: ['csharp', 'cs'], extensions: ['cs'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/clike')).csharp) }),
  LanguageDescription.of({ name: 'Kotlin', alias: ['kt'], extensions: ['kt', 'kts'], load: stream(async () => (await import('@codemirror/legacy-modes/mode/clike')).kotlin) }),
];

/** By the interpreter that a script names in its first line. */
const INTERPRETERS: readonly [RegExp, string][] = [
  [/\b(ba|z|k|da)?sh\b/, 'sh'], [/\bpython[\d.]*\b/, 'py'], [/\b(node|deno|bun)\b/, 'js'], [/\bperl\b/, 'pl'], [/\bruby\b/, 'rb'], [/\blua\b/, 'lua'],
];

/** The language of a file, by its name, else by the first line of a script; null when there is none for it. */
export function languageOf(path: string, firstLine: string): LanguageDescription | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const byName = LanguageDescription.matchFilename(languages, name);
  if (byName !== null || !firstLine.startsWith('#!')) return byName;
  const found = INTERPRETERS.find(([pattern]) => pattern.test(firstLine));
  return found === undefined ? null : languageNamed(found[1]);
}

/** As a fenced code block names it. */
export function languageNamed(name: string): LanguageDescription | null {
  return name === '' ? null : LanguageDescription.matchLanguageName(languages, name, false);
}

/** The terminal's colours (SGR) for what a piece of code is made of. */
const inTerminal = tagHighlighter([
  { tag: [tags.keyword, tags.tagName, tags.controlKeyword, tags.moduleKeyword], class: '35' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.character], class: '32' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: '33' },
  { tag: [tags.comment, tags.meta, tags.processingInstruction], class: '90' },
  { tag: [tags.definition(tags.variableName), tags.function(tags.variableName), tags.className, tags.heading], class: '34' },
  { tag: [tags.propertyName, tags.attributeName, tags.labelName], class: '36' },
  { tag: [tags.inserted], class: '32' },
  { tag: [tags.deleted, tags.invalid], class: '31' },
]);

/** The code with its colours; undefined for a language that is not known, or cannot be fetched now. */
export async function colourCode(code: string, language: string): Promise<readonly CodeSpan[] | undefined> {
  const support = await languageNamed(language)?.load().catch(() => undefined);
  if (support === undefined) return undefined;
  const spans: CodeSpan[] = [];
  let at = 0;
  highlightTree(support.language.parser.parse(code), inTerminal, (from, to, style) => {
    if (from > at) spans.push({ text: code.slice(at, from), style: '' });
    // Where two apply the first one is the inner one's.
    spans.push({ text: code.slice(from, to), style: style.split(' ')[0] ?? '' });
    at = to;
  });
  if (at < code.length) spans.push({ text: code.slice(at), style: '' });
  return spans;
}
