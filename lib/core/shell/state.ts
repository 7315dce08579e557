import type { CompoundCommand, CompoundList, PipelineNode, Redirected } from 'unbash';
import * as limits from '../limits.ts';
import type { AssociativeArray } from './associative-array.ts';
import { evaluateArithmetic, type ArithmeticScope } from './arithmetic.ts';
import { INITIAL_FLAGS, type ShellFlags } from './flags.ts';
import { ShellError } from './flow.ts';
import { isName } from './parse.ts';
import { commandText } from './print-function.ts';
import { SourceText } from './source-text.ts';
import { specialList, specialValue } from './special-variables.ts';
import { DEFAULT_UMASK } from './umask.ts';

/** A variable: one value, a list by index (with holes), or a map by key. */
export interface Variable {
  value: string | undefined;
  list: string[] | undefined;
  map: AssociativeArray | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  /** `declare -l`, `-u`, `-c`: what every value is turned to. */
  letters: 'lower' | 'upper' | 'capital' | undefined;
  /** `declare -n`: its value is the name of the variable that is meant. */
  reference: boolean;
  /** `declare -a` made it and nothing was put in: it is not `=()` yet. */
  isBare?: boolean;
}

export type FunctionBody = CompoundCommand | Redirected | CompoundList;

export interface ShellFunction {
  body: FunctionBody;
  /** Where it was defined; `position` in it. */
  source: SourceText;
  position: number;
  exported: boolean;
}

/** A function or a sourced script that runs. */
export interface Frame {
  kind: 'function' | 'source';
  name: string;
  /** The file that its commands are in. */
  file: string | undefined;
  /** The line that called it. */
  line: number;
  /** What `local` shadows: restored when the function ends. */
  locals: Map<string, Variable | undefined>;
  /** Options as they were before `local -`. */
  flags: ShellFlags | undefined;
}

const NOWHERE = new SourceText('', undefined);

/** A variable that holds nothing yet. */
export function newVariable(exported = false): Variable {
  return { value: undefined, list: undefined, map: undefined, exported, readonly: false, integer: false, letters: undefined, reference: false };
}

/** What a subshell copies: variables, functions, options, directory, positional parameters. */
export class ShellState {
  variables = new Map<string, Variable>();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** Builtins that `enable -n` switched off. */
  disabled = new Set<string>();
  flags: ShellFlags = { ...INITIAL_FLAGS };
  /** As the person went there: links that were gone through stay in it, as in `$PWD`. */
  cwd: string;
  /** Under the working directory in the stack of `pushd`, the next one first. */
  directories: string[] = [];
  /** Bits that new files and directories do not get. */
  umask = DEFAULT_UMASK;
  /** `$0`. */
  scriptName = 'bash';
  positional: string[] = [];
  lastStatus = 0;
  /** `$!` */
  lastJob: number | undefined;
  /** `$_` */
  lastArgument = '';
  /** `$PIPESTATUS` of the last pipeline; undefined after a simple command, whose status is `simpleStatus`. */
  pipeStatus: number[] | undefined;
  simpleStatus = 0;
  /** Innermost last. */
  frames: Frame[] = [];
  /** Where the command that runs stands in its text. */
  source: SourceText = NOWHERE;
  position = 0;
  /** What `$BASH_COMMAND` is about: the last command that began, also in a function that has ended. */
  command: PipelineNode | undefined;
  commandSource: SourceText = NOWHERE;
  /** While a trap runs: the command it is about. */
  trappedCommand: string | undefined;
  loopDepth = 0;
  /** Functions, substitutions, subshells inside one another. */
  depth = 0;
  subshellDepth = 0;
  /** Texts that are run inside one another: `eval`, `source`, traps, `$(...)`. */
  textDepth = 0;
  /** Above 0 `set -e` does not act: conditions, and all but the last of `&&` and `||`. */
  errexitIgnored = 0;
  /** The letter of `getopts` that is next within its argument. */
  optionOffset = 1;
  isInteractive = false;
  /** The text of the shell came as an argument, not from a file: then `main` is no caller. */
  isCommandString = true;
  random: () => number;
  now: () => number;
  startedAt: number;
  /** `$$` */
  processId: number;
  /** `$BASHPID` */
  ownProcessId: number;
  readonly arithmetic: ArithmeticScope;
  /** After `RANDOM=seed`: the last number of bash's generator, and what `$RANDOM` was last. */
  #seed: number | undefined;
  #lastRandom = 0;

