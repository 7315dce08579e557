import { AwkError, type Expression, type Program, type Statement, type Target } from './syntax.ts';

/**
 * Which names are arrays, where each lives, and which functions may have to wait. A name is an array when it is used as one anywhere, or
 * given to a parameter that is; so a caller's arrays are known before anything runs.
 */
export interface FunctionNames {
  parameters: readonly string[];
  arrays: Set<string>;
  /** It loops, reads, or may come back to itself: its code must be able to give the page a turn. */
  waits: boolean;
}

export interface Names {
  globalArrays: Set<string>;
  functions: Map<string, FunctionNames>;
}

const WAITING_BUILTINS: ReadonlySet<string> = new Set(['close', 'system', 'fflush']);
/** Built-in functions with an array, and which argument it is. */
export const ARRAY_ARGUMENTS: Readonly<Record<string, readonly number[]>> = {
  split: [1, 3], patsplit: [1, 3], asort: [0, 1], asorti: [0, 1], match: [2], isarray: [],
};
const PREDEFINED = ['ARGV', 'ENVIRON', 'PROCINFO'];

interface Visit {
  name(name: string): void;
  array(name: string): void;
  call(name: string, args: readonly Expression[], line: number): void;
  waits(): void;
}

function visitAll(nodes: readonly (Expression | undefined)[], visit: Visit): void {
  for (const node of nodes) if (node !== undefined) visitExpression(node, visit);
}

function visitTarget(target: Target, visit: Visit): void {
  if (target.kind === 'field') visitExpression(target.index, visit);
  else if (target.kind === 'name') visit.name(target.name);
  else {
    visit.array(target.array);
    visitAll(target.subscripts, visit);
  }
}

function visitExpression(node: Expression, visit: Visit): void {
  switch (node.kind) {
    case 'number': case 'string': case 'regex': return;
    case 'name': case 'element': case 'field': return visitTarget(node, visit);
    case 'group': case 'not': case 'minus': case 'plus': return visitExpression(node.item, visit);
    case 'assign':
      visitTarget(node.target, visit);
      return visitExpression(node.value, visit);
    case 'step': return visitTarget(node.target, visit);
    case 'condition': return visitAll([node.test, node.yes, node.no], visit);
    case 'and': case 'or': case 'concat': case 'compare': case 'match': case 'arithmetic': return visitAll([node.left, node.right], visit);
    case 'in':
      visit.array(node.array);
      return visitAll(node.subscripts, visit);
    case 'call': return visit.call(node.name, node.args, node.line);
    case 'builtin': {
      if (WAITING_BUILTINS.has(node.name)) visit.waits();
      const arrays = ARRAY_ARGUMENTS[node.name] ?? [];
      node.args.forEach((arg, index) => {
        if (arrays.includes(index) && arg.kind === 'name') visit.array(arg.name);
        else visitExpression(arg, visit);
      });
      return;
    }
    case 'getline':
      visit.waits();
      if (node.target !== undefined) visitTarget(node.target, visit);
      return visitAll([node.source], visit);
  }
}

function visitStatement(node: Statement | undefined, visit: Visit): void {
  if (node === undefined) return;
  switch (node.kind) {
    case 'block': for (const each of node.body) visitStatement(each, visit); return;
    case 'expression': return visitExpression(node.value, visit);
    case 'print': case 'printf': return visitAll([...node.args, node.to?.target], visit);
    case 'if':
      visitExpression(node.test, visit);
      visitStatement(node.yes, visit);
      return visitStatement(node.no, visit);
    case 'while': case 'do':
      visit.waits();
      visitExpression(node.test, visit);
      return visitStatement(node.body, visit);
    case 'for':
      visit.waits();
      visitStatement(node.start, visit);
      visitAll([node.test], visit);
      visitStatement(node.step, visit);
      return visitStatement(node.body, visit);
    case 'each':
      visit.waits();
      visit.name(node.name);
      visit.array(node.array);
      return visitStatement(node.body, visit);
    case 'switch':
      visit.waits();
      visitExpression(node.value, visit);
      for (const each of node.cases) {
        visitAll([each.test], visit);
        for (const statement of each.body) visitStatement(statement, visit);
      }
      return;
    case 'exit': case 'return': return visitAll([node.value], visit);
    case 'delete':
      visit.array(node.array);
      return visitAll(node.subscripts ?? [], visit);
    default: return;
  }
}

/** @throws AwkError for a function that is not there, or is called with too much. */
export function resolveNames(program: Program): Names {
  const globalArrays = new Set(PREDEFINED);
  const functions = new Map<string, FunctionNames>();
  for (const { name, parameters } of program.functions.values()) functions.set(name, { parameters, arrays: new Set(), waits: false });
  const calls = new Map<string, Set<string>>();
  let isChanged = true;
  const walk = (inside: FunctionNames | undefined, body: (visit: Visit) => void, callees: Set<string>): void => {
    const array = (name: string): void => {
      const set = inside?.parameters.includes(name) === true ? inside.arrays : globalArrays;
      if (set.has(name)) return;
      if (functions.has(name)) throw new AwkError(`fatal: function name \`${name}' can't be used as a variable`, 1);
      set.add(name);
      isChanged = true;
    };
    const visit: Visit = {
      name: () => {},
      array,
      call(name, args, line) {
        const callee = functions.get(name);
        if (callee === undefined) throw new AwkError(`cmd. line:${line}: fatal: function \`${name}' not defined`, 1);
        if (args.length > callee.parameters.length) throw new AwkError(`cmd. line:${line}: fatal: function \`${name}' called with more arguments than declared`);
        callees.add(name);
        args.forEach((arg, index) => {
          if (arg.kind !== 'name') visitExpression(arg, visit);
          else if (callee.arrays.has(callee.parameters[index] as string)) array(arg.name);
          else {
            const isArray = inside?.parameters.includes(arg.name) === true ? inside.arrays.has(arg.name) : globalArrays.has(arg.name);
            if (isArray) {
              callee.arrays.add(callee.parameters[index] as string);
              isChanged = true;
            }
          }
        });
      },
      waits() {
        if (inside !== undefined) inside.waits = true;
      },
    };
    body(visit);
  };
  while (isChanged) {
    isChanged = false;
    for (const { name, body } of program.functions.values()) {
      const callees = calls.get(name) ?? new Set<string>();
      calls.set(name, callees);
      walk(functions.get(name), (visit) => visitStatement(body, visit), callees);
    }
    for (const { pattern, body } of program.rules) {
      walk(undefined, (visit) => {
        if (pattern.kind === 'expression') visitExpression(pattern.test, visit);
        if (pattern.kind === 'range') visitAll([pattern.from, pattern.to], visit);
        visitStatement(body, visit);
      }, new Set());
    }
  }
  markWaiting(functions, calls);
  return { globalArrays, functions };
}

/** A function waits when one that it calls does, or when it may come back to itself. */
function markWaiting(functions: Map<string, FunctionNames>, calls: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [name, names] of functions) {
    const seen = new Set<string>();
    const pending = [...(calls.get(name) ?? [])];
    for (let callee = pending.pop(); callee !== undefined; callee = pending.pop()) {
      if (seen.has(callee)) continue;
      seen.add(callee);
      pending.push(...(calls.get(callee) ?? []));
    }
    if (seen.has(name)) names.waits = true;
  }
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [name, names] of functions) {
      if (names.waits || ![...(calls.get(name) ?? [])].some((callee) => functions.get(callee)?.waits === true)) continue;
      names.waits = true;
      isChanged = true;
    }
  }
}
