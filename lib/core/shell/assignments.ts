import { parse, type Assignment, type Command } from 'unbash';
import { expandFields, expandText, indexText } from './expand/words.ts';
import type { Step } from './flow.ts';
import type { Interpreter } from './interpreter.ts';

/** Expands and stores `name=value`, `name[index]=value`, `name=(...)` and their `+=`. */
export function* assignValue(shell: Interpreter, assignment: Assignment, makeMap = false): Step<void> {
  const { state } = shell;
  const { name, value, index } = assignment;
  const append = assignment.append === true;
  if (value.type === 'Word') {
    const text = yield* expandText(shell, value, true);
    state.assign(name, text, index === undefined ? undefined : yield* indexText(shell, name, index), append);
    return;
  }
  const isMap = makeMap || state.isMap(name);
  const variable = state.writable(name);
  // Expanded before the old value goes: `a=(x "${a[@]}")`.
  const items: { index: string | undefined; text: string; append: boolean }[] = [];
  for (const element of value.elements) {
    const keyed = element.text.startsWith('[') ? keyedElement(element.text) : undefined;
    if (keyed !== undefined) {
      const key = isMap ? yield* expandText(shell, keyed.index!) : keyed.index!.parts === undefined ? keyed.index!.value : yield* expandText(shell, keyed.index!);
      items.push({ index: key, text: keyed.value.type === 'Word' ? yield* expandText(shell, keyed.value) : '', append: keyed.append === true });
      continue;
    }
    const fields: string[] = [];
    yield* expandFields(shell, element, fields);
    for (const text of fields) items.push({ index: undefined, text, append: false });
  }
  variable.isBare = false;
  if (!append) {
    variable.value = undefined;
    variable.list = isMap ? undefined : [];
    variable.map = isMap ? new Map() : undefined;
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
      if (!isMap) next = variable.list?.length ?? 0;
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
