/** What the painter shows of a line being typed. */
export interface LineView {
  /** May hold SGR sequences and line ends. */
  prompt: string;
  continuation: string;
  text: string;
  /** UTF-16 index in `text`. */
  cursor: number;
  /** Stretches of the text that have a colour, in order, none over another. */
  spans?: readonly ColourSpan[];
  /** What could follow, shown in grey behind the text; never part of it. */
  suggestion?: string;
  /** A list under the line: at most `rows` rows, which may hold SGR sequences; what is wider than the screen is cut. */
  below?: (columns: number, rows: number) => readonly string[];
}

export type LineColour =
  | 'command' | 'unknown' | 'keyword' | 'string' | 'variable' | 'option' | 'comment' | 'operator' | 'plain' | 'error' | 'pasted';

/** [start, end) in UTF-16 units. */
export interface ColourSpan {
  start: number;
  end: number;
  colour: LineColour;
  /** It names something that is there: underlined. */
  isPath?: boolean;
}