  constructor(cwd: string, random: () => number, now: () => number, processId = 2000 + Math.floor(random() * 30_000)) {
    this.cwd = cwd;
    this.random = random;
    this.now = now;
    this.startedAt = now();
    this.processId = processId;
    this.ownProcessId = processId;
    this.arithmetic = {
      get: (name, index) => this.numericText(name, index),
      set: (name, index, value) => this.assign(name, value, index),
    };
  }

  clone(): ShellState {
    const copy = new ShellState(this.cwd, this.random, this.now, this.processId);
    for (const [name, variable] of this.variables) copy.variables.set(name, copyOf(variable));
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.disabled = new Set(this.disabled);
    copy.flags = { ...this.flags };
    copy.directories = this.directories;
    copy.umask = this.umask;
    copy.scriptName = this.scriptName;
    copy.positional = this.positional;
    copy.lastStatus = this.lastStatus;
    copy.lastJob = this.lastJob;
    copy.lastArgument = this.lastArgument;
    copy.pipeStatus = this.pipeStatus;
    copy.simpleStatus = this.simpleStatus;
    copy.frames = this.frames.map((frame) => ({ ...frame, locals: new Map(frame.locals) }));
    copy.source = this.source;
    copy.position = this.position;
    copy.command = this.command;
    copy.commandSource = this.commandSource;
    copy.depth = this.depth + 1;
    copy.subshellDepth = this.subshellDepth + 1;
    copy.textDepth = this.textDepth;
    copy.errexitIgnored = this.errexitIgnored;
    copy.optionOffset = this.optionOffset;
    copy.isInteractive = this.isInteractive;
    copy.isCommandString = this.isCommandString;
    copy.startedAt = this.startedAt;
    copy.ownProcessId = this.ownProcessId;
    copy.#seed = this.#seed;
    copy.#lastRandom = this.#lastRandom;
    return copy;
  }

  /** As a fresh prompt sees it when the line that holds this state was stopped: nothing is under way in it. */
  cloneForPrompt(): ShellState {
    const copy = this.clone();
    copy.unwind();
    copy.depth = 0;
    copy.subshellDepth = 0;
    copy.errexitIgnored = 0;
    return copy;
  }

  /** Leaves every function that is under way. */
  unwind(): void {
    while (this.frames.length > 0) this.leaveFrame();
    this.loopDepth = 0;
  }

  /** The line of the command that runs. */
  line(): number {
    return this.source.lineAt(this.position);
  }

  /** `$BASH_COMMAND` */
  get currentCommand(): string {
    return this.trappedCommand ?? (this.command === undefined ? '' : commandText(this.command, this.commandSource.text));
  }

  get frame(): Frame | undefined {
    return this.frames[this.frames.length - 1];
  }

  get isInFunction(): boolean {
    return this.frames.some((frame) => frame.kind === 'function');
  }

  /** Takes the innermost frame away, and with it what was local to it. */
  leaveFrame(): void {
    const frame = this.frames.pop();
    if (frame === undefined) return;
    for (const [local, before] of frame.locals) {
      if (before === undefined) this.variables.delete(local);
      else this.variables.set(local, before);
    }
    if (frame.flags !== undefined) this.flags = frame.flags;
  }

  /** `$FUNCNAME`, the innermost first; empty outside functions. */
  callers(): readonly Frame[] {
    return this.isInFunction ? [...this.frames].reverse() : [];
  }

  /** `$BASH_SOURCE`, the innermost first. */
  sources(): string[] | undefined {
    const files = [...this.frames].reverse().map((frame) => frame.file ?? (this.isCommandString ? 'environment' : 'main'));
    if (!this.isCommandString) files.push(this.scriptName);
    return files.length === 0 ? undefined : files;
  }

