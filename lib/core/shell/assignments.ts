import { parse, type ArrayValue, type Assignment, type Command } from 'unbash';
import { AssociativeArray } from './associative-array.ts';
import { evaluateNow, expandFields, expandText, indexText } from './expand/words.ts';
import { later, type Soon, type Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';

/** Expands and stores `name=value`, `name[index]=value`, `name=(...)` and their `+=`. */
export function assignValue(shell: Interpreter, assignment: Assignment, makeMap = false): Soon<void> {
  const { name, value, index } = assignment;
  if (value.type !== 'Word') return assignList(shell, assignment, value, makeMap);
  const text = expandText(shell, value, true);
  if (typeof text !== 'string') return assignLater(shell, assignment, text);
  const key = index === undefined ? undefined : indexText(shell, name, index);
  if (typeof key === 'object') return assignLater(shell, assignment, text, key);
  shell.state.assign(name, text, key, assignment.append === true);
  return undefined;
}

function* assignLater(shell: Interpreter, { name, index, append }: Assignment, value: Soon<string>, key?: Step<string>): Step<void> {
  const text = yield* later(value);
  shell.state.assign(name, text, key !== undefined ? yield* key : index === undefined ? undefined : yield* later(indexText(shell, name, index)), append === true);
}

function* assignList(shell: Interpreter, assignment: Assignment, value: ArrayValue, makeMap: boolean): Step<void> {
  const { state } = shell;
  const { name } = assignment;
  const append = assignment.append === true;
  const isMap = makeMap || state.isMap(name);
  const variable = state.writable(name);
  // Expanded before the old value goes: `a=(x "${a[@]}")`.
  const items: { index: string | undefined; text: string; append: boolean }[] = [];
  for (const element of value.elements) {
    const keyed = element.text.startsWith('[') ? keyedElement(element.text) : undefined;
    if (keyed !== undefined) {
      const key = isMap ? yield* later(expandText(shell, keyed.index!)) : keyed.index!.parts === undefined ? keyed.index!.value : yield* later(expandText(shell, keyed.index!));
      items.push({ index: key, text: keyed.value.type === 'Word' ? yield* later(expandText(shell, keyed.value)) : '', append: keyed.append === true });
      continue;
    }
    const fields: string[] = [];
    yield* later(expandFields(shell, element, fields));
    for (const text of fields) items.push({ index: undefined, text, append: false });
  }
  variable.isBare = false;
  if (!append) {
    variable.value = undefined;
    variable.list = isMap ? undefined : [];
    variable.map = isMap ? new AssociativeArray() : undefined;
  } else if (!isMap && variable.list === undefined) {
    variable.list = variable.value === undefined ? [] : [variable.value];
    variable.value = undefined;
  }
  if (isMap && items.every((item) => item.index === undefined)) {
    for (let at = 0; at < items.length; at += 2) state.assign(name, items[at + 1]?.text ?? '', items[at]!.text);
    return;
  }
  let next = variable.list?.length ?? 0;
  for (const item of items) {
    if (item.index === undefined) {
      state.assign(name, item.text, String(next));
      next += 1;
    } else {
      state.assign(name, item.text, item.index, item.append);
      if (isMap) continue;
      const at = Number(evaluateNow(shell, item.index));
      next = (at < 0 ? (variable.list?.length ?? 0) + at : at) + 1;
    }
  }
}

const cache = new Map<string, Assignment | undefined>();

/** `[key]=value` inside a list is a word to the parser; with a name in front it is an assignment. */
function keyedElement(text: string): Assignment | undefined {
  if (cache.has(text)) return cache.get(text);
  const command = parse(`x${text}`).commands[0]?.command as Command | undefined;
  const first = command?.type === 'Command' && command.name === undefined ? command.prefix[0] : undefined;
  const result = first?.type === 'Assignment' && first.index !== undefined ? first : undefined;
  if (cache.size >= 500) cache.clear();
  cache.set(text, result);
  return result;
}
