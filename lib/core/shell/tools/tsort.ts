import type { Command } from '../command.ts';
import { decodeText } from '../text.ts';
import { complain, openNamed, readWhole, TextWriter } from './files-in.ts';
import { parseOptions, UsageError } from './options.ts';

interface Item {
  name: string;
  /** How many items must still come before it. */
  waiting: number;
  followers: Item[];
}

/**
 * A circle among what is left, as GNU finds it: again and again through all names in order, putting in front what leads to
 * the front. Answers it in its order; the last leads to the first.
 */
function findCircle(sorted: readonly Item[]): Item[] {
  const left = sorted.filter((item) => item.waiting > 0);
  const chain = [left[0] as Item];
  for (;;) {
    for (const item of left) {
      if (!item.followers.includes(chain[0] as Item)) continue;
      const at = chain.indexOf(item);
      if (at >= 0 && at < chain.length - 1) return chain.slice(0, at + 1);
      chain.unshift(item);
    }
  }
}

export const tsort: Command = {
  name: 'tsort',
  summary: 'Order things of which some must come before others',
  usage: 'tsort [FILE]',
  options: [],
  help: "printf 'socks shoes\\ntrousers shoes\\n' | tsort   # the left of each pair comes first",
  section: 'text',
  async run(context) {
    const { operands } = parseOptions(context.args, { short: '' });
    if (operands.length > 1) throw new UsageError(`extra operand '${operands[1]}'`);
    const name = operands[0] ?? '-';
    const words = decodeText(await readWhole(openNamed(context, name).chunks)).split(/[ \t\n]+/).filter((word) => word !== '');
    if (words.length % 2 !== 0) throw new UsageError(`${name}: input contains an odd number of tokens`);
    const items = new Map<string, Item>();
    const itemOf = (word: string): Item => {
      const known = items.get(word);
      if (known !== undefined) return known;
      const item: Item = { name: word, waiting: 0, followers: [] };
      items.set(word, item);
      return item;
    };
    for (let at = 0; at < words.length; at += 2) {
      const first = itemOf(words[at] as string);
      const second = itemOf(words[at + 1] as string);
      if (first === second) continue;
      // The newest first, which is the order in which GNU lets them go.
      first.followers.unshift(second);
      second.waiting += 1;
    }
    const out = new TextWriter(context);
    const sorted = [...items.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
    const ready = sorted.filter((item) => item.waiting === 0);
    let status = 0;
    let printed = 0;
    while (printed < sorted.length) {
      const item = ready.shift();
      if (item === undefined) {
        status = 1;
        const circle = findCircle(sorted);
        await out.flush();
        await complain(context, `${name}: input contains a loop:`);
        for (const member of circle) await complain(context, member.name);
        const [last, first] = [circle[circle.length - 1]!, circle[0]!];
        last.followers.splice(last.followers.indexOf(first), 1);
        first.waiting -= 1;
        if (first.waiting === 0) ready.push(first);
        continue;
      }
      printed += 1;
      const due = out.add(`${item.name}\n`) ?? context.breathe();
      if (due !== undefined) await due;
      for (const next of item.followers) {
        next.waiting -= 1;
        if (next.waiting === 0) ready.push(next);
      }
      item.waiting = -1;
    }
    await out.flush();
    return status;
  },
};
