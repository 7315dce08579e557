import type { Matcher } from '../../regex/matcher.ts';
import { compileAddresses, type AddressTest, type Cycle } from './address-test.ts';
import type { LineOutput } from './line-output.ts';
import type { LineSource } from './line-source.ts';
import { listLine } from './list-line.ts';
import { SedError, type Action, type SedScript } from './script.ts';
import type { SedPattern } from './sed-pattern.ts';
import { compileSubstitution } from './substitute.ts';

/**
 * Runs a script. Each command is a closure that answers the index of the next one, or one of the codes below; `run`
 * goes through cycles without a promise until it needs a line that is not here yet, has written much, or has worked for
 * long, and says which. It goes on where it was, because all that it knows is fields. Rejected: an async function for
 * each command, which made 100,000 lines wait 300,000 times.
 */
type Step = () => number;

const END_OF_CYCLE = -1;
const NEXT_CYCLE = -2;
const SAME_TEXT_AGAIN = -3;
const QUIT = -4;
const WAIT = -5;

/** Commands between two looks at the clock. */
const STEPS_A_TURN = 2_000;
const OUTPUT_A_TURN = 32_768;

/** What it can't do alone. */
export interface SedPorts {
  source: LineSource;
  /** Where lines are printed: standard output, or the file that is edited. */
  output(): LineOutput;
  /** The file of `w` and its like. */
  fileOutput(name: string): LineOutput;
  /** The content for `r`; '' when it can't be read. */
  readFile(name: string): string;
  /** The next line for `R`; undefined when there are no more. */
  nextLineOf(name: string): { text: string; isTerminated: boolean } | undefined;
  /** The next line is of another file: the one before is finished. */
  leaveFile(): void;
}

export interface SedSettings {
  quiet: boolean;
  isSeparate: boolean;
  listWidth: number;
  isPosix: boolean;
  separator: string;
}

type Queued = { kind: 'text'; text: string } | { kind: 'file'; text: string } | { kind: 'line'; text: string; isTerminated: boolean };

export class Machine implements Cycle {
  text = '';
  line = 0;
  status = 0;
  readonly #ports: SedPorts;
  readonly #settings: SedSettings;
  readonly #steps: readonly Step[];
  /** Some command asks whether this is the last line. */
  readonly #looksAhead: boolean;
  #hold = '';
  /** Whether the line had a newline goes with its text from space to space. */
  #isHoldTerminated = true;
  #at = NEXT_CYCLE;
  #isTerminated = true;
  #isReplaced = false;
  #queue: Queued[] = [];
  #lastPattern: Matcher | undefined;

