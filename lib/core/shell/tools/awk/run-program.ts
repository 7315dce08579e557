import type { CommandContext } from '../../command.ts';
import { drive, valueOf, type Code, type Steps } from './code.ts';
import { ExpressionCompiler, type CompiledFunction } from './compile-expression.ts';
import { compileStatement, DONE, EXIT, Leave, NEXT_FILE } from './compile-statement.ts';
import { Machine } from './machine.ts';
import { MainInput } from './main-input.ts';
import { WAIT } from './record-reader.ts';
import { resolveNames } from './resolve.ts';
import { AwkError, type Program, type Rule } from './syntax.ts';
import { fromInput, toNumber } from './value.ts';

export interface ProgramOptions {
  /** After the program: files and `name=value`. */
  operands: readonly string[];
  /** Of `-v`, in order. */
  assignments: readonly { name: string; value: string }[];
  fieldSeparator: string | undefined;
  isCsv: boolean;
}

/** A rule for records, compiled; it answers how its action ended. */
type RecordRule = Code<number>;

/** Compiles a program and runs it. @throws AwkError */
export async function runProgram(context: CommandContext, program: Program, options: ProgramOptions): Promise<number> {
  const machine = new Machine(context, options.isCsv);
  const names = resolveNames(program);
  const functions = new Map<string, CompiledFunction>();
  for (const [name, each] of names.functions) functions.set(name, { names: each, body: undefined });
  const slots = { values: new Map<string, number>(), arrays: new Map<string, number>() };
  const compiler = new ExpressionCompiler(machine, names, functions, slots, undefined);
  for (const [name, compiled] of functions) {
    const inside = new ExpressionCompiler(machine, names, functions, slots, compiled.names);
    const definition = program.functions.get(name);
    if (definition !== undefined) compiled.body = compileStatement(inside, definition.body, true);
  }
  const assign = (name: string, text: string): void => compiler.place({ kind: 'name', name }).store(0, fromInput(text));
  const [argv, environment, information] = [compiler.array('ARGV'), compiler.array('ENVIRON'), compiler.array('PROCINFO')];
  ['awk', ...options.operands].forEach((operand, index) => argv().set(String(index), fromInput(operand)));
  for (const [name, value] of Object.entries(context.env)) environment().set(name, fromInput(value));
  information().set('version', '5.2.1');
  const argc = compiler.place({ kind: 'name', name: 'ARGC' });
  argc.store(0, options.operands.length + 1);
  const fileName = compiler.place({ kind: 'name', name: 'FILENAME' });
  if (options.fieldSeparator !== undefined) machine.setSpecial('FS', options.fieldSeparator);
  for (const { name, value } of options.assignments) assign(name, value);

  const actions = (kind: 'BEGIN' | 'END' | 'BEGINFILE' | 'ENDFILE'): Code<number>[] =>
    program.rules.filter((rule) => rule.pattern.kind === kind).flatMap(({ body }) => (body === undefined ? [] : [compileStatement(compiler, body, false)]));
  const [begins, ends, fileBegins, fileEnds] = [actions('BEGIN'), actions('END'), actions('BEGINFILE'), actions('ENDFILE')];
  const recordRules = program.rules.map((rule) => compileRule(compiler, rule)).filter((rule) => rule !== undefined);
  const usesTerminator = slots.values.has('RT');
  const terminator = compiler.place({ kind: 'name', name: 'RT' });
  const inTurn = (codes: readonly Code<number>[]): (() => Steps<number>) | undefined => codes.length === 0 ? undefined : function* () {
    for (const code of codes) {
      const how = yield* valueOf(code);
      if (how === EXIT) throw new Leave(EXIT);
    }
    return DONE;
  };
  const input = new MainInput(machine, argv, () => toNumber(argc.load(0)), {
    assign: (name, text) => assign(name, text),
    setFileName: (name) => fileName.store(0, name),
    fileBegins: inTurn(fileBegins),
    fileEnds: inTurn(fileEnds),
  });
  machine.nextRecord = () => input.read();

  /** Runs code to its end; answers how it ended, also when a function left. */
  const perform = async (code: Code<number> | (() => Steps<number>)): Promise<number> => {
    try {
      if (typeof code === 'function') return await drive(code());
      return code.waits ? await drive(code.steps()) : code.run();
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      machine.frame = [];
      machine.depth = 0;
      return error.how;
    }
  };

  /** All rules on the current record. A promise only if one had to wait. */
  const applyRules = (from: number): number | Promise<number> => {
    try {
      for (let index = from; index < recordRules.length; index += 1) {
        const rule = recordRules[index] as RecordRule;
        let how: number;
        if (rule.waits) {
          const result = drive(rule.steps());
          if (result instanceof Promise) return finishRules(result, index + 1);
          how = result;
        } else how = rule.run();
        if (how !== DONE) return how;
      }
      return DONE;
    } catch (error) {
      return leftBy(error);
    }
  };
  const leftBy = (error: unknown): number => {
    if (!(error instanceof Leave)) throw error;
    machine.frame = [];
    machine.depth = 0;
    return error.how;
  };
  const finishRules = async (pending: Promise<number>, next: number): Promise<number> => {
    let how: number;
    try {
      how = await pending;
    } catch (error) {
      return leftBy(error);
    }
    return how === DONE ? await applyRules(next) : how;
  };

  const readRecords = async (): Promise<number> => {
    for (;;) {
      let record: string | typeof WAIT | undefined = input.poll();
      if (record === WAIT) {
        try {
          record = await drive(input.read());
        } catch (error) {
          return leftBy(error);
        }
        if (record === undefined) return DONE;
      }
      machine.accept(record as string);
      if (usesTerminator) terminator.store(0, input.terminator);
      const result = applyRules(0);
      const how = result instanceof Promise ? await result : result;
      if (how === EXIT) return EXIT;
      if (how === NEXT_FILE) await drive(input.leaveFile());
      const due = machine.tick();
      if (due !== undefined) await due;
    }
  };

  try {
    let how: number = DONE;
    for (const code of begins) {
      how = await perform(code);
      if (how === EXIT) break;
    }
    if (how !== EXIT && (recordRules.length > 0 || ends.length > 0 || fileBegins.length > 0 || fileEnds.length > 0)) how = await readRecords();
    // `exit` skips what is left, but not END; in END it ends all.
    for (const code of ends) if ((await perform(code)) === EXIT) break;
    await machine.streams.closeAll();
    return machine.status;
  } catch (error) {
    // What was printed before the mistake stays printed.
    if (error instanceof AwkError) await machine.streams.closeAll();
    else machine.streams.abandon();
    throw error;
  }
}

