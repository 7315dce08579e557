import * as limits from '../../../limits.ts';
import { BcError, formatNumber, ofInteger, rescale, ZERO, type BcNumber } from './bc-number.ts';

/** One step of compiled bc: it works on the machine's stack, and may set `at`. */
export type BcStep = (machine: BcMachine) => void;
export type BcArray = Map<number, BcNumber>;

export interface BcParameter {
  name: string;
  isArray: boolean;
}

export interface BcFunction {
  name: string;
  parameters: readonly BcParameter[];
  autos: readonly BcParameter[];
  steps: readonly BcStep[];
  isVoid: boolean;
}

interface Frame {
  name: string;
  steps: readonly BcStep[];
  at: number;
  saved: { parameter: BcParameter; value: BcNumber | BcArray | undefined }[];
  depth: number;
}

/** Ends the program: `quit`, `halt`. */
export class BcQuit extends Error {}

/**
 * A stack machine rather than a walk over the tree: its calls do not nest in JavaScript, so a bc function may call itself
 * deeply, and the loop can yield between any two steps.
 */
export class BcMachine {
  stack: BcNumber[] = [];
  steps: readonly BcStep[] = [];
  at = 0;
  scale = 0;
  inputBase = 10;
  outputBase = 10;
  last: BcNumber = ZERO;
  readonly variables = new Map<string, BcNumber>();
  readonly arrays = new Map<string, BcArray>();
  readonly functions = new Map<string, BcFunction>();
  hasLibrary = false;
  /** What is to be written; the command takes it. */
  output: string[] = [];
  outputSize = 0;
  #column = 0;
  #frames: Frame[] = [];
  readonly #lineLength: number;

  /** @param lineLength columns after which a number goes on in the next line; 0: never. */
  constructor(lineLength: number) {
    this.#lineLength = lineLength;
  }

  get functionName(): string {
    return this.#frames.at(-1)?.name ?? '(main)';
  }

  async run(steps: readonly BcStep[], breathe: () => Promise<void> | undefined, flush: () => Promise<void>): Promise<void> {
    this.steps = steps;
    this.at = 0;
    try {
      for (let count = 1; ; count += 1) {
        if (this.at >= this.steps.length) {
          if (this.#frames.length === 0) return;
          this.leave(ZERO);
          continue;
        }
        const step = this.steps[this.at] as BcStep;
        this.at += 1;
        step(this);
        if ((count & 63) === 0) {
          const rest = breathe();
          if (rest !== undefined) await rest;
          if (this.outputSize > 16_384) await flush();
        }
      }
    } finally {
      while (this.#frames.length > 0) this.#unwind();
      this.stack = [];
    }
  }

  pop(): BcNumber {
    return this.stack.pop() ?? ZERO;
  }

  arrayOf(name: string): BcArray {
    let array = this.arrays.get(name);
    if (array === undefined) this.arrays.set(name, (array = new Map()));
    return array;
  }

  /** @param args numbers, or the arrays that array parameters copy. */
  enter(called: BcFunction, args: readonly (BcNumber | BcArray)[]): void {
    if (this.#frames.length >= limits.bcMaxDepth) throw new BcError('the functions call one another too deeply');
    const frame: Frame = { name: called.name, steps: this.steps, at: this.at, saved: [], depth: this.stack.length };
    const bind = (parameter: BcParameter, value: BcNumber | BcArray): void => {
      frame.saved.push({ parameter, value: parameter.isArray ? this.arrays.get(parameter.name) : this.variables.get(parameter.name) });
      if (parameter.isArray) this.arrays.set(parameter.name, new Map(value as BcArray));
      else this.variables.set(parameter.name, value as BcNumber);
    };
    called.parameters.forEach((parameter, index) => bind(parameter, args[index]!));
    for (const auto of called.autos) bind(auto, auto.isArray ? new Map() : ZERO);
    this.#frames.push(frame);
    this.steps = called.steps;
    this.at = 0;
  }

  leave(result: BcNumber): void {
    if (this.#frames.length === 0) {
      this.at = this.steps.length;
      return;
    }
    this.#unwind();
    this.stack.push(result);
  }

  #unwind(): void {
    const frame = this.#frames.pop()!;
    for (const { parameter, value } of frame.saved.reverse()) {
      const place = (parameter.isArray ? this.arrays : this.variables) as Map<string, unknown>;
      if (value === undefined) place.delete(parameter.name);
      else place.set(parameter.name, value);
    }
    this.stack.length = frame.depth;
    this.steps = frame.steps;
    this.at = frame.at;
  }

  print(text: string): void {
    this.output.push(text);
    this.outputSize += text.length;
    const newline = text.lastIndexOf('\n');
    this.#column = newline < 0 ? this.#column + text.length : text.length - newline - 1;
  }

  printNumber(number: BcNumber): void {
    const text = formatNumber(number, this.outputBase);
    if (this.#lineLength === 0 || this.#column + text.length < this.#lineLength - 1) return this.print(text);
    let out = '';
    let column = this.#column;
    for (const character of text) {
      column += 1;
      if (column === this.#lineLength - 1) {
        out += '\\\n';
        column = 1;
      }
      out += character;
    }
    this.print(out);
  }

  /** `scale`, `ibase`, `obase`, `last` are no ordinary variables. */
  read(name: string): BcNumber {
    switch (name) {
      case 'scale': return ofInteger(this.scale);
      case 'ibase': return ofInteger(this.inputBase);
      case 'obase': return ofInteger(this.outputBase);
      case 'last': return this.last;
      default: return this.variables.get(name) ?? ZERO;
    }
  }

  write(name: string, value: BcNumber): void {
    const whole = (): number => Number(rescale(value, 0).value);
    switch (name) {
      case 'scale': this.scale = Math.min(Math.max(0, whole()), limits.bcMaxDigits / 10); return;
      case 'ibase': this.inputBase = Math.min(Math.max(2, whole()), 36); return;
      case 'obase': this.outputBase = Math.min(Math.max(2, whole()), 0x7fff_ffff); return;
      case 'last': this.last = value; return;
      default: this.variables.set(name, value);
    }
  }
}
