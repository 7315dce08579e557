import type { CommandContext } from '../../command.ts';
import { bind, PAUSE, type Env } from './code.ts';
import { Compiler } from './compile.ts';
import { Machine } from './machine.ts';
import { parseFilter } from './parse.ts';
import { Break, fail, JqError, type Value } from './value.ts';

/** A filter that is ready to run, over one input after another. */
export interface Filter {
  machine: Machine;
  /** Calls `use` with each result; what it answers is awaited. @throws JqError, Halt */
  run(input: Value, use: (value: Value) => Promise<void> | undefined): Promise<void>;
}

/**
 * @param variables `$name`s and their values.
 * @throws JqSyntaxError
 */
export function createFilter(context: CommandContext, source: string, variables: readonly (readonly [name: string, value: Value])[]): Filter {
  const machine = new Machine(context);
  const { definitions, body } = parseFilter(source);
  let code: ReturnType<Compiler['program']>;
  try {
    code = new Compiler(machine).program(definitions, body, variables.map(([name]) => name));
  } catch (error) {
    throw asTooDeep(error);
  }
  const root: Env = variables.reduce<Env>((env, [, value]) => bind(env, value), { value: null, code: undefined, env: undefined, parent: undefined });
  return {
    machine,
    async run(input, use) {
      try {
        for (const value of code.many(root, input)) {
          if (value === PAUSE) await machine.pending;
          else {
            const written = use(value as Value);
            if (written !== undefined) await written;
          }
        }
      } catch (error) {
        if (error instanceof Break) fail('break');
        throw asTooDeep(error);
      }
    },
  };
}

/** The stack of the page ends before our own bounds where values or filters are nested in odd ways. */
function asTooDeep(error: unknown): unknown {
  return error instanceof RangeError && /call stack/i.test(error.message) ? new JqError('the filter or its values are nested too deeply; make them flatter') : error;
}
