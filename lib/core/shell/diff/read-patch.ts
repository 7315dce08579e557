/**
 * Reads the changes out of a patch: unified, context or normal form, with whatever text is around them (mail, a log of git). What
 * follows a header is taken as a hunk only as far as its line counts go, so that a `---` of a signature is no header.
 * Source: the GNU diffutils manual, "Detailed Description of Unified Format" and its neighbours; the GNU patch manual.
 */
export interface Hunk {
  /** Line in the old text where it starts, from 1; 0 or the line before when it removes nothing. */
  oldStart: number;
  newStart: number;
  /** ' ' in both, '-' only in the old text, '+' only in the new one. */
  lines: { mark: ' ' | '-' | '+'; text: string }[];
  /** The last line has no newline. */
  oldIsOpen: boolean;
  newIsOpen: boolean;
  /** What stands behind the second `@@`. */
  heading: string;
}

export interface FilePatch {
  form: 'unified' | 'context' | 'normal';
  /** Names as the patch gives them; undefined where it gives none. */
  oldName: string | undefined;
  newName: string | undefined;
  indexName: string | undefined;
  /** The header says that the file is not there before, or not any more afterwards. */
  creates: boolean;
  removes: boolean;
  hunks: Hunk[];
  /** What stands before the first hunk, and that hunk's line in the patch, from 1. */
  leading: readonly string[];
  hunkLine: number;
  /** The two header lines as they are, for a file of rejects. */
  header: readonly string[];
}

/** The patch breaks off or is no patch; the message is what GNU patch says. */
export class PatchUnreadable extends Error {}

const NO_NEWLINE = /^\\ /;

/** @throws PatchUnreadable where a hunk is not as long as it says. */
export function readPatch(lines: readonly string[]): FilePatch[] {
  const patches: FilePatch[] = [];
  let indexName: string | undefined;
  let at = 0;
  let done = 0;
  while (at < lines.length) {
    const from = at;
    const line = lines[at]!;
    const next = lines[at + 1] ?? '';
    if (line.startsWith('Index: ')) indexName = line.slice(7).trim();
    if (line.startsWith('--- ') && next.startsWith('+++ ') && (lines[at + 2] ?? '').startsWith('@@ -')) {
      at = readUnified(lines, at, patches, indexName);
    } else if (/^@@ -\d/.test(line)) {
      at = readUnified(lines, at, patches, indexName);
    } else if (line.startsWith('*** ') && next.startsWith('--- ') && (lines[at + 2] ?? '').startsWith('***************')) {
      at = readContext(lines, at, patches, indexName);
    } else if (/^\d+(,\d+)?[acd]\d+(,\d+)?$/.test(line) && /^[<>] ?/.test(next)) {
      at = readNormal(lines, at, patches, indexName);
    } else {
      at += 1;
      continue;
    }
    indexName = undefined;
    const made = patches[patches.length - 1]!;
    const hunkAt = made.header.length > 0 ? from + 2 : from;
    made.leading = lines.slice(done, hunkAt);
    made.hunkLine = hunkAt + 1;
    done = at;
  }
  return patches;
}

/** The name, without date and quotes; undefined for `/dev/null`. */
function headerName(line: string): { name: string | undefined; isEpoch: boolean } {
  const rest = line.slice(4);
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(rest);
  const name = quoted === null ? rest.split('\t')[0]!.replace(/ +$/, '').replace(/ \d{4}-\d\d-\d\d .*$/, '') : quoted[1]!.replace(/\\(.)/g, '$1');
  const isEpoch = /\t(1970-01-01 0?0:00:00|Thu Jan  1 00:00:00 1970)/.test(rest);
  return { name: name === '/dev/null' ? undefined : name, isEpoch: isEpoch || name === '/dev/null' };
}

function startPatch(form: FilePatch['form'], oldLine: string | undefined, newLine: string | undefined, indexName: string | undefined): FilePatch {
  const [before, after] = [oldLine, newLine].map((line) => (line === undefined ? { name: undefined, isEpoch: false } : headerName(line))) as [ReturnType<typeof headerName>, ReturnType<typeof headerName>];
  return {
    form, oldName: before.name, newName: after.name, indexName, creates: before.isEpoch, removes: after.isEpoch, hunks: [], leading: [], hunkLine: 0,
    header: oldLine === undefined || newLine === undefined ? [] : [oldLine, newLine],
  };
}

function readUnified(lines: readonly string[], from: number, patches: FilePatch[], indexName: string | undefined): number {
  let at = from;
  const hasHeader = lines[at]!.startsWith('--- ');
  const patch = hasHeader ? startPatch('unified', lines[at], lines[at + 1], indexName) : startPatch('unified', undefined, undefined, indexName);
  if (hasHeader) at += 2;
  for (;;) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/.exec(lines[at] ?? '');
    if (header === null) break;
    let [oldLeft, newLeft] = [Number(header[2] ?? '1'), Number(header[4] ?? '1')];
    const hunk: Hunk = { oldStart: Number(header[1]), newStart: Number(header[3]), lines: [], oldIsOpen: false, newIsOpen: false, heading: header[5]! };
    const start = at;
    at += 1;
    while (oldLeft > 0 || newLeft > 0 || NO_NEWLINE.test(lines[at] ?? '')) {
      const line = lines[at];
      if (line === undefined) throw new PatchUnreadable(`unexpected end of file in patch at line ${at + 1}`);
      at += 1;
      if (NO_NEWLINE.test(line)) {
        markOpen(hunk);
        continue;
      }
      const mark = line === '' || line.startsWith('\t') ? ' ' : line[0]!;
      const text = line.startsWith('\t') ? line : line.slice(1);
      if (mark === ' ' && oldLeft > 0 && newLeft > 0) [oldLeft, newLeft] = [oldLeft - 1, newLeft - 1];
      else if (mark === '-' && oldLeft > 0) oldLeft -= 1;
      else if (mark === '+' && newLeft > 0) newLeft -= 1;
      else throw new PatchUnreadable(`malformed patch at line ${at}: ${line}`);
      hunk.lines.push({ mark, text });
      if (at - start > lines.length) break;
    }
    patch.hunks.push(hunk);
  }
  patches.push(patch);
  return at;
}

