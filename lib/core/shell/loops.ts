import type { ArithmeticFor, Case, CompoundList, For, While } from 'unbash';
import { arithmeticText, evaluateText, expandFields, expandPattern, expandText } from './expand/words.ts';
import { LoopExit, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { globOf } from './regex/glob.ts';

/** `while`, `until`, `for`, `for ((...))` and `case`. */

/** One turn of a loop; false when the loop ends. */
function* oneTurn(shell: Interpreter, body: CompoundList): Step<{ status: number; goesOn: boolean }> {
  const rest = shell.run.turn.breathe(shell.run.cancel);
  if (rest !== undefined) yield rest;
  try {
    return { status: yield* shell.statements(body.commands), goesOn: true };
  } catch (error) {
    if (!(error instanceof LoopExit)) throw error;
    if (error.levels > 1) {
      error.levels -= 1;
      throw error;
    }
    return { status: 0, goesOn: error.kind === 'continue' };
  }
}

export function* runWhile(shell: Interpreter, node: While): Step<number> {
  let status = 0;
  shell.state.loopDepth += 1;
  try {
    for (;;) {
      let condition: number;
      try {
        condition = yield* shell.condition(node.clause);
      } catch (error) {
        if (!(error instanceof LoopExit)) throw error;
        if (error.levels > 1) {
          error.levels -= 1;
          throw error;
        }
        if (error.kind === 'break') return 0;
        continue;
      }
      if ((condition === 0) !== (node.kind === 'while')) return status;
      const turn = yield* oneTurn(shell, node.body);
      status = turn.status;
      if (!turn.goesOn) return status;
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
}

export function* runFor(shell: Interpreter, node: For): Step<number> {
  let words: string[];
  if (node.wordlist === undefined) words = shell.state.positional;
  else {
    words = [];
    for (const word of node.wordlist) yield* expandFields(shell, word, words);
  }
  let status = 0;
  shell.state.loopDepth += 1;
  try {
    for (const word of words) {
      shell.state.assign(node.name.value, word);
      const turn = yield* oneTurn(shell, node.body);
      status = turn.status;
      if (!turn.goesOn) break;
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
  return status;
}

export function* runArithmeticFor(shell: Interpreter, node: ArithmeticFor): Step<number> {
  let status = 0;
  if (node.initialize !== undefined) yield* evaluateText(shell, arithmeticText(node.initialize));
  shell.state.loopDepth += 1;
  try {
    for (;;) {
      if (node.test !== undefined && (yield* evaluateText(shell, arithmeticText(node.test))) === '0') return status;
      const turn = yield* oneTurn(shell, node.body);
      status = turn.status;
      if (!turn.goesOn) return status;
      if (node.update !== undefined) yield* evaluateText(shell, arithmeticText(node.update));
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
}

export function* runCase(shell: Interpreter, node: Case): Step<number> {
  const text = yield* expandText(shell, node.word);
  const subject = shell.state.flags.nocasematch ? text.toLowerCase() : text;
  let status = 0;
  let falls = false;
  for (const item of node.items) {
    let matches = falls;
    for (let index = 0; index < item.pattern.length && !matches; index += 1) {
      const pattern = yield* expandPattern(shell, item.pattern[index]!);
      matches = globOf(shell.state.flags.nocasematch ? pattern.toLowerCase() : pattern).matches(subject);
    }
    if (!matches) continue;
    status = yield* shell.statements(item.body.commands);
    if (item.terminator !== ';&' && item.terminator !== ';;&') return status;
    falls = item.terminator === ';&';
  }
  return status;
}
