import { limits } from '../limits.ts';
import { evaluateArithmetic, type ArithmeticScope } from './arithmetic.ts';
import { ShellError } from './flow.ts';
import { isName } from './parse.ts';
import { DEFAULT_UMASK } from './umask.ts';
import type { CompoundCommand, CompoundList, Redirected } from 'unbash';

/** A variable: one value, a list by index (with holes), or a map by key. */
export interface Variable {
  value: string | undefined;
  list: string[] | undefined;
  map: Map<string, string> | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
}

export type FunctionBody = CompoundCommand | Redirected | CompoundList;

/** `set -e -u -x -f -o pipefail` and the `shopt`s we know. */
export interface ShellFlags {
  errexit: boolean;
  nounset: boolean;
  xtrace: boolean;
  noglob: boolean;
  pipefail: boolean;
  noclobber: boolean;
  allexport: boolean;
  nullglob: boolean;
  dotglob: boolean;
  nocasematch: boolean;
  expandAliases: boolean;
}

const NO_FLAGS: ShellFlags = {
  errexit: false, nounset: false, xtrace: false, noglob: false, pipefail: false, noclobber: false, allexport: false,
  nullglob: false, dotglob: false, nocasematch: false, expandAliases: false,
};

/** What a subshell copies: variables, functions, options, directory, positional parameters. */
export class ShellState {
  variables = new Map<string, Variable>();
  functions = new Map<string, FunctionBody>();
  aliases = new Map<string, string>();
  flags: ShellFlags = { ...NO_FLAGS };
  /** As the person went there: links that were gone through stay in it, as in `$PWD`. */
  cwd: string;
  /** Bits that new files and directories do not get. */
  umask = DEFAULT_UMASK;
  /** `$0`. */
  scriptName = 'bash';
  positional: string[] = [];
  lastStatus = 0;
  lastJob: number | undefined;
  pipeStatus: number[] = [0];
  /** Variables that each running function shadows with `local`, innermost last. */
  locals: Map<string, Variable | undefined>[] = [];
  functionNames: string[] = [];
  loopDepth = 0;
  sourceDepth = 0;
  /** Functions, substitutions, subshells inside one another. */
  depth = 0;
  /** Above 0 `set -e` does not act: conditions, and all but the last of `&&` and `||`. */
  errexitIgnored = 0;
  random: () => number;
  now: () => number;
  startedAt: number;
  readonly processId: number;
  readonly arithmetic: ArithmeticScope;

  constructor(cwd: string, random: () => number, now: () => number) {
    this.cwd = cwd;
    this.random = random;
    this.now = now;
    this.startedAt = now();
    this.processId = 2000 + Math.floor(random() * 30_000);
    this.arithmetic = {
      get: (name, index) => this.numericText(name, index),
      set: (name, index, value) => this.assign(name, value, index),
    };
  }

  clone(): ShellState {
    const copy = new ShellState(this.cwd, this.random, this.now);
    for (const [name, variable] of this.variables) {
      const { list, map } = variable;
      copy.variables.set(name, { ...variable, list: list?.slice(), map: map === undefined ? undefined : new Map(map) });
    }
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.flags = { ...this.flags };
    copy.umask = this.umask;
    copy.scriptName = this.scriptName;
    copy.positional = this.positional;
    copy.lastStatus = this.lastStatus;
    copy.lastJob = this.lastJob;
    copy.pipeStatus = this.pipeStatus;
    copy.locals = this.locals.map((frame) => new Map(frame));
    copy.functionNames = [...this.functionNames];
    copy.sourceDepth = this.sourceDepth;
    copy.depth = this.depth + 1;
    copy.errexitIgnored = this.errexitIgnored;
    copy.startedAt = this.startedAt;
    Object.assign(copy, { processId: this.processId });
    return copy;
  }

  /** The value of a name, number or special parameter; undefined when it is not set. */
  get(name: string): string | undefined {
    const variable = this.variables.get(name);
    if (variable !== undefined) {
      if (variable.list !== undefined) return variable.list[0];
      return variable.map === undefined ? variable.value : variable.map.get('0');
    }
    return this.#special(name);
  }

