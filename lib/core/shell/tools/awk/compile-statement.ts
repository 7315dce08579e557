import { plain, valueOf, waiting, with1, with2, withAll, type Code, type Steps } from './code.ts';
import type { ExpressionCompiler } from './compile-expression.ts';
import { formatValues } from './format.ts';
import { numberText } from './number-text.ts';
import { sortedKeys } from './sort-array.ts';
import type { Expression, Redirection, Statement } from './syntax.ts';
import { compare, type Value } from './value.ts';

/** How a statement ended. */
export const DONE = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export const NEXT = 3;
export const NEXT_FILE = 4;
export const EXIT = 5;
export const RETURN = 6;

/** `next`, `nextfile` and `exit` in a function end all that called it. */
export class Leave extends Error {
  constructor(readonly how: number) {
    super('left');
  }
}

/** @param isInFunction there `next` and `exit` must leave the callers too. */
export function compileStatement(compiler: ExpressionCompiler, node: Statement, isInFunction: boolean): Code<number> {
  const { machine } = compiler;
  const inner = (statement: Statement): Code<number> => compileStatement(compiler, statement, isInFunction);
  const leave = (how: number): Code<number> => {
    if (!isInFunction) return plain(() => how);
    return plain(() => {
      throw new Leave(how);
    });
  };
  switch (node.kind) {
    case 'block': return inOrder(node.body.map(inner));
    case 'expression': return with1(compiler.expression(node.value), () => DONE);
    case 'print': case 'printf': return print(compiler, node.kind, node.args, node.to);
    case 'if': {
      const test = compiler.truth(node.test);
      const then = inner(node.yes);
      const otherwise = node.no === undefined ? plain(() => DONE) : inner(node.no);
      if (test.waits || then.waits || otherwise.waits) {
        return waiting(function* () {
          return (yield* valueOf(test)) ? yield* valueOf(then) : yield* valueOf(otherwise);
        });
      }
      const [isSo, first, second] = [test.run, then.run, otherwise.run];
      return plain(() => (isSo() ? first() : second()));
    }
    case 'while': return loop(compiler, undefined, compiler.truth(node.test), undefined, inner(node.body), false);
    case 'do': return loop(compiler, undefined, compiler.truth(node.test), undefined, inner(node.body), true);
    case 'for': {
      const part = (statement: Statement | undefined): Code<number> | undefined => (statement === undefined ? undefined : inner(statement));
      const test = node.test === undefined ? plain(() => true) : compiler.truth(node.test);
      return loop(compiler, part(node.start), test, part(node.step), inner(node.body), false);
    }
    case 'each': {
      const array = compiler.array(node.array);
      const procinfo = compiler.array('PROCINFO');
      const { store } = compiler.place({ kind: 'name', name: node.name });
      const body = inner(node.body);
      return waiting(function* () {
        const values = array();
        for (const key of sortedKeys(values, machine.text(procinfo().get('sorted_in')), machine.settings.convfmt)) {
          store(0, key);
          const how = body.waits ? yield* body.steps() : body.run();
          if (how === BREAK) break;
          if (how > CONTINUE) return how;
          const due = machine.tick();
          if (due !== undefined) yield due;
        }
        return DONE;
      });
    }
    case 'switch': {
      const value = compiler.expression(node.value);
      const cases = node.cases.map(({ test, body }) => ({ test, code: test === undefined || test.kind === 'regex' ? undefined : compiler.expression(test), body: inOrder(body.map(inner)) }));
      return waiting(function* () {
        const subject = yield* valueOf(value);
        let from = -1;
        for (const [index, { test, code }] of cases.entries()) {
          if (test === undefined) continue;
          const fits = test.kind === 'regex'
            ? machine.matcher(test.source).test(machine.text(subject))
            : compare(subject, yield* valueOf(code as Code<Value>), machine.settings.convfmt) === 0;
          if (!fits) continue;
          from = index;
          break;
        }
        if (from < 0) from = cases.findIndex(({ test }) => test === undefined);
        if (from < 0) return DONE;
        for (const { body } of cases.slice(from)) {
          const how = yield* valueOf(body);
          if (how === BREAK) return DONE;
          if (how !== DONE) return how;
        }
        return DONE;
      });
    }
    case 'break': return plain(() => BREAK);
    case 'continue': return plain(() => CONTINUE);
    case 'next': return leave(NEXT);
    case 'nextfile': return leave(NEXT_FILE);
    case 'exit': {
      const done = leave(EXIT) as { run: () => number };
      if (node.value === undefined) return plain(done.run);
      return with1(compiler.number(node.value), (status) => {
        machine.status = Math.trunc(status) & 0xff;
        return done.run();
      });
    }
    case 'return': {
      if (node.value === undefined) return plain(() => RETURN);
      return with1(compiler.expression(node.value), (value) => {
        machine.returned = value;
        return RETURN;
      });
    }
    case 'delete': {
      const array = compiler.array(node.array);
      if (node.subscripts === undefined) {
        return plain(() => {
          array().clear();
          return DONE;
        });
      }
      return with1(compiler.subscript(node.subscripts), (key) => {
        array().delete(key);
        return DONE;
      });
    }
  }
}