  /** The next `$RANDOM`: after `RANDOM=seed` the numbers of bash's own generator (Park and Miller's minimal standard). */
  nextRandom(): number {
    if (this.#seed === undefined) return Math.floor(this.random() * 32_768);
    let value: number;
    do {
      this.#seed = nextSeed(this.#seed);
      value = ((this.#seed >>> 16) ^ (this.#seed & 0xffff)) & 0x7fff;
    } while (value === this.#lastRandom);
    this.#lastRandom = value;
    return value;
  }

  /** The name that is meant, with the references of `declare -n` followed, and what is in brackets there. */
  resolve(name: string): { name: string; index: string | undefined } {
    let target = name;
    for (let hops = 0; hops < 10; hops += 1) {
      const variable = this.variables.get(target);
      if (variable?.reference !== true || variable.value === undefined || variable.value === '') return { name: target, index: undefined };
      const match = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(variable.value);
      if (match !== null) return { name: match[1] as string, index: match[2] as string };
      target = variable.value;
    }
    throw new ShellError(`warning: ${name}: circular name reference`);
  }

  #isReference(name: string): boolean {
    return this.variables.get(name)?.reference === true;
  }

  /** The value of a name, number or special parameter; undefined when it is not set. */
  get(name: string): string | undefined {
    const variable = this.variables.get(name);
    if (variable !== undefined) {
      if (variable.reference) {
        const target = this.resolve(name);
        if (target.index !== undefined) return this.element(target.name, target.index);
        return target.name === name ? undefined : this.get(target.name);
      }
      if (variable.list !== undefined) return variable.list[0];
      return variable.map === undefined ? variable.value : variable.map.get('0');
    }
    const first = name.charCodeAt(0);
    if (first >= 49 && first <= 57) return /^[0-9]+$/.test(name) ? this.positional[Number(name) - 1] : undefined;
    return specialValue(this, name);
  }

  /** `${name[@]}`: the elements that are set. */
  elements(name: string): string[] {
    const variable = this.variables.get(name);
    if (variable === undefined) {
      const list = specialList(this, name);
      if (list !== undefined) return list;
      const value = specialValue(this, name);
      return value === undefined ? [] : [value];
    }
    if (variable.reference) {
      const target = this.resolve(name);
      if (target.index !== undefined) return [this.element(target.name, target.index)].filter((value) => value !== undefined);
      return target.name === name ? [] : this.elements(target.name);
    }
    if (variable.list !== undefined) return variable.list.filter((value) => value !== undefined);
    if (variable.map !== undefined) return variable.map.values();
    return variable.value === undefined ? [] : [variable.value];
  }

  /** `${!name[@]}` */
  keys(written: string): string[] {
    const { name } = this.resolve(written);
    const variable = this.variables.get(name);
    if (variable?.list !== undefined) return Object.keys(variable.list);
    if (variable?.map !== undefined) return [...variable.map.keys()];
    return this.elements(name).map((_, index) => String(index));
  }

  isMap(name: string): boolean {
    const variable = this.variables.get(name);
    return variable?.reference === true ? this.variables.get(this.resolve(name).name)?.map !== undefined : variable?.map !== undefined;
  }

  /** One element; `index` is the expanded text between the brackets. */
  element(written: string, index: string): string | undefined {
    const name = this.#isReference(written) ? this.resolve(written).name : written;
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

  /** The variable itself, made when it is not there; refuses a read-only one. References are followed. */
  writable(written: string): Variable {
    const name = this.#isReference(written) ? this.resolve(written).name : written;
    let variable = this.variables.get(name);
    if (variable === undefined) {
      if (!isName(name)) throw new ShellError(`\`${name}': not a valid identifier`);
      variable = newVariable(this.flags.allexport);
      this.variables.set(name, variable);
    } else if (variable.readonly) throw new ShellError(`${name}: readonly variable`);
    else if (this.flags.allexport) variable.exported = true;
    return variable;
  }

  /** `name=value`, `name[index]=value`, and `+=`. */
  assign(written: string, value: string, writtenIndex?: string, append = false): void {
    if (value.length > limits.shellValueMaxUnits) throw new ShellError(`${written}: the value is too long`);
    let name = written;
    let index = writtenIndex;
    const before = this.variables.get(written);
    // A plain variable that has nothing special about it, as in every loop.
    if (before !== undefined && writtenIndex === undefined && !append && !this.flags.allexport && isPlainVariable(before) && !COMPUTED.has(written)) {
      before.value = value;
      before.isBare = false;
      return;
    }
    // So does an element of a plain list.
    if (before?.list !== undefined && writtenIndex !== undefined && !append && !this.flags.allexport && isPlainList(before)) {
      before.list[this.#position(written, writtenIndex, before.list.length)] = value;
      before.isBare = false;
      return;
    }
    if (before?.reference === true) {
      if (before.value === undefined || before.value === '') {
        if (!/^[A-Za-z_]\w*(\[[\s\S]*\])?$/.test(value)) throw new ShellError(`\`${value}': not a valid identifier`);
        before.value = value;
        return;
      }
      ({ name } = this.resolve(written));
      index ??= this.resolve(written).index;
    }
    const variable = this.writable(name);
    this.store(name, variable, value, index, append);
    if (!COMPUTED.has(name)) return;
    if (name === 'OPTIND') this.optionOffset = 1;
    else {
      const number = Number(variable.value);
      if (name === 'RANDOM') {
        this.#seed = Number.isInteger(number) ? Number(BigInt.asUintN(32, BigInt(number))) : 0;
        this.#lastRandom = 0;
      } else if (name === 'SECONDS') this.startedAt = this.now() - (Number.isInteger(number) ? number * 1000 : 0);
      this.variables.delete(name);
    }
  }

  /** Puts a value into `variable` as its attributes say; `name` is for errors. */
  store(name: string, variable: Variable, value: string, index: string | undefined, append: boolean): void {
    variable.isBare = false;
    const isPlain = index === undefined && variable.list === undefined && variable.map === undefined;
    const before: string = append ? (isPlain ? variable.value : variable.map !== undefined ? variable.map.get(index ?? '0') : this.element(name, index ?? '0')) ?? '' : '';
    let next: string = value;
    if (variable.integer) {
      next = String(evaluateArithmetic(append ? `(${before || '0'})+(${value})` : value, this.arithmetic));
    } else if (append) next = before + value;
    if (variable.letters !== undefined) {
      next = variable.letters === 'upper' ? next.toUpperCase() : next.toLowerCase();
      if (variable.letters === 'capital') next = next.slice(0, 1).toUpperCase() + next.slice(1);
    }
    if (next.length > limits.shellValueMaxUnits) throw new ShellError(`${name}: the value is too long`);
    if (isPlain) variable.value = next;
    else if (variable.map !== undefined) variable.map.set(index ?? '0', next);
    else {
      if (variable.list === undefined) {
        variable.list = variable.value === undefined ? [] : [variable.value];
        variable.value = undefined;
      }
      variable.list[this.#position(name, index ?? '0', variable.list.length)] = next;
    }
  }

  /** Sets a plain value, exported as it was. */
  set(name: string, value: string): void {
    this.assign(name, value);
  }

  unset(written: string, writtenIndex?: string): void {
    const target = this.#isReference(written) ? this.resolve(written) : { name: written, index: undefined };
    const { name } = target;
    const index = writtenIndex ?? target.index;
    const variable = this.variables.get(name);
    if (variable === undefined) return;
    if (variable.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
    if (index === undefined) {
      this.variables.delete(name);
      return;
    }
    if (variable.map !== undefined) variable.map.delete(index);
    else if (index === '@' || index === '*') this.variables.delete(name);
    else if (variable.list !== undefined) {
      const position = this.#position(name, index, variable.list.length);
      delete variable.list[position];
      // `a[-1]` and `+=` count from the last element that is set.
      while (variable.list.length > 0 && !((variable.list.length - 1) in variable.list)) variable.list.length -= 1;
    } else if (this.#position(name, index, 1) === 0) this.variables.delete(name);
    else throw new ShellError(`${name}: not an array variable`);
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

/** Names that do more than keep what is assigned to them. */
const COMPUTED: ReadonlySet<string> = new Set(['RANDOM', 'SECONDS', 'LINENO', 'OPTIND']);

function isPlainVariable(variable: Variable): boolean {
  return variable.list === undefined && isPlainList(variable);
}

/** Nothing special about it; a list, or one value. */
function isPlainList(variable: Variable): boolean {
  return variable.map === undefined && !variable.readonly && !variable.integer && !variable.reference && variable.letters === undefined;
}

function nextSeed(seed: number): number {
  const before = seed === 0 ? 123_459_876 : seed;
  const high = Math.floor(before / 127_773);
  const next = 16_807 * (before - 127_773 * high) - 2_836 * high;
  return next < 0 ? next + 0x7fff_ffff : next;
}

function copyOf(variable: Variable): Variable {
  const { list, map } = variable;
  return list === undefined && map === undefined ? { ...variable } : { ...variable, list: list?.slice(), map: map?.copy() };
}