/** Pattern and action as one; undefined for BEGIN and its like. */
function compileRule(compiler: ExpressionCompiler, { pattern, body }: Rule): RecordRule | undefined {
  const compiled = (): Code<number> => compileStatement(compiler, body ?? { kind: 'print', args: [], to: undefined }, false);
  if (pattern.kind === 'always') return compiled();
  if (pattern.kind === 'expression') return guarded(compiler.truth(pattern.test), compiled());
  if (pattern.kind !== 'range') return undefined;
  const action = compiled();
  const [begins, ends] = [compiler.truth(pattern.from), compiler.truth(pattern.to)];
  let isWithin = false;
  if (begins.waits || ends.waits || action.waits) {
    return {
      waits: true,
      *steps() {
        if (!isWithin && !(yield* valueOf(begins))) return DONE;
        isWithin = !(yield* valueOf(ends));
        return yield* valueOf(action);
      },
    };
  }
  return {
    waits: false,
    run() {
      if (!isWithin && !begins.run()) return DONE;
      isWithin = !ends.run();
      return action.run();
    },
  };
}

function guarded(test: Code<boolean>, action: Code<number>): RecordRule {
  if (test.waits || action.waits) {
    return {
      waits: true,
      *steps() {
        return (yield* valueOf(test)) ? yield* valueOf(action) : DONE;
      },
    };
  }
  const [isSo, run] = [test.run, action.run];
  return { waits: false, run: () => (isSo() ? run() : DONE) };
}
