import type { ArithmeticCommand, TestCommand } from 'unbash';
import { ArithmeticError } from './arithmetic.ts';
import { evaluateText } from './expand/words.ts';
import type { Soon, Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { evaluateTest } from './test-expression.ts';

/** `[[ ... ]]`; wrong arithmetic in it is told, and its status 1. */
export function runTest(shell: Interpreter, node: TestCommand): Soon<number> {
  let isTrue: Soon<boolean>;
  try {
    isTrue = evaluateTest(shell, node.expression);
  } catch (error) {
    return miscounted(shell, '[[', error);
  }
  return typeof isTrue === 'boolean' ? (isTrue ? 0 : 1) : testLater(shell, isTrue);
}

function* testLater(shell: Interpreter, steps: Step<boolean>): Step<number> {
  try {
    return (yield* steps) ? 0 : 1;
  } catch (error) {
    return miscounted(shell, '[[', error);
  }
}

/** `((...))` */
export function runArithmetic(shell: Interpreter, node: ArithmeticCommand): Soon<number> {
  if (shell.state.flags.xtrace) shell.trace(`(( ${node.body} ))`);
  try {
    const value = evaluateText(shell, node.body);
    return typeof value === 'string' ? (value === '0' ? 1 : 0) : arithmeticLater(shell, value);
  } catch (error) {
    return miscounted(shell, '((', error);
  }
}

function* arithmeticLater(shell: Interpreter, steps: Step<string>): Step<number> {
  try {
    return (yield* steps) === '0' ? 1 : 0;
  } catch (error) {
    return miscounted(shell, '((', error);
  }
}

/** The status of `((`, `[[` or `for ((` whose arithmetic is wrong: unlike `$((`, they end nothing but themselves. @throws everything else. */
export function miscounted(shell: Interpreter, construct: string, error: unknown): number {
  if (!(error instanceof ArithmeticError)) throw error;
  shell.report(`${construct}: ${error.message}`);
  return 1;
}