  constructor(script: SedScript, ports: SedPorts, settings: SedSettings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#looksAhead = script.commands.some(({ from, to }) => from?.kind === 'last' || to?.kind === 'last');
    this.#steps = script.commands.map((command, index) => {
      const test = compileAddresses(command);
      const next = index + 1;
      const step = this.#compile(command.action, script, next, test);
      if (test === undefined) return step;
      const otherwise = command.action.name === '{' ? command.action.end : next;
      return () => (test.selects(this) ? step() : otherwise);
    });
  }

  get isLast(): boolean {
    return this.#ports.source.isLast;
  }

  use({ matcher }: SedPattern): Matcher {
    const used = matcher ?? this.#lastPattern;
    if (used === undefined) throw new SedError('no previous regular expression');
    this.#lastPattern = used;
    return used;
  }

  /** Works until something must be waited for: more input, room in the output, or the page; or until the end. */
  run(): 'input' | 'rest' | 'end' {
    const { source } = this.#ports;
    const steps = this.#steps;
    const end = steps.length;
    let budget = STEPS_A_TURN;
    let at = this.#at;
    for (;;) {
      if (at === NEXT_CYCLE) {
        if (!source.isReady || budget <= 0 || this.#ports.output().size > OUTPUT_A_TURN) {
          this.#at = at;
          return source.isReady ? 'rest' : 'input';
        }
        if (!this.#read(false)) return 'end';
        at = 0;
      }
      if (this.#looksAhead && !source.isReady) {
        this.#at = at;
        return 'input';
      }
      budget -= 1;
      while (at >= 0 && at < end) {
        const next = (steps[at] as Step)();
        if (next === WAIT) {
          this.#at = at;
          return 'input';
        }
        // Backwards is a loop; after `n` and `N` the look ahead is due again.
        if (next <= at || this.#looksAhead) {
          budget -= 1;
          if (budget <= 0 || (this.#looksAhead && !source.isReady)) {
            at = next;
            break;
          }
        }
        at = next;
      }
      if (at >= 0 && at < end) {
        this.#at = at;
        return budget <= 0 ? 'rest' : 'input';
      }
      if (at === QUIT) return 'end';
      if (at === SAME_TEXT_AGAIN) {
        this.#emitQueue();
        at = 0;
        if (budget <= 0) {
          this.#at = at;
          return 'rest';
        }
        continue;
      }
      if (at !== NEXT_CYCLE) this.#finishCycle();
      else this.#emitQueue();
      at = NEXT_CYCLE;
    }
  }

  /** `q`: the rest of the cycle, without further commands. */
  #finishCycle(): void {
    if (!this.#settings.quiet) this.#ports.output().line(this.text, this.#isTerminated);
    this.#emitQueue();
  }

  #emitQueue(): void {
    if (this.#queue.length === 0) return;
    const output = this.#ports.output();
    for (const item of this.#queue) {
      if (item.kind === 'text') output.raw(item.text);
      else if (item.kind === 'file') output.raw(this.#ports.readFile(item.text));
      else output.line(item.text, item.isTerminated);
    }
    this.#queue = [];
  }

  /** The next line into the pattern space, or behind it. Only when the source is ready. */
  #read(isAppended: boolean): boolean {
    const { source } = this.#ports;
    if (this.#settings.isSeparate && source.isAtBoundary) {
      this.#ports.leaveFile();
      this.line = 0;
    }
    const line = source.take();
    if (line === undefined) return false;
    this.text = isAppended ? this.text + this.#settings.separator + line : line;
    this.#isTerminated = source.isTerminated;
    this.#isReplaced = false;
    this.line += 1;
    return true;
  }

  #compile(action: Action, script: SedScript, next: number, test: AddressTest | undefined): Step {
    const { source, output } = this.#ports;
    const jump = (label: string): number => (label === '' ? END_OF_CYCLE : (script.labels.get(label) as number));
    const { separator } = this.#settings;
    // `n` and `N` without a next line: GNU prints what there is, POSIX does not.
    const withoutNext = this.#settings.isPosix ? NEXT_CYCLE : END_OF_CYCLE;
    switch (action.name) {
      case '{':
      case 'nothing': return () => next;
      case '=': return () => {
        output().raw(`${this.line}\n`);
        return next;
      };
      case 'a': return () => {
        this.#queue.push({ kind: 'text', text: action.text });
        return next;
      };
      case 'i': return () => {
        output().raw(action.text);
        return next;
      };
      case 'c': return () => {
        if (test?.isWithin !== true) output().raw(action.text);
        return NEXT_CYCLE;
      };
      case 'b': {
        const target = jump(action.label);
        return () => target;
      }
      case 't':
      case 'T': {
        const target = jump(action.label);
        const wanted = action.name === 't';
        return () => {
          const isReplaced = this.#isReplaced;
          this.#isReplaced = false;
          return isReplaced === wanted ? target : next;
        };
      }
      case 'd': return () => NEXT_CYCLE;
      case 'D': return () => {
        const end = this.text.indexOf(separator);
        if (end < 0) return NEXT_CYCLE;
        this.text = this.text.slice(end + 1);
        return SAME_TEXT_AGAIN;
      };
      case 'F': return () => {
        output().raw(`${source.name}\n`);
        return next;
      };
      case 'g': return () => {
        this.text = this.#hold;
        this.#isTerminated = this.#isHoldTerminated;
        return next;
      };
      case 'G': return () => {
        this.text += separator + this.#hold;
        this.#isTerminated = this.#isHoldTerminated;
        return next;
      };
      case 'h': return () => {
        this.#hold = this.text;
        this.#isHoldTerminated = this.#isTerminated;
        return next;
      };
      case 'H': return () => {
        this.#hold += separator + this.text;
        this.#isHoldTerminated = this.#isTerminated;
        return next;
      };
      case 'x': return () => {
        [this.text, this.#hold] = [this.#hold, this.text];
        [this.#isTerminated, this.#isHoldTerminated] = [this.#isHoldTerminated, this.#isTerminated];
        return next;
      };
      case 'z': return () => {
        this.text = '';
        return next;
      };
      case 'l': return () => {
        output().raw(listLine(this.text, action.number ?? this.#settings.listWidth));
        return next;
      };
      case 'n': return () => {
        if (!source.isReady) return WAIT;
        if (source.isLast) return withoutNext;
        if (!this.#settings.quiet) output().line(this.text, this.#isTerminated);
        this.#emitQueue();
        this.#read(false);
        return next;
      };
      case 'N': return () => {
        if (!source.isReady) return WAIT;
        if (source.isLast) return withoutNext;
        this.#emitQueue();
        this.#read(true);
        return next;
      };
      case 'p': return () => {
        output().line(this.text, this.#isTerminated);
        return next;
      };
      case 'P': return () => {
        const end = this.text.indexOf(separator);
        if (end < 0) output().line(this.text, this.#isTerminated);
        else output().line(this.text.slice(0, end), true);
        return next;
      };
      case 'q': return () => {
        this.status = action.number ?? 0;
        return this.#quit();
      };
      case 'Q': return () => {
        this.status = action.number ?? 0;
        return QUIT;
      };
      case 'r': return () => {
        this.#queue.push({ kind: 'file', text: action.file });
        return next;
      };
      case 'R': return () => {
        const line = this.#ports.nextLineOf(action.file);
        if (line !== undefined) this.#queue.push({ kind: 'line', ...line });
        return next;
      };
      case 'w': return () => {
        this.#ports.fileOutput(action.file).line(this.text, this.#isTerminated);
        return next;
      };
      case 'W': return () => {
        const end = this.text.indexOf(separator);
        this.#ports.fileOutput(action.file).line(end < 0 ? this.text : this.text.slice(0, end), true);
        return next;
      };
      case 's': {
        const { substitution } = action;
        const { pattern, print, file } = substitution;
        const substitute = compileSubstitution(substitution);
        return () => {
          const changed = substitute(this.use(pattern), this.text);
          if (changed === undefined) return next;
          this.text = changed;
          this.#isReplaced = true;
          if (print) output().line(changed, this.#isTerminated);
          if (file !== undefined) this.#ports.fileOutput(file).line(changed, this.#isTerminated);
          return next;
        };
      }
      case 'y': {
        const { map } = action;
        return () => {
          let out = '';
          for (const character of this.text) out += map.get(character) ?? character;
          this.text = out;
          return next;
        };
      }
    }
  }

  #quit(): number {
    this.#finishCycle();
    return QUIT;
  }
}
