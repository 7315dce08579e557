import type { ArithmeticFor, Case, CompoundList, For, If, Select, While } from 'unbash';
import { readLine } from './builtins/read-line.ts';
import { arithmeticText, evaluateText, expandFields, expandPattern, expandText } from './expand/words.ts';
import { later, LoopExit, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';
import { globOf } from './regex/glob.ts';
import { miscounted } from './run-condition.ts';

/** `if`, `while`, `until`, `for`, `for ((...))`, `select` and `case`. */

/** What one turn answers that ended the loop. */
const ENDED = -1;

/** One turn of a loop: its status, or ENDED. */
function oneTurn(shell: Interpreter, body: CompoundList): Soon<number> {
  const rest = shell.run.turn.breathe(shell.run.cancel);
  if (rest !== undefined) return turnAfter(rest, shell, body);
  try {
    const status = shell.statements(body.commands);
    return typeof status === 'number' ? status : leavable(status);
  } catch (error) {
    return statusOfExit(error);
  }
}

function* turnAfter(rest: Promise<void>, shell: Interpreter, body: CompoundList): Step<number> {
  yield rest;
  try {
    return yield* later(shell.statements(body.commands));
  } catch (error) {
    return statusOfExit(error);
  }
}

function* leavable(steps: Step<number>): Step<number> {
  try {
    return yield* steps;
  } catch (error) {
    return statusOfExit(error);
  }
}

/** @throws what this loop cannot take. */
function statusOfExit(error: unknown): number {
  if (!(error instanceof LoopExit)) throw error;
  if (error.levels > 1) {
    error.levels -= 1;
    throw error;
  }
  return error.kind === 'continue' ? 0 : ENDED;
}

export function runIf(shell: Interpreter, node: If): Soon<number> {
  const condition = shell.condition(node.clause);
  if (typeof condition !== 'number') return restOfIf(shell, node, condition);
  if (condition === 0) return shell.statements(node.then.commands);
  if (node.elif.length > 0) return restOfIf(shell, node, condition);
  return node.else === undefined ? 0 : shell.statements(node.else.commands);
}

function* restOfIf(shell: Interpreter, node: If, condition: Soon<number>): Step<number> {
  if ((yield* later(condition)) === 0) return yield* later(shell.statements(node.then.commands));
  for (const branch of node.elif) {
    if ((yield* later(shell.condition(branch.clause))) === 0) return yield* later(shell.statements(branch.then.commands));
  }
  return node.else === undefined ? 0 : yield* later(shell.statements(node.else.commands));
}

export function* runWhile(shell: Interpreter, node: While): Step<number> {
  let status = 0;
  shell.state.loopDepth += 1;
  try {
    for (;;) {
      let condition: number;
      try {
        const asked = shell.condition(node.clause);
        condition = typeof asked === 'number' ? asked : yield* asked;
      } catch (error) {
        if (statusOfExit(error) === ENDED) return 0;
        continue;
      }
      if ((condition === 0) !== (node.kind === 'while')) return status;
      const turn = oneTurn(shell, node.body);
      status = typeof turn === 'number' ? turn : yield* turn;
      if (status === ENDED) return 0;
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
}

export function* runFor(shell: Interpreter, node: For): Step<number> {
  const words = yield* wordsOf(shell, node);
  let status = 0;
  shell.state.loopDepth += 1;
  try {
    for (const word of words) {
      assignLoopName(shell, node.name.value, word);
      if (shell.state.flags.xtrace && node.wordlist !== undefined) shell.trace(`for ${node.name.value} in ${node.wordlist.map(({ text }) => text).join(' ')}`);
      const turn = oneTurn(shell, node.body);
      status = typeof turn === 'number' ? turn : yield* turn;
      if (status === ENDED) return 0;
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
  return status;
}

function* wordsOf(shell: Interpreter, node: For | Select): Step<string[]> {
  if (node.wordlist === undefined) return shell.state.positional;
  const words: string[] = [];
  for (const word of node.wordlist) yield* later(expandFields(shell, word, words));
  return words;
}

/** A loop over a reference (`declare -n`) sets what it refers to, one name after another. */
function assignLoopName(shell: Interpreter, name: string, word: string): void {
  const variable = shell.state.variables.get(name);
  if (variable?.reference === true) variable.value = word;
  else shell.state.assign(name, word);
}

/** `select`: the list with numbers on standard error, an answer from standard input, until `break` or its end. */
export function* runSelect(shell: Interpreter, node: Select): Step<number> {
  const words = yield* wordsOf(shell, node);
  if (words.length === 0) return 0;
  const { state } = shell;
  let status = 0;
  let showsMenu = true;
  state.loopDepth += 1;
  try {
    for (;;) {
      if (showsMenu) shell.complain(menuOf(words, shell.run.terminal?.columns() ?? 80));
      const line = yield* readLine(shell, state.get('PS3') ?? '#? ');
      if (line === undefined) {
        shell.print('\n');
        return 1;
      }
      // An empty answer shows the list once more.
      showsMenu = line === '';
      if (showsMenu) continue;
      state.assign('REPLY', line);
      state.assign(node.name.value, /^\s*\d+\s*$/.test(line) ? words[Number(line) - 1] ?? '' : '');
      status = yield* later(oneTurn(shell, node.body));
      if (status === ENDED) return 0;
      showsMenu = (state.get('REPLY') ?? '') === '';
    }
  } finally {
    state.loopDepth -= 1;
  }
}

/** In columns, read downwards, as bash sets them; what would fit in one row stands in one column. */
function menuOf(words: readonly string[], columns: number): string {
  const digits = String(words.length).length;
  const items = words.map((word, index) => `${String(index + 1).padStart(digits)}) ${word}`);
  const width = Math.max(...items.map((item) => item.length)) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = items.length <= across ? items.length : Math.ceil(items.length / across);
  return Array.from({ length: rows }, (_, row) =>
    items.filter((_item, index) => index % rows === row).map((item, index, all) => (index === all.length - 1 ? item : item.padEnd(width))).join('')).join('\n');
}

export function* runArithmeticFor(shell: Interpreter, node: ArithmeticFor): Step<number> {
  let status = 0;
  try {
    if (node.initialize !== undefined) yield* later(evaluateText(shell, arithmeticText(node.initialize)));
  } catch (error) {
    return miscounted(shell, '((', error);
  }
  const test = node.test === undefined ? undefined : arithmeticText(node.test);
  const update = node.update === undefined ? undefined : arithmeticText(node.update);
  shell.state.loopDepth += 1;
  try {
    for (;;) {
      if (test !== undefined) {
        try {
          const value = evaluateText(shell, test);
          if ((typeof value === 'string' ? value : yield* value) === '0') return status;
        } catch (error) {
          return miscounted(shell, '((', error);
        }
      }
      const turn = oneTurn(shell, node.body);
      status = typeof turn === 'number' ? turn : yield* turn;
      if (status === ENDED) return 0;
      try {
        const step = update === undefined ? '' : evaluateText(shell, update);
        if (typeof step !== 'string') yield* step;
      } catch (error) {
        return miscounted(shell, '((', error);
      }
    }
  } finally {
    shell.state.loopDepth -= 1;
  }
}

export function* runCase(shell: Interpreter, node: Case): Step<number> {
  const word = expandText(shell, node.word);
  const text = typeof word === 'string' ? word : yield* word;
  if (shell.state.flags.xtrace) shell.trace(`case ${node.word.text} in`);
  const subject = shell.state.flags.nocasematch ? text.toLowerCase() : text;
  let status = 0;
  let falls = false;
  for (const item of node.items) {
    let matches = falls;
    for (let index = 0; index < item.pattern.length && !matches; index += 1) {
      const expanded = expandPattern(shell, item.pattern[index]!);
      const pattern = typeof expanded === 'string' ? expanded : yield* expanded;
      matches = globOf(shell.state.flags.nocasematch ? pattern.toLowerCase() : pattern).matches(subject);
    }
    if (!matches) continue;
    const result = shell.statements(item.body.commands);
    status = typeof result === 'number' ? result : yield* result;
    if (item.terminator !== ';&' && item.terminator !== ';;&') return status;
    falls = item.terminator === ';&';
  }
  return status;
}
