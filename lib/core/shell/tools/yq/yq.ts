import { Document, parseAllDocuments, stringify } from 'yaml';
import { FsError } from '../../../fs/files.ts';
import type { Command, CommandContext } from '../../command.ts';
import { locate } from '../../locate.ts';
import { decodeText, encodeText } from '../../text.ts';
import { complain, openNamed, readWhole, TextWriter } from '../files-in.ts';
import { parseOptions, UsageError } from '../options.ts';
import { parseFilter } from '../jq/parse.ts';
import { END, JsonError, JsonReader, MORE } from '../jq/read-json.ts';
import { runFilter } from '../jq/run-filter.ts';
import type { Node } from '../jq/syntax.ts';
import { toJson, type Value } from '../jq/value.ts';
import { writeJson } from '../jq/write-json.ts';
import { fromValue, reconcile, toValue } from './yaml-values.ts';

/**
 * YAML through jq's language: each document is read by the `yaml` package, filtered as JSON, and written as YAML. What a filter
 * changed is put back into the parsed document place by place, so comments stay where nothing changed (mikefarah's yq keeps
 * them the same way, with a language of its own). Rejected: that language; two that differ in small things are one too many.
 */
export const yq: Command = {
  name: 'yq',
  summary: 'Filter and change YAML, with the language of jq',
  usage: "yq [-i] [-r] [-o json|yaml] [-p yaml|json] ['FILTER'] [FILE]...",
  help: [
    "yq '.services.web.image' compose.yaml",
    "yq '.services | keys' compose.yaml",
    "yq -i '.version = \"2\"' config.yaml             # change the file; comments stay",
    "yq -i 'del(.services.old)' compose.yaml",
    "yq -o json . config.yaml                       # YAML to JSON",
    "yq -p json . data.json                         # JSON to YAML",
    "yq -n '{a: [1, 2]}'                            # YAML from nothing",
  ].join('\n'),
  options: [
    ['-i, --inplace', 'put the result into the file instead of printing it'],
    ['-o, --output-format=FORMAT', 'yaml (as it is without) or json'],
    ['-p, --input-format=FORMAT', 'yaml (as it is without) or json, which YAML reads too'],
    ['-r, --unwrapScalar', 'strings without quotes, also as JSON'],
    ['-j, --tojson', 'as -o json'],
    ['-I, --indent=N', 'indent with N spaces instead of 2'],
    ['-n, --null-input', 'run once, on null'],
    ['-e, --exit-status', 'status 1 when the last result is null or false'],
  ],
  section: 'text',
  run,
};

interface Source {
  name: string;
  documents: Document[];
  /** Perhaps: there is a # in it. */
  hasComments: boolean;
}

interface Settings {
  filter: string;
  isJson: boolean;
  isRaw: boolean;
  indent: number;
  hasNoInput: boolean;
  showsStatus: boolean;
}

async function run(context: CommandContext): Promise<number> {
  const options = parseOptions(context.args, {
    short: 'io:p:rjI:nePMC',
    long: { inplace: 'i', 'output-format': 'o', 'input-format': 'p', unwrapScalar: 'r', tojson: 'j', indent: 'I', 'null-input': 'n', 'exit-status': 'e', prettyPrint: 'P', 'no-colors': 'M', colors: 'C' },
    status: 2,
  });
  const operands = [...options.operands];
  if (/^(?:e|ea|eval|eval-all)$/.test(operands[0] ?? '')) operands.shift();
  const format = (letter: string): string => {
    const name = options.value(letter) ?? 'yaml';
    if (/^(?:y|ya?ml|j|json)$/.test(name)) return name[0] as string;
    throw new UsageError(`unknown format '${name}'; yaml and json are known`, 2);
  };
  const isFile = (name: string): boolean => context.files.stat(locate(context, name))?.kind === 'file';
  // `yq config.yaml` prints the file.
  const filter = operands.length === 1 && isFile(operands[0] as string) ? '.' : operands.shift() ?? '.';
  const isInPlace = options.has('i');
  const settings: Settings = {
    filter,
    isJson: options.has('j') || format('o') === 'j' || (options.value('o') === undefined && format('p') === 'j' && isInPlace),
    isRaw: options.has('r'),
    indent: Math.min(16, Math.max(1, Number.parseInt(options.value('I') ?? '2', 10) || 2)),
    hasNoInput: options.has('n'),
    showsStatus: options.has('e'),
  };
  if (isInPlace && (operands.length === 0 || settings.hasNoInput)) throw new UsageError('-i needs a file to change', 2);
  if (settings.hasNoInput) return filterSource(context, { name: '-', documents: [], hasComments: false }, settings, false);
  let status = 0;
  for (const name of operands.length === 0 ? ['-'] : operands) {
    const source = await readSource(context, name, format('p') === 'j');
    const ended = source === undefined ? 1 : await filterSource(context, source, settings, isInPlace);
    if (ended !== 0) status = ended;
  }
  return status;
}

