import { forEachChild, parse, type SyntaxNode } from 'unbash';

interface Stretch {
  from: number;
  to: number;
  names: ReadonlySet<string>;
  /** The alias ends in a blank: the word after it may be one too. */
  leadsOn: boolean;
}

/**
 * Aliases are text: the first word of a command is replaced in the source and the result parsed again. A name is not
 * replaced inside its own replacement (`alias ls='ls -F'`).
 */
export function expandAliases(source: string, aliases: ReadonlyMap<string, string>): string {
  let text = source;
  /** Stretches of the text that came from an alias, with the names used up inside. */
  let made: Stretch[] = [];
  for (let round = 0; round < 100; round += 1) {
    const spot = findSpot(text, aliases, made);
    if (spot === undefined) return text;
    const { from, to, name, names } = spot;
    const value = aliases.get(name) as string;
    const shift = value.length - (to - from);
    text = text.slice(0, from) + value + text.slice(to);
    made = made.map((stretch) => ({
      names: stretch.names,
      leadsOn: stretch.leadsOn,
      from: stretch.from > from ? stretch.from + shift : stretch.from,
      to: stretch.to >= to ? stretch.to + shift : stretch.to,
    }));
    made.push({ from, to: from + value.length, names: new Set([...names, name]), leadsOn: /[ \t]$/.test(value) });
  }
  return text;
}

function findSpot(
  text: string,
  aliases: ReadonlyMap<string, string>,
  made: readonly Stretch[],
): { from: number; to: number; name: string; names: ReadonlySet<string> } | undefined {
  const stack: SyntaxNode[] = [parse(text)];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    // Inside backticks positions count in another text; aliases do not reach there.
    if (node.type === 'Script' && node.source !== undefined) continue;
    if (node.type === 'Command' && node.name !== undefined && node.name.parts === undefined && node.name.text === node.name.value) {
      const { pos, end, value } = node.name;
      const names = new Set(made.filter((stretch) => stretch.from <= pos && end <= stretch.to).flatMap((stretch) => [...stretch.names]));
      if (aliases.has(value) && !names.has(value) && text.slice(pos, end) === value) return { from: pos, to: end, name: value, names };
    }
    if (node.type === 'Command' && made.some(({ leadsOn }) => leadsOn)) {
      for (const { type, pos, end, text: word } of node.args) {
        const isNext = type === 'Word' && made.some((stretch) => stretch.leadsOn && stretch.to <= pos && text.slice(stretch.to, pos).trim() === '');
        if (isNext && aliases.has(word) && text.slice(pos, end) === word && !made.some((stretch) => stretch.from <= pos && end <= stretch.to)) return { from: pos, to: end, name: word, names: new Set() };
      }
    }
    forEachChild(node, (child) => stack.push(child));
  }
  return undefined;
}