  #special(name: string): string | undefined {
    switch (name) {
      case '?': return String(this.lastStatus);
      case '#': return String(this.positional.length);
      case '$': return String(this.processId);
      case '!': return this.lastJob === undefined ? '' : String(this.lastJob);
      case '0': return this.scriptName;
      case '-': return `${this.flags.errexit ? 'e' : ''}${this.flags.noglob ? 'f' : ''}h${this.flags.nounset ? 'u' : ''}${this.flags.xtrace ? 'x' : ''}B`;
      case 'RANDOM': return String(Math.floor(this.random() * 32_768));
      case 'SECONDS': return String(Math.floor((this.now() - this.startedAt) / 1000));
      case 'EPOCHSECONDS': return String(Math.floor(this.now() / 1000));
      case 'PIPESTATUS': return String(this.pipeStatus[0] ?? 0);
      case 'FUNCNAME': return this.functionNames[this.functionNames.length - 1];
      case 'BASHPID': return String(this.processId);
      case 'PPID': return '1';
      case 'UID':
      case 'EUID': return '1000';
    }
    return name.length > 0 && name[0]! >= '1' && name[0]! <= '9' && /^[0-9]+$/.test(name) ? this.positional[Number(name) - 1] : undefined;
  }

  /** `${name[@]}`: the elements that are set. */
  elements(name: string): string[] {
    const variable = this.variables.get(name);
    if (variable === undefined) {
      if (name === 'PIPESTATUS') return this.pipeStatus.map(String);
      if (name === 'FUNCNAME') return [...this.functionNames].reverse();
      const value = this.#special(name);
      return value === undefined ? [] : [value];
    }
    if (variable.list !== undefined) return variable.list.filter((value) => value !== undefined);
    if (variable.map !== undefined) return [...variable.map.values()];
    return variable.value === undefined ? [] : [variable.value];
  }

  /** `${!name[@]}` */
  keys(name: string): string[] {
    const variable = this.variables.get(name);
    if (variable?.list !== undefined) return Object.keys(variable.list);
    if (variable?.map !== undefined) return [...variable.map.keys()];
    return this.elements(name).length > 0 ? ['0'] : [];
  }

  isMap(name: string): boolean {
    return this.variables.get(name)?.map !== undefined;
  }

  /** One element; `index` is the expanded text between the brackets. */
  element(name: string, index: string): string | undefined {
    const variable = this.variables.get(name);
    if (variable?.map !== undefined) return variable.map.get(index);
    const list = variable?.list ?? (variable === undefined ? this.elements(name) : undefined);
    const position = this.#position(name, index, list?.length ?? (variable?.value === undefined ? 0 : 1));
    return list === undefined ? (position === 0 ? variable?.value : undefined) : list[position];
  }

  #position(name: string, index: string, length: number): number {
    const value = Number(evaluateArithmetic(index, this.arithmetic));
    const position = value < 0 ? length + value : value;
    if (position < 0) throw new ShellError(`${name}: bad array subscript`);
    if (position > limits.shellMaxArrayIndex) throw new ShellError(`${name}[${index}]: the subscript is too large`);
    return position;
  }

  numericText(name: string, index: string | undefined): string {
    const value = index === undefined ? this.get(name) : this.element(name, index);
    if (value === undefined && this.flags.nounset) throw new ShellError(`${name}: unbound variable`, 127);
    return value ?? '';
  }

  /** The variable itself, made when it is not there; refuses a read-only one. */
  writable(name: string): Variable {
    if (!isName(name)) throw new ShellError(`\`${name}': not a valid identifier`);
    let variable = this.variables.get(name);
    if (variable === undefined) {
      variable = { value: undefined, list: undefined, map: undefined, exported: this.flags.allexport, readonly: false, integer: false };
      this.variables.set(name, variable);
    } else if (variable.readonly) throw new ShellError(`${name}: readonly variable`);
    return variable;
  }

  /** `name=value`, `name[index]=value`, and `+=`. */
  assign(name: string, value: string, index?: string, append = false): void {
    if (value.length > limits.shellValueMaxUnits) throw new ShellError(`${name}: the value is too long`);
    const variable = this.writable(name);
    const before = append ? (index === undefined ? this.get(name) : this.element(name, index)) ?? '' : '';
    let next = value;
    if (variable.integer) {
      next = String(evaluateArithmetic(append ? `(${before || '0'})+(${value})` : value, this.arithmetic));
    } else if (append) next = before + value;
    if (next.length > limits.shellValueMaxUnits) throw new ShellError(`${name}: the value is too long`);
    if (index === undefined && variable.list === undefined && variable.map === undefined) variable.value = next;
    else if (variable.map !== undefined) variable.map.set(index ?? '0', next);
    else {
      if (variable.list === undefined) {
        variable.list = variable.value === undefined ? [] : [variable.value];
        variable.value = undefined;
      }
      variable.list[this.#position(name, index ?? '0', variable.list.length)] = next;
    }
    if (name === 'RANDOM' || name === 'SECONDS') this.variables.delete(name);
  }

  /** Sets a plain value, exported as it was. */
  set(name: string, value: string): void {
    this.assign(name, value);
  }

  unset(name: string, index?: string): void {
    const variable = this.variables.get(name);
    if (variable === undefined) return;
    if (variable.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
    if (index === undefined) {
      this.variables.delete(name);
      return;
    }
    if (variable.map !== undefined) variable.map.delete(index);
    else if (variable.list !== undefined) delete variable.list[this.#position(name, index, variable.list.length)];
  }

  /** Exported variables, for commands. */
  exported(): Record<string, string> {
    const result: Record<string, string> = {};
    for (const [name, variable] of this.variables) {
      if (variable.exported && variable.value !== undefined) result[name] = variable.value;
    }
    return result;
  }
}