/** Undefined where it can't be read; that has been said. */
async function readSource(context: CommandContext, name: string, isJson: boolean): Promise<Source | undefined> {
  try {
    const text = decodeText(await readWhole(openNamed(context, name).chunks));
    if (isJson) {
      const reader = new JsonReader();
      reader.push(text);
      reader.end();
      const documents: Document[] = [];
      for (let value = reader.next(); value !== END && value !== MORE; value = reader.next()) documents.push(new Document(fromValue(value)));
      return { name, documents, hasComments: false };
    }
    const parsed = parseAllDocuments(text, { keepSourceTokens: false });
    const documents: Document[] = Array.isArray(parsed) ? [...parsed] : [];
    for (const { errors } of documents) {
      const [error] = errors;
      if (error === undefined) continue;
      await complain(context, `${name}: ${error.message.split('\n')[0]?.replace(/:$/, '')}`);
      return undefined;
    }
    return { name, documents, hasComments: text.includes('#') };
  } catch (error) {
    if (!(error instanceof FsError || error instanceof JsonError)) throw error;
    await complain(context, `${name}: ${error.message}`);
    return undefined;
  }
}

async function filterSource(context: CommandContext, source: Source, settings: Settings, isInPlace: boolean): Promise<number> {
  const writer = new TextWriter(context);
  const written: string[] = [];
  let at = -1;
  let printed = -1;
  const befores: Value[] = [];
  const values: (readonly [document: number, value: Value])[] = [];
  const inputs = {
    next(): Value | undefined {
      at += 1;
      const document = source.documents[at];
      if (document === undefined) return undefined;
      const value = toValue(document.toJS({ mapAsMap: true }));
      befores[at] = value;
      return value;
    },
    lines: () => 0,
    name: source.name === '-' ? undefined : source.name,
    failed: false,
  };
  const status = await runFilter(context, writer, inputs, {
    filter: settings.filter,
    variables: [],
    hasNoInput: settings.hasNoInput,
    showsStatus: settings.showsStatus,
    print(value) {
      values.push([Math.max(at, 0), value]);
      return undefined;
    },
  });
  // An error leaves the file as it is.
  if (isInPlace && status !== 0) return status;
  for (const [document, value] of values) {
    const isOnly = values.filter(([other]) => other === document).length === 1;
    const { text, isAnew } = textOf(value, source.documents[document], befores[document] ?? null, isOnly, settings);
    if (isAnew && isInPlace && source.hasComments) await complain(context, `${source.name}: written anew, without its comments; they stay where the filter only assigns, e.g. '.a = 1', or deletes`);
    if (printed >= 0 && printed !== document && !settings.isJson) written.push('---\n');
    printed = document;
    written.push(text);
    const rest = context.breathe();
    if (rest !== undefined) await rest;
  }
  if (!isInPlace) {
    await writer.add(written.join(''));
    await writer.flush();
    return status;
  }
  try {
    context.files.write(locate(context, source.name), encodeText(written.join('')));
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    await complain(context, `${source.name}: ${error.message}`);
    return 1;
  }
  return status;
}

function textOf(value: Value, document: Document | undefined, before: Value, isOnly: boolean, settings: Settings): { text: string; isAnew: boolean } {
  const anew = (text: string): { text: string; isAnew: boolean } => ({ text, isAnew: true });
  if (settings.isJson) {
    if (typeof value === 'string' && settings.isRaw) return anew(`${value}\n`);
    if (value === null || typeof value !== 'object') return anew(`${toJson(value)}\n`);
    return anew(`${[...writeJson(value, { indent: ' '.repeat(settings.indent), sortKeys: false, ascii: false, colors: false })].join('')}\n`);
  }
  if (value === null || typeof value !== 'object') return anew(`${typeof value === 'string' ? value : toJson(value)}\n`);
  const layout = { indent: settings.indent, lineWidth: 0 };
  if (document !== undefined && isOnly && changesInPlace(settings.filter) && reconcile(document, before, value)) {
    const text = document.toString(layout);
    return { text: text.startsWith('---\n') ? text.slice(4) : text, isAnew: false };
  }
  return anew(stringify(fromValue(value), layout));
}

/** Whether a filter gives back the whole document, changed; one that picks a part is written without what stood around it. */
const changesInPlace = (filter: string): boolean => keepsDocument(parseFilter(filter).body);

function keepsDocument(node: Node | undefined): boolean {
  if (node === undefined) return true;
  switch (node.kind) {
    case 'identity':
    case 'update': return true;
    case 'call': return ['del', 'delpaths', 'setpath', 'walk', 'with_entries', 'map_values'].includes(node.name);
    case 'pipe': return keepsDocument(node.left) && keepsDocument(node.right);
    case 'as':
    case 'def': return keepsDocument(node.body);
    default: return false;
  }
}
