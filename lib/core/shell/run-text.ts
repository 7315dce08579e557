import type { ParsedScript, Statement } from 'unbash';
import { expandAliases } from './aliases.ts';
import { later, ShellError, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { parseScript, soundLength } from './parse.ts';
import { SourceText } from './source-text.ts';

/**
 * A whole script. An error ends its line and the next line goes on, as bash reads its input; so what stands before a syntax
 * error has run when it is told. Aliases are put in line by line, because a line may define what the next one uses.
 */
export function* runText(shell: Interpreter, source: SourceText): Step<number> {
  const { state } = shell;
  const parsed = parseText(shell, source);
  if ('complaint' in parsed) {
    const length = soundLength(source.text, parsed.line);
    if (length > 0) yield* runText(shell, new SourceText(source.text.slice(0, length), source.file, source.lineAt(0)));
    shell.complain(parsed.complaint);
    return 2;
  }
  const { script, text } = parsed;
  let status = 0;
  let line: Statement[] = [];
  for (const [index, statement] of script.commands.entries()) {
    line.push(statement);
    const next = script.commands[index + 1];
    if (next !== undefined && !text.text.slice(statement.end, next.pos).includes('\n')) continue;
    if (state.flags.verbose) shell.complain(text.text.slice((line[0] as Statement).pos, statement.end));
    state.source = text;
    const aliased = state.flags.expandAliases && state.aliases.size > 0 && text === source ? aliasedLine(shell, text, (line[0] as Statement).pos, next?.pos) : undefined;
    if (aliased === undefined) status = yield* runLine(shell, line);
    else {
      const outcome = parseText(shell, aliased);
      if ('complaint' in outcome) {
        shell.complain(outcome.complaint);
        return 2;
      }
      state.source = outcome.text;
      status = yield* runLine(shell, outcome.script.commands);
    }
    line = [];
  }
  return status;
}

/** The text of a line with its aliases put in; undefined when it has none. */
function aliasedLine(shell: Interpreter, source: SourceText, from: number, to: number | undefined): SourceText | undefined {
  const text = source.text.slice(from, to);
  const changed = expandAliases(text, shell.state.aliases);
  return changed === text ? undefined : new SourceText(changed, source.file, source.lineAt(from));
}

function* runLine(shell: Interpreter, statements: readonly Statement[]): Step<number> {
  try {
    return yield* later(shell.statements(statements));
  } catch (error) {
    if (!(error instanceof ShellError) || error.status === 127) throw error;
    shell.report(error.message);
    shell.state.lastStatus = error.status;
    return error.status;
  }
}

/**
 * The tree of a script and the text that its positions count in: the source, or where that is none without its aliases,
 * the source with all of them put in. After a syntax error: what to say of it, and in which line of the text it is.
 */
function parseText(shell: Interpreter, source: SourceText): { script: ParsedScript; text: SourceText } | { complaint: string; line: number } {
  let outcome = parseScript(source.text);
  let text = source;
  const { aliases, flags } = shell.state;
  if (outcome.kind !== 'ok' && flags.expandAliases && aliases.size > 0) {
    text = new SourceText(expandAliases(source.text, aliases), source.file, source.lineAt(0));
    outcome = parseScript(text.text);
  }
  if (outcome.kind === 'ok') return { script: outcome.script, text };
  const complaint = `${source.file === undefined ? '' : `${source.file}: `}syntax error in line ${outcome.line + source.lineAt(0) - 1}, column ${outcome.column}: ${outcome.message}`;
  return { complaint, line: outcome.line };
}
