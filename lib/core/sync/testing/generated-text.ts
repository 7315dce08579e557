/**
 * Texts and edits as people make them, for merges by the thousand: paragraphs, code with lines that repeat, lists;
 * lines changed, inserted, removed, moved and doubled; with and without a last line end, in LF and CRLF, in several
 * scripts, empty.
 */
export interface GeneratedMerge {
  base: string;
  local: string;
  remote: string;
}

const REPEATED = ['', '', '}', '  }', '---', '- [ ] todo', 'return;', '# Notes'];
const WORDS = ['alpha', 'beta', 'gamma', 'delta', 'naïve', 'größer', '日本語', 'привет', '🙂', 'const', 'let', 'x += 1;', '| a | b |'];

/** Lines made up by one source of chance. */
function createWriter(random: () => number) {
  const upTo = (count: number): number => Math.floor(random() * count);
  const chance = (probability: number): boolean => random() < probability;
  const word = (): string => WORDS[upTo(WORDS.length)] ?? '';
  const line = (): string => {
    if (chance(0.3)) return REPEATED[upTo(REPEATED.length)] ?? '';
    // Some lines are the same twice by chance, most are not.
    return chance(0.15) ? word() : `${word()} ${word()} ${upTo(1e6)}`;
  };
  const lines = (count: number): string[] => Array.from({ length: count }, line);
  const edit = (text: readonly string[], edits: number): string[] => {
    let next = [...text];
    for (let i = 0; i < edits; i++) {
      const at = upTo(next.length + 1);
      const count = 1 + upTo(3);
      const kind = random();
      if (kind < 0.3) next.splice(at, 0, ...lines(count));
      else if (kind < 0.5) next.splice(at, count);
      else if (kind < 0.8) next.splice(at, count, ...lines(1 + upTo(2)));
      else if (kind < 0.87) next.splice(upTo(next.length + 1), 0, ...next.splice(at, count));
      else if (kind < 0.93) next.splice(at, 0, ...next.slice(at, at + count));
      else if (kind < 0.96) next = next.map((old, index) => (index === at ? `${old} ${word()}` : old));
      else next.push(...lines(count));
    }
    return next;
  };
  return { upTo, chance, lines, edit };
}

/** A few edits of a text with LF ends. */
export function editText(text: string, random: () => number): string {
  const { edit, upTo } = createWriter(random);
  return edit(text.split('\n').slice(0, -1), upTo(4)).map((line) => `${line}\n`).join('');
}

export function generateMerge(random: () => number): GeneratedMerge {
  const { upTo, chance, lines, edit } = createWriter(random);
  const base = lines(chance(0.05) ? 0 : 1 + upTo(chance(0.1) ? 200 : 30));
  let local = edit(base, upTo(5));
  let remote = edit(base, upTo(5));
  // The same edit on both sides, as after a copy by hand.
  if (chance(0.1)) {
    const both = edit(base, 1);
    local = edit(both, upTo(2));
    remote = edit(both, upTo(2));
  }
  const end = chance(0.15) ? '\r\n' : '\n';
  const format = (text: readonly string[]): string => text.map((each) => `${each}${chance(0.003) ? '\n' : end}`).join('');
  const cut = (text: string): string => text.replace(/\r?\n$/, '');
  const [a, b, c] = [format(base), format(local), format(remote)];
  // Most texts without a last line end have none on all sides.
  if (chance(0.1)) return { base: cut(a), local: cut(b), remote: cut(c) };
  const maybeCut = (text: string): string => (chance(0.1) ? cut(text) : text);
  return { base: maybeCut(a), local: maybeCut(b), remote: maybeCut(c) };
}
