/**
 * IAM's text patterns: `*` is any text, slashes included, `?` one character, and `${name}` the value of a context key,
 * which counts as plain text, so that nobody can be called `*`. `${*}`, `${?}` and `${$}` stand for the signs themselves.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export type Pattern = readonly Part[];

type Part = { kind: 'text'; text: string } | { kind: 'any-text' } | { kind: 'any-character' } | { kind: 'variable'; key: string };

/** Values of context keys by lower-case name; a key that is not there is absent, never empty. */
export type Context = Readonly<Record<string, readonly string[]>>;

/** @throws Error for a variable that is malformed or has a default value, which nothing here needs. */
export function parsePattern(source: string, wildcards = true): Pattern {
  const parts: Part[] = [];
  for (const [found, name] of source.matchAll(/\$\{([^}]*)\}|\$\{|[\s\S]/gu)) {
    if (found === '${') throw new Error(`the variable in "${source}" is not closed`);
    const isSign = name === '*' || name === '?' || name === '$';
    if (name !== undefined && !isSign) {
      if (!/^[\w-]+(?:\.[\w.-]+)?:[\w./-]+$/.test(name)) throw new Error(`the variable \${${name}} is not understood`);
      parts.push({ kind: 'variable', key: name.toLowerCase() });
    } else if (wildcards && found === '*') parts.push({ kind: 'any-text' });
    else if (wildcards && found === '?') parts.push({ kind: 'any-character' });
    else {
      const text = isSign ? name : found;
      const last = parts.at(-1);
      if (last?.kind === 'text') last.text += text;
      else parts.push({ kind: 'text', text });
    }
  }
  return parts;
}

/** The context keys that a pattern asks for. */
export function variablesOf(pattern: Pattern): string[] {
  return pattern.flatMap((part) => (part.kind === 'variable' ? [part.key] : []));
}

/** A pattern with a variable that has no value, or more than one, matches nothing. */
export function isLike(text: string, pattern: Pattern, context: Context = {}): boolean {
  // What stands between two `*`: pieces of plain text, and null for one character of any kind.
  const runs: Array<Array<string | null>> = [[]];
  for (const part of pattern) {
    if (part.kind === 'any-text') runs.push([]);
    else if (part.kind === 'any-character') runs.at(-1)!.push(null);
    else if (part.kind === 'text') runs.at(-1)!.push(part.text);
    else {
      const values = Object.hasOwn(context, part.key) ? context[part.key]! : [];
      if (values.length !== 1) return false;
      // An empty tag would make `u/${tag}/*` the folder `u//`: AWS substitutes it, and so do we.
      runs.at(-1)!.push(values[0]!);
    }
  }
  const last = runs.length - 1;
  let at = after(text, 0, runs[0]!);
  if (at < 0) return false;
  if (last === 0) return at === text.length;
  // The first place where a run fits is as good as any later one: what follows it has the more room.
  for (const run of runs.slice(1, last)) {
    const found = firstAfter(text, at, run);
    if (found < 0) return false;
    at = found;
  }
  return endsWith(text, at, runs[last]!);
}

/** Where a run ends that begins at `from`; -1 when it does not fit there. */
function after(text: string, from: number, run: ReadonlyArray<string | null>): number {
  let at = from;
  for (const piece of run) {
    if (piece === null) {
      const point = text.codePointAt(at);
      if (point === undefined) return -1;
      at += point > 0xffff ? 2 : 1;
    } else {
      if (!text.startsWith(piece, at)) return -1;
      at += piece.length;
    }
  }
  return at;
}

function firstAfter(text: string, from: number, run: ReadonlyArray<string | null>): number {
  for (let at = from; at <= text.length; at += 1) {
    const found = after(text, at, run);
    if (found >= 0) return found;
  }
  return -1;
}

function endsWith(text: string, from: number, run: ReadonlyArray<string | null>): boolean {
  if (run.length === 0) return true;
  for (let at = from; at <= text.length; at += 1) if (after(text, at, run) === text.length) return true;
  return false;
}
