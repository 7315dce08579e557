import type { Command, CommandContext } from '../command.ts';
import { encodeText } from '../text.ts';
import { compileItem } from './bc/bc-compile.ts';
import { BcSyntaxError, BcUnfinished } from './bc/bc-lexer.ts';
import { BcMachine, BcQuit } from './bc/bc-machine.ts';
import { BcError } from './bc/bc-number.ts';
import { lineBatches, openNamed } from './files-in.ts';
import { parseOptions } from './options.ts';

/**
 * bc: lines are compiled to steps of a small stack machine as soon as they are complete, and run at once, so that a person
 * who types gets each answer. Numbers are BigInt with a scale. Rejected: a library of decimals; none cuts digits as POSIX
 * says, and BigInt does the work.
 */
class Session {
  readonly #context: CommandContext;
  readonly #machine: BcMachine;
  #pending = '';
  #line = 0;
  #source = '(standard_in)';

  constructor(context: CommandContext, machine: BcMachine) {
    this.#context = context;
    this.#machine = machine;
  }

  open(source: string): void {
    this.#source = source;
    this.#line = 0;
  }

  /** Answers whether the program goes on. */
  async feed(line: string): Promise<boolean> {
    this.#line += 1;
    this.#pending += `${line}\n`;
    if (line.endsWith('\\')) return true;
    while (this.#pending !== '') {
      let item: ReturnType<typeof compileItem>;
      try {
        item = compileItem(this.#pending);
      } catch (error) {
        if (error instanceof BcUnfinished) return true;
        if (error instanceof BcQuit) return false;
        if (!(error instanceof BcSyntaxError)) throw error;
        this.#pending = '';
        await this.flush();
        await this.#complain(`${this.#source} ${this.#line}: ${error.message}`);
        return true;
      }
      this.#pending = this.#pending.slice(item.length);
      try {
        await this.#machine.run(item.steps, () => this.#context.breathe(), () => this.flush());
      } catch (error) {
        if (error instanceof BcQuit) return false;
        if (!(error instanceof BcError) && !(error instanceof RangeError)) throw error;
        await this.flush();
        await this.#complain(`Runtime error (func=${this.#machine.functionName}): ${error instanceof BcError ? error.message : 'the number has too many digits'}`);
      }
      await this.flush();
    }
    return true;
  }

  /** The end of a source: what is not complete is an error. */
  async end(): Promise<void> {
    if (this.#pending.trim() === '') return;
    this.#pending = '';
    await this.#complain(`${this.#source} ${this.#line + 1}: syntax error`);
  }

  async flush(): Promise<void> {
    const { output } = this.#machine;
    if (output.length === 0) return;
    this.#machine.output = [];
    this.#machine.outputSize = 0;
    await this.#context.stdout.write(encodeText(output.join('')));
  }

  async #complain(text: string): Promise<void> {
    await this.#context.stderr.write(encodeText(`${text}\n`));
  }
}

export const bc: Command = {
  name: 'bc',
  summary: 'Calculate with numbers of any length',
  usage: 'bc [-l] [-q] [FILE]...',
  help: "echo '2^200' | bc\necho 'scale=4; 10/3' | bc          # 3.3333\necho 'obase=16; 255' | bc          # FF\necho 's(1); l(2); 4*a(1)' | bc -l   # sine, logarithm, pi\nbc                                 # line by line, until quit or Ctrl-D",
  options: [
    ['-l, --mathlib', 'scale=20 and the functions s c a l e j: sine, cosine, arctangent, logarithm, exponential, Bessel'],
    ['-q, --quiet', 'no greeting (there is none)'],
    ['-s, --standard', 'accepted; GNU additions work all the same'],
  ],
  section: 'other',
  async run(context) {
    const options = parseOptions(context.args, { short: 'lqsiwhv', long: { mathlib: 'l', quiet: 'q', standard: 's', interactive: 'i', warn: 'w' } });
    const lineLength = Number(context.env.BC_LINE_LENGTH ?? '70');
    const machine = new BcMachine(Number.isInteger(lineLength) && (lineLength === 0 || lineLength > 2) ? lineLength : 70);
    if (options.has('l')) {
      machine.hasLibrary = true;
      machine.scale = 20;
    }
    const session = new Session(context, machine);
    for (const name of [...options.operands, '-']) {
      session.open(name === '-' ? '(standard_in)' : name);
      for await (const { lines } of lineBatches(openNamed(context, name).chunks)) {
        for (const line of lines) if (!(await session.feed(line))) return session.flush().then(() => 0);
      }
      await session.end();
    }
    return 0;
  },
};
