import type { TestExpression } from 'unbash';
import { evaluateNow, expandPattern, expandRegex, expandText } from './expand/words.ts';
import { compareFiles, compareNumbers, testUnary } from './builtins/test.ts';
import { later, ShellError, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { globOf } from './regex/glob.ts';
import { Matcher } from './regex/matcher.ts';
import { parsePosix } from './regex/posix.ts';
import { PatternError } from './regex/pattern.ts';

/** `[[ ... ]]` @param mark `! ` where the term is negated, for `set -x`. */
export function evaluateTest(shell: Interpreter, expression: TestExpression, mark = ''): Soon<boolean> {
  switch (expression.type) {
    case 'TestGroup': return evaluateTest(shell, expression.expression);
    case 'TestNot': {
      const isOdd = expression.negations.length % 2 === 1;
      const value = evaluateTest(shell, expression.operand, isOdd ? '! ' : '');
      return typeof value === 'boolean' ? value !== isOdd : negated(value, isOdd);
    }
    case 'TestLogical': return logical(shell, expression);
    case 'TestUnary': {
      const operand = expandText(shell, expression.operand);
      return typeof operand === 'string' ? judgeUnary(shell, expression.operator, operand, mark) : unaryLater(shell, expression.operator, operand, mark);
    }
    case 'TestBinary': {
      const left = expandText(shell, expression.left);
      if (typeof left !== 'string' || expression.operator === '=~') return binaryLater(shell, expression, left, mark);
      const right = isMatch(expression.operator) ? expandPattern(shell, expression.right) : expandText(shell, expression.right);
      return typeof right === 'string' ? judgeBinary(shell, left, expression.operator, right, mark) : binaryLater(shell, expression, left, mark, right);
    }
  }
}

const isMatch = (operator: string): boolean => operator === '=' || operator === '==' || operator === '!=';

function* negated(steps: Step<boolean>, isOdd: boolean): Step<boolean> {
  return (yield* steps) !== isOdd;
}

function* logical(shell: Interpreter, { operands, operator }: TestExpression & { type: 'TestLogical' }): Step<boolean> {
  for (const operand of operands) {
    const value = yield* later(evaluateTest(shell, operand));
    if (value !== (operator === '&&')) return value;
  }
  return operator === '&&';
}

function* unaryLater(shell: Interpreter, operator: string, operand: Step<string>, mark: string): Step<boolean> {
  return judgeUnary(shell, operator, yield* operand, mark);
}

function* binaryLater(shell: Interpreter, { operator, right }: TestExpression & { type: 'TestBinary' }, left: Soon<string>, mark: string, begun?: Step<string>): Step<boolean> {
  const text = yield* later(left);
  if (operator !== '=~') return judgeBinary(shell, text, operator, yield* later(begun ?? (isMatch(operator) ? expandPattern(shell, right) : expandText(shell, right))), mark);
  const source = yield* expandRegex(shell, right);
  if (shell.state.flags.xtrace) traceTerm(shell, mark, text, operator, source);
  return matchRegex(shell, text, source);
}

function traceTerm(shell: Interpreter, mark: string, ...words: readonly string[]): void {
  shell.trace(`[[ ${mark}${words.map((word) => word || "''").join(' ')} ]]`);
}

function judgeUnary(shell: Interpreter, operator: string, operand: string, mark: string): boolean {
  if (shell.state.flags.xtrace) traceTerm(shell, mark, operator, operand);
  const result = testUnary(shell, operator, operand);
  if (result === undefined) throw new ShellError(`${operator}: conditional operator expected`, 2);
  return result;
}

/** @param right a pattern for `=`, `==` and `!=`. */
function judgeBinary(shell: Interpreter, left: string, operator: string, right: string, mark: string): boolean {
  if (shell.state.flags.xtrace) traceTerm(shell, mark, left, operator, right);
  const fold = (text: string): string => (shell.state.flags.nocasematch ? text.toLowerCase() : text);
  switch (operator) {
    case '=':
    case '==':
    case '!=': return globOf(fold(right)).matches(fold(left)) === (operator !== '!=');
    case '<': return left < right;
    case '>': return left > right;
    case '-nt':
    case '-ot':
    case '-ef': return compareFiles(shell, left, operator, right);
  }
  const result = compareNumbers(BigInt(evaluateNow(shell, left)), operator, BigInt(evaluateNow(shell, right)));
  if (result === undefined) throw new ShellError(`${operator}: conditional operator expected`, 2);
  return result;
}

const expressions = new Map<string, Matcher>();

function matchRegex(shell: Interpreter, text: string, source: string): boolean {
  const key = `${shell.state.flags.nocasematch ? 'i' : ''}:${source}`;
  let matcher = expressions.get(key);
  try {
    if (matcher === undefined) {
      matcher = new Matcher(parsePosix(source, true).pattern, shell.state.flags.nocasematch);
      if (expressions.size >= 100) expressions.clear();
      expressions.set(key, matcher);
    }
    const match = matcher.execGroups(text);
    const variable = shell.state.writable('BASH_REMATCH');
    variable.value = undefined;
    variable.list = match === undefined ? [] : [text.slice(match.start, match.end), ...match.groups.map((group) => group ?? '')];
    return match !== undefined;
  } catch (error) {
    if (error instanceof PatternError) throw new ShellError(`[[: invalid regular expression \`${source}': ${error.message}`, 2);
    throw error;
  }
}
