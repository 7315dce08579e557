import type { TestExpression } from 'unbash';
import { evaluateNow, expandPattern, expandRegex, expandText } from './expand/words.ts';
import { compareFiles, testUnary } from './builtins/test.ts';
import { ShellError, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { globOf } from './regex/glob.ts';
import { Matcher } from './regex/matcher.ts';
import { parsePosix } from './regex/posix.ts';
import { PatternError } from './regex/pattern.ts';

/** `[[ ... ]]` */
export function* evaluateTest(shell: Interpreter, expression: TestExpression): Step<boolean> {
  switch (expression.type) {
    case 'TestGroup': return yield* evaluateTest(shell, expression.expression);
    case 'TestNot': {
      const value = yield* evaluateTest(shell, expression.operand);
      return expression.negations.length % 2 === 1 ? !value : value;
    }
    case 'TestLogical': {
      for (const operand of expression.operands) {
        const value = yield* evaluateTest(shell, operand);
        if (value !== (expression.operator === '&&')) return value;
      }
      return expression.operator === '&&';
    }
    case 'TestUnary': {
      const operand = yield* expandText(shell, expression.operand);
      const result = testUnary(shell, expression.operator, operand);
      if (result === undefined) throw new ShellError(`${expression.operator}: conditional operator expected`, 2);
      return result;
    }
    case 'TestBinary': {
      const left = yield* expandText(shell, expression.left);
      const { operator } = expression;
      const fold = (text: string): string => (shell.state.flags.nocasematch ? text.toLowerCase() : text);
      switch (operator) {
        case '=':
        case '==':
        case '!=': {
          const pattern = yield* expandPattern(shell, expression.right);
          return globOf(fold(pattern)).matches(fold(left)) === (operator !== '!=');
        }
        case '=~': return matchRegex(shell, left, yield* expandRegex(shell, expression.right));
      }
      const right = yield* expandText(shell, expression.right);
      switch (operator) {
        case '<': return left < right;
        case '>': return left > right;
        case '-nt':
        case '-ot':
        case '-ef': return compareFiles(shell, left, operator, right);
      }
      const first = BigInt(evaluateNow(shell, left));
      const second = BigInt(evaluateNow(shell, right));
      switch (operator) {
        case '-eq': return first === second;
        case '-ne': return first !== second;
        case '-lt': return first < second;
        case '-le': return first <= second;
        case '-gt': return first > second;
        case '-ge': return first >= second;
        default: throw new ShellError(`${operator}: conditional operator expected`, 2);
      }
    }
  }
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