function inOrder(codes: readonly Code<number>[]): Code<number> {
  const [only, second] = codes;
  if (only === undefined) return plain(() => DONE);
  if (second === undefined) return only;
  if (codes.some((code) => code.waits)) {
    return waiting(function* () {
      for (const code of codes) {
        const how = code.waits ? yield* code.steps() : code.run();
        if (how !== DONE) return how;
      }
      return DONE;
    });
  }
  const runs = codes.map((code) => (code as { run: () => number }).run);
  return plain(() => {
    for (const run of runs) {
      const how = run();
      if (how !== DONE) return how;
    }
    return DONE;
  });
}

function loop(
  { machine }: ExpressionCompiler,
  start: Code<number> | undefined,
  test: Code<boolean>,
  step: Code<number> | undefined,
  body: Code<number>,
  bodyFirst: boolean,
): Code<number> {
  return waiting(function* (): Steps<number> {
    if (start !== undefined) yield* valueOf(start);
    for (let isFirst = bodyFirst; ; isFirst = false) {
      if (!isFirst && !(test.waits ? yield* test.steps() : test.run())) return DONE;
      const how = body.waits ? yield* body.steps() : body.run();
      if (how === BREAK) return DONE;
      if (how > CONTINUE) return how;
      if (step !== undefined) {
        if (step.waits) yield* step.steps();
        else step.run();
      }
      const due = machine.tick();
      if (due !== undefined) yield due;
    }
  });
}

function print(compiler: ExpressionCompiler, kind: 'print' | 'printf', args: readonly Expression[], to: Redirection | undefined): Code<number> {
  const { machine } = compiler;
  const { streams } = machine;
  const text = kind === 'print' ? printed(compiler, args) : formatted(compiler, args);
  if (to === undefined) {
    return with1(text, (line) => {
      streams.print(line);
      return DONE;
    });
  }
  return with2(text, compiler.text(to.target), (line, name) => {
    streams.printTo(to.kind, name, line);
    return DONE;
  });
}

function printed(compiler: ExpressionCompiler, args: readonly Expression[]): Code<string> {
  const { machine } = compiler;
  const { record, settings } = machine;
  const shown = (node: Expression): Code<string> => {
    if (node.kind === 'string' || node.kind === 'field' || node.kind === 'concat') return compiler.text(node);
    return with1(compiler.expression(node), (value) => (typeof value === 'number' ? numberText(value, machine.outputFormat) : machine.text(value)));
  };
  const [first, second] = args;
  if (first === undefined) return plain(() => record.text + machine.outputRecordSeparator);
  if (second === undefined) return with1(shown(first), (text) => text + machine.outputRecordSeparator);
  return withAll(args.map(shown), (texts) => texts.join(settings.outputSeparator) + machine.outputRecordSeparator);
}

function formatted(compiler: ExpressionCompiler, args: readonly Expression[]): Code<string> {
  const { machine } = compiler;
  const [format, ...values] = args;
  const codes = values.map((value) => compiler.expression(value));
  return with2(compiler.text(format as Expression), withAll(codes, (all) => all), (text, all) => formatValues(text, all, machine.settings.convfmt));
}
