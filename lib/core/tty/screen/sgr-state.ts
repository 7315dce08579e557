/**
 * The colours that a run of SGR sequences (ECMA-48 8.3.117) adds up to, as the parameters of one. Only what changes how text
 * looks is kept; blinking and hiding are not.
 */
const ON: Readonly<Record<number, string>> = { 1: 'bold', 2: 'dim', 3: 'italic', 4: 'underline', 7: 'inverse', 9: 'strike' };
const OFF: Readonly<Record<number, readonly string[]>> = {
  22: ['bold', 'dim'], 23: ['italic'], 24: ['underline'], 27: ['inverse'], 29: ['strike'], 39: ['ink'], 49: ['paper'],
};
const isBetween = (number: number, from: number, to: number): boolean => number >= from && number <= to;

export class SgrState {
  readonly #parts = new Map<string, string>();
  #style: string | undefined = '';

  /** The parameters of one sequence; empty means 0. */
  apply(parameters: string): void {
    this.#style = undefined;
    const numbers = parameters.split(';').map(Number);
    for (let at = 0; at < numbers.length; at += 1) {
      const number = numbers[at] as number;
      const name = ON[number];
      if (number === 0) this.#parts.clear();
      else if (name !== undefined) this.#parts.set(name, String(number));
      else if (OFF[number] !== undefined) for (const part of OFF[number]) this.#parts.delete(part);
      else if (isBetween(number, 30, 37) || isBetween(number, 90, 97)) this.#parts.set('ink', String(number));
      else if (isBetween(number, 40, 47) || isBetween(number, 100, 107)) this.#parts.set('paper', String(number));
      else if (number === 38 || number === 48) {
        const length = numbers[at + 1] === 5 ? 3 : numbers[at + 1] === 2 ? 5 : 1;
        const colour = numbers.slice(at, at + length);
        if (length > 1 && colour.length === length && colour.every((part) => isBetween(part, 0, 255))) {
          this.#parts.set(number === 38 ? 'ink' : 'paper', colour.join(';'));
        }
        at += length - 1;
      }
    }
  }

  /** e.g. `1;38;5;12`; `''` when nothing is set. */
  get style(): string {
    return (this.#style ??= [...this.#parts.values()].join(';'));
  }
}