function markOpen(hunk: Hunk): void {
  const last = hunk.lines[hunk.lines.length - 1]?.mark;
  if (last !== '+') hunk.oldIsOpen = true;
  if (last !== '-') hunk.newIsOpen = true;
}

function readContext(lines: readonly string[], from: number, patches: FilePatch[], indexName: string | undefined): number {
  const patch = startPatch('context', lines[from], lines[from + 1], indexName);
  let at = from + 2;
  while ((lines[at] ?? '').startsWith('***************')) {
    const heading = lines[at]!.slice(15).trim();
    const oldRange = /^\*\*\* (\d+)(?:,(\d+))? \*\*\*\*/.exec(lines[at + 1] ?? '');
    if (oldRange === null) throw new PatchUnreadable(`malformed patch at line ${at + 2}: ${lines[at + 1] ?? ''}`);
    at += 2;
    const take = (stop: (line: string) => boolean): { lines: string[]; isOpen: boolean } => {
      const taken: string[] = [];
      let isOpen = false;
      for (; at < lines.length && !stop(lines[at]!); at += 1) {
        if (NO_NEWLINE.test(lines[at]!)) isOpen = true;
        else if (/^([-+! ]|$)/.test(lines[at]!)) taken.push(lines[at]!);
        else break;
      }
      return { lines: taken, isOpen };
    };
    const old = take((line) => /^--- \d+(,\d+)? ----/.test(line));
    const newRange = /^--- (\d+)(?:,(\d+))? ----/.exec(lines[at] ?? '');
    if (newRange === null) throw new PatchUnreadable(`malformed patch at line ${at + 1}: ${lines[at] ?? ''}`);
    at += 1;
    const newCount = newRange[2] === undefined ? 1 : Number(newRange[2]) - Number(newRange[1]) + 1;
    const limit = at + newCount;
    const fresh = take((line) => line.startsWith('***************') || at >= limit && !NO_NEWLINE.test(line));
    patch.hunks.push({ oldStart: Number(oldRange[1]), newStart: Number(newRange[1]), lines: interleave(old.lines, fresh.lines), oldIsOpen: old.isOpen, newIsOpen: fresh.isOpen, heading });
  }
  for (const hunk of patch.hunks) {
    // A side that changes nothing is left out of the form; the newline of its last line is that of the other.
    if (!hunk.lines.some(({ mark }) => mark === '-')) hunk.oldIsOpen ||= hunk.newIsOpen && hunk.lines[hunk.lines.length - 1]?.mark === ' ';
    if (!hunk.lines.some(({ mark }) => mark === '+')) hunk.newIsOpen ||= hunk.oldIsOpen && hunk.lines[hunk.lines.length - 1]?.mark === ' ';
  }
  patches.push(patch);
  return at;
}

/** The two halves of a context hunk as one list. */
function interleave(old: readonly string[], fresh: readonly string[]): Hunk['lines'] {
  const made: Hunk['lines'] = [];
  const isContext = (line: string): boolean => line === '' || line.startsWith(' ');
  const left = old.length > 0 ? old : fresh.filter(isContext);
  const right = fresh.length > 0 ? fresh : old.filter(isContext);
  let [x, y] = [0, 0];
  while (x < left.length || y < right.length) {
    if (x < left.length && !isContext(left[x]!)) made.push({ mark: '-', text: left[x++]!.slice(2) });
    else if (y < right.length && !isContext(right[y]!)) made.push({ mark: '+', text: right[y++]!.slice(2) });
    else {
      made.push({ mark: ' ', text: (left[x] ?? right[y])!.slice(2) });
      x += 1;
      y += 1;
    }
  }
  return made;
}

function readNormal(lines: readonly string[], from: number, patches: FilePatch[], indexName: string | undefined): number {
  const patch = startPatch('normal', undefined, undefined, indexName);
  let at = from;
  for (;;) {
    const header = /^(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?$/.exec(lines[at] ?? '');
    if (header === null) break;
    at += 1;
    const letter = header[3];
    const hunk: Hunk = { oldStart: Number(header[1]), newStart: Number(header[4]), lines: [], oldIsOpen: false, newIsOpen: false, heading: '' };
    const take = (sign: '<' | '>', count: number): void => {
      for (let left = count; left > 0; left -= 1) {
        if (!lines[at]?.startsWith(sign)) throw new PatchUnreadable(`unexpected end of file in patch at line ${at + 1}`);
        hunk.lines.push({ mark: sign === '<' ? '-' : '+', text: lines[at]!.slice(2) });
        at += 1;
      }
      if (NO_NEWLINE.test(lines[at] ?? '')) {
        at += 1;
        if (sign === '<') hunk.oldIsOpen = true;
        else hunk.newIsOpen = true;
      }
    };
    if (letter !== 'a') take('<', Number(header[2] ?? header[1]) - Number(header[1]) + 1);
    if (letter === 'c') {
      if (lines[at] !== '---') throw new PatchUnreadable(`'---' expected at line ${at + 1} of patch`);
      at += 1;
    }
    if (letter !== 'd') take('>', Number(header[5] ?? header[4]) - Number(header[4]) + 1);
    patch.hunks.push(hunk);
  }
  patches.push(patch);
  return at;
}
