import type { CommandContext } from '../../command.ts';
import { encodeText } from '../../text.ts';
import { complain, type TextWriter } from '../files-in.ts';
import { createFilter, type Filter } from './filter.ts';
import { Halt } from './halt.ts';
import { JsonError } from './read-json.ts';
import { JqSyntaxError } from './syntax.ts';
import { isTrue, JqError, toJson, type Value } from './value.ts';

/** What gives the filter its inputs. */
export interface InputDocuments {
  /** Undefined at the end. @throws JsonError */
  next(): Value | undefined | Promise<Value | undefined>;
  lines(): number;
  readonly name: string | undefined;
  readonly failed: boolean;
}

export interface RunOptions {
  filter: string;
  variables: readonly (readonly [name: string, value: Value])[];
  hasNoInput: boolean;
  showsStatus: boolean;
  /** Prints one result. */
  print(value: Value): Promise<void> | undefined;
}

/** Compiles a filter and runs it on all inputs. Statuses are jq's: 1 and 4 for -e, 2 for files, 3 for the filter, 5 for an error in it. */
export async function runFilter(context: CommandContext, writer: TextWriter, documents: InputDocuments, options: RunOptions): Promise<number> {
  let filter: Filter;
  try {
    filter = createFilter(context, options.filter, options.variables);
  } catch (error) {
    if (!(error instanceof JqSyntaxError)) throw error;
    const line = options.filter.slice(0, error.at).split('\n').length;
    await complain(context, `error: ${error.message} at <top-level>, line ${line}:\n${options.filter}\n${context.name}: 1 compile error`);
    return 3;
  }
  const { machine } = filter;
  machine.nextInput = () => documents.next();
  machine.inputName = () => documents.name ?? null;
  machine.inputLine = () => documents.lines();
  let status = 0;
  let last: Value | undefined;
  const use = (value: Value): Promise<void> | undefined => {
    last = value;
    return options.print(value);
  };
  try {
    for (let isFirst = true; ; isFirst = false) {
      let input: Value | undefined = null;
      if (!options.hasNoInput) {
        const next = documents.next();
        input = next instanceof Promise ? await next : next;
      } else if (!isFirst) break;
      if (input === undefined) break;
      try {
        // As in jq 1.6 the last input decides.
        status = 0;
        await filter.run(input, use);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        status = 5;
        await writer.flush();
        const place = documents.lines() > 0 || !options.hasNoInput ? `${documents.name ?? '<stdin>'}:${documents.lines()}` : '<unknown>';
        await complain(context, typeof error.value === 'string' ? `error (at ${place}): ${error.value}` : `error (at ${place}) (not a string): ${toJson(error.value)}`);
      }
      if (machine.tick()) await machine.pending;
    }
  } catch (error) {
    if (error instanceof Halt) {
      await writer.flush();
      if (error.text !== '') await context.stderr.write(encodeText(error.text));
      return error.status;
    }
    if (!(error instanceof JsonError)) throw error;
    await writer.flush();
    await context.stderr.write(encodeText(`parse error: ${error.message}\n`));
    return PARSE_ERROR;
  }
  await writer.flush();
  if (documents.failed) return 2;
  if (status !== 0 || !options.showsStatus) return status;
  return last === undefined ? 4 : isTrue(last) ? 0 : 1;
}

/** Its manual says 2; jq 1.6 ends with this. */
const PARSE_ERROR = 4;
