/** The text that a tree was made of: for `$LINENO`, `caller`, and errors that name their line. */
export class SourceText {
  readonly text: string;
  /** The file it came from, as it was named; undefined for a typed line. */
  readonly file: string | undefined;
  readonly #firstLine: number;
  #starts: number[] | undefined;

  /** @param firstLine the number of its first line, where it is a part of something larger. */
  constructor(text: string, file: string | undefined, firstLine = 1) {
    this.text = text;
    this.file = file;
    this.#firstLine = firstLine;
  }

  /** From 1. */
  lineAt(position: number): number {
    this.#starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= position) low = middle;
      else high = middle - 1;
    }
    return this.#firstLine + low;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
