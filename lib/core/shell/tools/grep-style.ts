/** How grep's output is to look; the flags are those of the options. */
export interface GrepStyle {
  invert: boolean;
  count: boolean;
  quiet: boolean;
  names: 'with' | 'without' | undefined;
  onlyMatching: boolean;
  lineNumbers: boolean;
  byteOffsets: boolean;
  withName: boolean;
  nullAfterName: boolean;
  initialTab: boolean;
  /** Context was asked for, if none of its lines: groups are told apart. */
  hasContext: boolean;
  before: number;
  after: number;
  groupSeparator: string | undefined;
  most: number;
  binary: 'text' | 'without-match' | 'message';
  /** 0 with `-z`, else newline. */
  separator: number;
  label: string;
  /** SGR codes by GREP_COLORS' names; undefined for no colours. */
  colors: Readonly<Record<string, string>> | undefined;
}
